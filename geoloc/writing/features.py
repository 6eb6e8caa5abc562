"""GeoJSON and tables that came from outside, written in the shape that they had: nothing lost, nothing recomputed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from geoloc.writing.jsonout import dumps
from geoloc.writing.options import WriteOptions

if TYPE_CHECKING:
    from geoloc.reading.features import Record
    from geoloc.reading.rows import Table


def render_collection(
    members: Mapping[str, object],
    features: Iterable[Mapping[str, object]],
    options: WriteOptions,
    late: Mapping[str, object] | None = None,
) -> Iterator[str]:
    r"""Yield a FeatureCollection with its foreign `members`, a feature a line unless it is indented.

    `late` are members that may only be known when the features have been taken.

    Examples
    --------
    >>> "".join(render_collection({"name": "raids"}, [], WriteOptions()))
    '{"type": "FeatureCollection", "name": "raids", "features": []}\n'
    """
    head = {"type": "FeatureCollection"} | {key: value for key, value in members.items() if key != "features"}
    if options.indent is not None:
        yield dumps(head | {"features": list(features)} | dict(late or {}), options) + "\n"
        return
    opening = first = dumps(head | {"features": []}, options).removesuffix("]}")
    for feature in features:
        yield f"{opening}\n{dumps(feature, options)}"
        opening = ","
    closing = dumps({"features": []} | dict(late or {}), options).partition("]")[2]
    yield f"{opening}]{closing}\n" if opening is first else f"\n]{closing}\n"


def render_document(value: Mapping[str, Any], options: WriteOptions) -> Iterator[str]:
    """Yield one GeoJSON object, whatever it is."""
    if value.get("type") == "FeatureCollection":
        yield from render_collection(value, value["features"], options)
    else:
        yield dumps(value, options) + "\n"


def rounded_geometry(geometry: Any, digits: int) -> Any:
    """Return a geometry with its coordinates rounded; null, and what are no numbers, stay as they are.

    Examples
    --------
    >>> rounded_geometry({"type": "Point", "coordinates": [35.60261, 50.46134, 200]}, 2)
    {'type': 'Point', 'coordinates': [35.6, 50.46, 200]}
    >>> rounded_geometry(None, 2) is None
    True
    """
    if not isinstance(geometry, dict):
        return geometry
    changed = {"coordinates": _rounded(geometry["coordinates"], digits)} if "coordinates" in geometry else {}
    parts = geometry.get("geometries")
    if isinstance(parts, list):
        changed["geometries"] = [rounded_geometry(part, digits) for part in parts]
    return geometry | changed


def _rounded(value: Any, digits: int) -> Any:
    if isinstance(value, list):
        return [_rounded(part, digits) for part in value]
    return round(value, digits) + 0.0 if isinstance(value, float) else value


def render_table(table: Table, records: Iterable[Record], added: Sequence[str]) -> Iterator[str]:
    """Yield a table that was read with the columns that were `added`, decimals in its own style.

    Its cells stay as they stand in the file, but for columns that are among those added.
    """
    new = [column for column in added if column not in table.columns]
    line = _line_writer(table)
    opening = f"{table.header}{table.delimiter}{line(new)}" if new else f"{table.header}\n"
    for record in records:
        row = record.value["properties"]
        if record.text is not None and len(new) == len(added):
            cells = f"{record.text}{table.delimiter}{line([row.get(column) for column in new])}"
        else:
            cells = line([row.get(column) for column in (*table.columns, *new)])
        yield opening + cells
        opening = ""
    yield opening


def _line_writer(table: Table) -> Callable[[Sequence[Any]], str]:
    """Return a function that writes cells as this table has them."""
    buffer = io.StringIO()
    writer = csv.writer(
        buffer,
        delimiter=table.delimiter,
        lineterminator="\n",
        quoting=csv.QUOTE_ALL if table.quoted else csv.QUOTE_MINIMAL,
    )

    def line(cells: Sequence[Any]) -> str:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([_cell(cell, table.decimal_comma) for cell in cells])
        return buffer.getvalue()

    return line


def _cell(value: Any, decimal_comma: bool) -> Any:
    return str(value).replace(".", ",") if decimal_comma and isinstance(value, float) else value
