"""The columns of a place as a database types them: those of GeoJSON and csv, in their order."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

from geoloc.model import Result
from geoloc.writing.options import WriteOptions
from geoloc.writing.records import FLAT_KEYS, SPAN_KEYS, FlatRow, flat_rows

_INTEGERS = ("count", "geonameid", "start", "end")
_REALS = ("confidence", "border_km", "border_bearing", "border_nearest_km", "border_farthest_km")
_BOOLEANS = ("border_touches",)


def column_types(options: WriteOptions) -> dict[str, type]:
    """Return the type of each column: int, float, bool or str."""
    keys = (*FLAT_KEYS, *(SPAN_KEYS if options.per == "mention" else ()))
    kinds = {**dict.fromkeys(_INTEGERS, int), **dict.fromkeys(_REALS, float), **dict.fromkeys(_BOOLEANS, bool)}
    return {key: kinds.get(key, str) for key in keys}


def typed_rows(results: Iterable[Result], options: WriteOptions) -> list[tuple[FlatRow, list[object]]]:
    """Return each row with its values in the order of `column_types`."""
    types = column_types(options)
    return [
        (row, [_typed(row.properties[key], kind) for key, kind in types.items()])
        for result in results
        for row in flat_rows(result, options)
    ]


def _typed(value: object, kind: type) -> object:
    if value is None or kind is not str:
        return value
    return str(value).encode("utf-8", "replace").decode()


def wkb_point(lon: float, lat: float) -> bytes:
    """Return a point as little-endian WKB."""
    return struct.pack("<BIdd", 1, 1, lon, lat)


def wkb_lines(lines: Sequence[Sequence[Sequence[float]]]) -> bytes:
    """Return lines of (lon, lat) as one MultiLineString in little-endian WKB."""
    parts = [struct.pack("<BII", 1, 5, len(lines))]
    for line in lines:
        parts.append(struct.pack("<BII", 1, 2, len(line)))
        parts += [struct.pack("<dd", *position) for position in line]
    return b"".join(parts)
