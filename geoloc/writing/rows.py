"""Rows of facts in every format: what `border list`, `gazetteer list` and `distance` answer with.

A row is a mapping from the keys of the JSON to plain values. It can go to geojson when it has
``lat`` and ``lon``, or a GeoJSON ``geometry``, which csv and table leave out.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from geoloc.errors import UsageError
from geoloc.writing.csvout import csv_line
from geoloc.writing.geojson import render_features
from geoloc.writing.grid import Column, grid
from geoloc.writing.jsonout import dump_array, dumps
from geoloc.writing.options import WriteOptions
from geoloc.writing.records import Record, rounded

Row = Mapping[str, object]


def render_rows(
    rows: Iterable[Row],
    format: str = "table",
    columns: Sequence[str] | None = None,
    options: WriteOptions | None = None,
) -> Iterator[str]:
    """Yield rows in any of the known formats; json is an array, whatever the number of rows.

    Parameters
    ----------
    rows : iterable of mappings
    format : str, optional
    columns : sequence of str, optional
        The keys that the table shows. csv begins with them and then gives the others too.
    options : WriteOptions, optional

    Raises
    ------
    UsageError
        For a format that is not known, or geojson of rows that lie nowhere.
    """
    options = options or WriteOptions()
    if format == "table":
        return _table(list(rows), columns, options)
    if format == "json":
        return dump_array(map(dict, rows), options)
    if format == "jsonl":
        return (dumps(dict(row), options, one_line=True) + "\n" for row in rows)
    if format == "csv":
        return _csv(list(rows), columns or ())
    if format in ("geojson", "geojsonseq"):
        return render_features((_feature(row, options) for row in rows), format, options)
    raise UsageError(f"unknown format {format!r}; known are table, json, jsonl, geojson, geojsonseq, csv")


def render_facts(facts: Row, format: str = "table", options: WriteOptions | None = None) -> Iterator[str]:
    """Yield one set of facts: in the table a line a fact, or what it needs, an object in json, a row in csv."""
    options = options or WriteOptions()
    if format == "json":
        return iter([dumps(dict(facts), options) + "\n"])
    if format == "table":
        return _facts_table(facts, options)
    return render_rows([facts], format, options=options)


def _facts_table(facts: Row, options: WriteOptions) -> Iterator[str]:
    room = max(20, options.width - 2 - max((len(key) for key in facts), default=0))
    cells = [
        [key if number == 0 else "", line]
        for key, value in facts.items()
        if key != "geometry"
        for number, line in enumerate(_wrapped(value, room))
    ]
    lines = grid([Column(""), Column("", flexible=True)], cells, width=options.width)[1:] if cells else []
    yield from (f"{line}\n" for line in lines)


def _wrapped(value: object, room: int) -> list[str]:
    """Return the lines of a fact: sentences in a list begin one each, codes share one."""
    sentences = isinstance(value, list) and any(isinstance(item, str) and " " in item for item in value)
    texts = [_cell(item) for item in value] if isinstance(value, list) and sentences else [_cell(value)]
    return [line for text in texts for line in textwrap.wrap(text, room, break_on_hyphens=False) or [""]]


def _table(rows: Sequence[Row], columns: Sequence[str] | None, options: WriteOptions) -> Iterator[str]:
    keys = list(columns or _keys(rows))
    if not rows or not keys:
        return
    values = [[row.get(key) for key in keys] for row in rows]
    numeric = [_is_numeric(column) for column in zip(*values, strict=True)]
    layout = [Column(key, right=number, flexible=not number) for key, number in zip(keys, numeric, strict=True)]
    cells = [[_cell(value) for value in row] for row in values]
    for line in grid(layout, cells, width=options.width, color=options.color):
        yield f"{line}\n"


def _csv(rows: Sequence[Row], columns: Sequence[str]) -> Iterator[str]:
    keys = list(dict.fromkeys([*columns, *_keys(rows)]))
    if keys:
        yield csv_line(keys)
    for row in rows:
        yield csv_line(row.get(key) for key in keys)


def _keys(rows: Iterable[Row]) -> list[str]:
    return [key for key in dict.fromkeys(key for row in rows for key in row) if key != "geometry"]


def _is_numeric(values: Iterable[object]) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values if value is not None)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    if isinstance(value, list | tuple) and not any(isinstance(item, list | tuple | Mapping) for item in value):
        return ", ".join(map(_cell, value))
    if isinstance(value, list | tuple | Mapping):
        return dumps(value, WriteOptions(), one_line=True)
    return str(value)


def _feature(row: Row, options: WriteOptions) -> Record:
    properties = {key: value for key, value in row.items() if key not in ("geometry", "lat", "lon")}
    if "geometry" in row:
        geometry = row["geometry"]
    elif "lat" in row and "lon" in row:
        degrees = [_degrees(row[key], options.precision) for key in ("lon", "lat")]
        geometry = None if None in degrees else {"type": "Point", "coordinates": degrees}
    else:
        raise UsageError("these rows have no position, so they cannot be geojson; use table, json, jsonl or csv")
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _degrees(value: object, digits: int) -> float | None:
    return rounded(value, digits) if isinstance(value, int | float) else None
