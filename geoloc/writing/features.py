"""GeoJSON and tables that came from outside, written in the shape that they had: nothing lost, nothing recomputed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from geoloc.writing.jsonout import dumps
from geoloc.writing.options import WriteOptions

if TYPE_CHECKING:
    from geoloc.reading.rows import Table


def render_collection(
    members: Mapping[str, object], features: Iterable[Mapping[str, object]], options: WriteOptions
) -> Iterator[str]:
    r"""Yield a FeatureCollection with its foreign `members`, a feature a line unless it is indented.

    Examples
    --------
    >>> "".join(render_collection({"name": "raids"}, [], WriteOptions()))
    '{"type": "FeatureCollection", "name": "raids", "features": []}\n'
    """
    head = {"type": "FeatureCollection"} | {key: value for key, value in members.items() if key != "features"}
    if options.indent is not None:
        yield dumps(head | {"features": list(features)}, options) + "\n"
        return
    opening = first = dumps(head | {"features": []}, options).removesuffix("]}")
    for feature in features:
        yield f"{opening}\n{dumps(feature, options)}"
        opening = ","
    yield f"{opening}]}}\n" if opening is first else "\n]}\n"


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


def render_table(table: Table, rows: Iterable[Mapping[str, Any]], added: Sequence[str]) -> Iterator[str]:
    """Yield a table that was read with the columns that were `added`, decimals in its own style.

    Its cells stay as they are, but for columns that are among those added.
    """
    buffer = io.StringIO()
    writer = csv.writer(
        buffer,
        delimiter=table.delimiter,
        lineterminator="\n",
        quoting=csv.QUOTE_ALL if table.quoted else csv.QUOTE_MINIMAL,
    )
    new = [column for column in added if column not in table.columns]
    columns = (*table.columns, *new)
    writer.writerow([*table.header, *new])
    for row in rows:
        writer.writerow([_cell(row.get(column), table.decimal_comma) for column in columns])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _cell(value: Any, decimal_comma: bool) -> Any:
    return str(value).replace(".", ",") if decimal_comma and isinstance(value, float) else value
