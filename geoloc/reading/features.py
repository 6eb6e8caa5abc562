"""GeoJSON from a stream of lines, in whatever shape it comes, and tables of points.

Told apart by their beginning: records that start with RS (RFC 8142), one GeoJSON object a line, or one document
over any number of lines: a collection, a feature or a bare geometry. Records and lines are read one by one, in
constant memory; a document is read whole. What begins otherwise may be a table or plain points (`rows`).
Bare geometries become features, since only those have properties.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal

from geoloc.errors import FormatError
from geoloc.reading.jsontext import JSONError, loads

RS = b"\x1e"
GEOMETRIES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection")

Framing = Literal["document", "lines", "rs", "table"]
_Numbered = Iterator[tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature, and where it was read.

    Attributes
    ----------
    where : str
        ``standard input, line 3`` or the like, for messages.
    value : dict
        The object itself. ``properties`` is a dict always, so that something can be added to it.
    point : (float, float) or None
        Latitude and longitude if its geometry is a point.
    """

    where: str
    value: dict[str, Any]
    point: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Record:
    """One GeoJSON text: a feature, or a collection with its foreign members.

    Attributes
    ----------
    value : dict
        What a writer gives back; holds the very objects of `features`.
    """

    value: dict[str, Any]
    features: tuple[Feature, ...]

    @property
    def is_collection(self) -> bool:
        """False for a lone feature."""
        return bool(self.value["type"] == "FeatureCollection")


@dataclass(frozen=True, slots=True)
class FeatureStream:
    """How the input was framed, and its records; of tables the names of the columns and their delimiter."""

    framing: Framing
    records: Iterator[Record]
    columns: tuple[str, ...] = ()
    delimiter: str = ","


def read_features(
    lines: Iterable[bytes],
    label: str = "standard input",
    *,
    latitude: str | None = None,
    longitude: str | None = None,
) -> FeatureStream:
    r"""Read GeoJSON, a table with columns of latitude and longitude, or one ``LAT,LON`` a line.

    Parameters
    ----------
    lines : iterable of bytes
        UTF-8, with or without a byte order mark; an open binary file will do.
    label : str, optional
        What to call the source in an error message.
    latitude, longitude : str, optional
        Names of the columns of a table, where they are not the usual ones.

    Returns
    -------
    FeatureStream
        Without records if there is nothing but blank lines.

    Raises
    ------
    FormatError
        With the number of the line. What can only be known further down is raised by the records when they are
        iterated.

    Examples
    --------
    >>> stream = read_features([b'{"type": "Point", "coordinates": [35.6, 50.4]}\n'])
    >>> stream.framing, [feature.point for record in stream.records for feature in record.features]
    ('document', [(50.4, 35.6)])
    >>> list(read_features([]).records)
    []
    """
    numbered = enumerate(lines, 1)
    for number, data in numbered:
        if number == 1:
            data = data.removeprefix(codecs.BOM_UTF8)
        if data.strip():
            if not data.lstrip().startswith((RS, b"{", b"[")):
                from geoloc.reading.rows import read_rows

                table = read_rows(number, data, numbered, label, latitude=latitude, longitude=longitude)
                if table is not None:
                    return table
            return _sniff(number, data, numbered, label)
    return FeatureStream("document", iter(()))


def _sniff(number: int, data: bytes, rest: _Numbered, label: str) -> FeatureStream:
    if data.lstrip().startswith(RS):
        return FeatureStream("rs", _sequence(_split(chain([(number, data)], rest)), label))
    try:
        value = loads(_decoded(data, number, label))
    except JSONError as error:
        if not error.unfinished:
            raise FormatError(f"{label}, line {number}: {error}") from None
        text = data + b"".join(line for _, line in rest)
        return FeatureStream("document", _sequence(iter([(number, text)]), label))
    first = _record(value, f"{label}, line {number}")
    for following, more in rest:
        if more.strip():
            others = ((n, line) for n, line in chain([(following, more)], rest) if line.strip())
            return FeatureStream("lines", chain([first], _sequence(others, label)))
    return FeatureStream("document", iter([first]))


def _split(lines: _Numbered) -> _Numbered:
    """Cut at each RS, which no JSON text can hold; yields the line on which a record begins."""
    start, parts = 1, []
    for number, line in lines:
        head, *tails = line.split(RS)
        parts.append(head)
        for tail in tails:
            if record := b"".join(parts).rstrip():
                yield start, record
            start, parts = number, [tail]
    if record := b"".join(parts).rstrip():
        yield start, record


def _sequence(texts: _Numbered, label: str) -> Iterator[Record]:
    for number, data in texts:
        try:
            value = loads(_decoded(data, number, label))
        except JSONError as error:
            raise FormatError(f"{label}, line {number + error.line - 1}: {error}") from None
        yield _record(value, f"{label}, line {number}")


def _decoded(data: bytes, number: int, label: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = number + data.count(b"\n", 0, error.start)
        raise FormatError(f"{label}, line {line}: not UTF-8 text, so not GeoJSON; convert it first") from None


def _record(value: Any, where: str) -> Record:
    kind = value.get("type") if isinstance(value, dict) else None
    if kind == "FeatureCollection":
        members = value.get("features")
        if not isinstance(members, list):
            raise FormatError(f'{where}: the collection has no array "features"')
        return Record(value, tuple(_feature(member, f"{where}, features[{i}]") for i, member in enumerate(members)))
    if kind in GEOMETRIES:
        value = {"type": "Feature", "geometry": value, "properties": {}}
    return Record(value, (_feature(value, where),))


def _feature(value: Any, where: str) -> Feature:
    if not isinstance(value, dict) or value.get("type") != "Feature":
        found = repr(value.get("type")) if isinstance(value, dict) else f"a JSON {_json_type(value)}"
        raise FormatError(f"{where}: a GeoJSON feature is expected, not {found[:40]}")
    properties = value.setdefault("properties", {})
    if properties is None:
        value["properties"] = {}
    elif not isinstance(properties, dict):
        raise FormatError(f'{where}: "properties" must be an object or null, not a JSON {_json_type(properties)}')
    return Feature(where, value, _point(value.setdefault("geometry", None), where))


def _point(geometry: Any, where: str) -> tuple[float, float] | None:
    if geometry is None:
        return None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in GEOMETRIES:
        raise FormatError(f'{where}: "geometry" must be a GeoJSON geometry or null')
    if kind != "Point":
        return None
    coordinates = geometry.get("coordinates")
    if coordinates == []:  # RFC 7946 §3.1: may be taken for a null geometry
        return None
    position = coordinates[:2] if isinstance(coordinates, list) else []
    if len(position) < 2 or any(type(degrees) not in (int, float) for degrees in position):
        raise FormatError(f"{where}: a position is [longitude, latitude], two numbers")
    lon, lat = position
    if not (abs(lat) <= 90 and abs(lon) <= 360):
        shown = ", ".join(str(degrees)[:20] for degrees in position)
        raise FormatError(f"{where}: [{shown}] is not longitude and latitude in degrees (WGS 84)")
    return float(lat), float(lon)


def _json_type(value: Any) -> str:
    if value is None:
        return "null"
    names = {bool: "boolean", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "number")
