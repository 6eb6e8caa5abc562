"""GeoJSON from a stream of lines, in whatever shape it comes, and tables of points.

Told apart by their beginning: records that start with RS (RFC 8142), one GeoJSON object a line, or one document
over any number of lines: a collection, a feature or a bare geometry. Records and lines are read one by one, and so are
the features of a long collection, in constant memory, but for a line, which is read whole. What begins otherwise may be
a table or plain points (`rows`).
Bare geometries become features, since only those have properties.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

from geoloc.errors import FormatError
from geoloc.reading.collection import Collection
from geoloc.reading.crs import foreign_crs
from geoloc.reading.jsontext import JSONError, loads
from geoloc.reading.textlines import TextLines

if TYPE_CHECKING:
    from geoloc.reading.rows import Table

RS = "\x1e"
_BLANK = " \t\r\n\v\f"
"""What `str.strip` takes off, but for RS, which it takes for blank, too."""
_LONG_LINE = 1 << 20
"""Characters of a line that may hold a whole collection, which is better not taken apart at once."""
GEOMETRIES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection")

Framing = Literal["document", "collection", "lines", "rs", "table"]
_Numbered = Iterator[tuple[int, str]]


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
    text : str or None
        Of a row of a table: the cells as they stand in the file, if there is one for each column.
    """

    value: dict[str, Any]
    features: tuple[Feature, ...]
    text: str | None = None

    @property
    def is_collection(self) -> bool:
        """False for a lone feature."""
        return bool(self.value["type"] == "FeatureCollection")


@dataclass(frozen=True, slots=True)
class FeatureStream:
    """How the input was framed, and its records.

    Attributes
    ----------
    text : TextLines
        Knows the encoding, once the records have been read.
    table : Table or None
        The columns, if it is a table.
    collection : Collection or None
        The other members, if it is a collection that is read feature by feature.
    """

    framing: Framing
    records: Iterator[Record]
    text: TextLines
    table: Table | None = None
    collection: Collection | None = None


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
        In any encoding that can be told (`textlines`); an open binary file will do.
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
    text = TextLines(lines, label)
    for number, line in text:
        if line.strip(_BLANK):
            if line.lstrip(_BLANK).startswith((RS, "{", "[")):
                return _sniff(number, line, text, label)
            from geoloc.reading.rows import read_rows

            table, records = read_rows(number, line, iter(text), label, latitude=latitude, longitude=longitude)
            return FeatureStream("table", records, text, table)
    return FeatureStream("document", iter(()), text)


def _sniff(number: int, line: str, text: TextLines, label: str) -> FeatureStream:
    rest: _Numbered = (pair for pair in text if pair[1].strip())
    if line.lstrip(_BLANK).startswith(RS):
        return FeatureStream("rs", _sequence(_split(chain([(number, line)], iter(text))), label), text)
    following = next(rest, None) if len(line) > _LONG_LINE else None
    if following is None and len(line) > _LONG_LINE:
        return _one_by_one(number, line, text, label)
    try:
        value = loads(line)
    except JSONError as error:
        if not error.unfinished:
            raise FormatError(f"{label}, line {number}: {error}") from None
        return _one_by_one(number, line, text, label)
    first = _record(value, f"{label}, line {number}")
    following = following or next(rest, None)
    if following is None:
        return FeatureStream("document", iter([first]), text)
    return FeatureStream("lines", chain([first], _sequence(chain([following], rest), label)), text)


def _one_by_one(number: int, line: str, text: TextLines, label: str) -> FeatureStream:
    """Read one document: the features of a collection one by one, anything else whole."""
    collection = Collection(number, line, iter(text), label)
    if line.lstrip().startswith("{") and collection.begin():
        return FeatureStream("collection", _members(collection, f"{label}, line {number}"), text, None, collection)
    return FeatureStream("document", _sequence(iter([(number, collection.whole())]), label), text)


def _members(collection: Collection, where: str) -> Iterator[Record]:
    _check_crs(collection.members, where)
    for place, value in collection.features():
        yield Record(value, (_feature(value, place),))
    _check_crs(collection.late, where)


def _split(lines: _Numbered) -> _Numbered:
    """Cut at each RS, which no JSON text can hold; yields the line on which a record begins."""
    start, parts = 1, []
    for number, line in lines:
        head, *tails = line.split(RS)
        parts.append(head)
        for tail in tails:
            if record := "".join(parts).rstrip():
                yield start, record
            start, parts = number, [tail]
    if record := "".join(parts).rstrip():
        yield start, record


def _sequence(texts: _Numbered, label: str) -> Iterator[Record]:
    for number, text in texts:
        try:
            value = loads(text)
        except JSONError as error:
            raise FormatError(f"{label}, line {number + error.line - 1}: {error}") from None
        yield _record(value, f"{label}, line {number}")


def _record(value: Any, where: str) -> Record:
    kind = value.get("type") if isinstance(value, dict) else None
    _check_crs(value, where)
    if kind == "FeatureCollection":
        members = value.get("features")
        if not isinstance(members, list):
            raise FormatError(f'{where}: the collection has no array "features"')
        return Record(value, tuple(_feature(member, f"{where}, features[{i}]") for i, member in enumerate(members)))
    if kind in GEOMETRIES:
        value = {"type": "Feature", "geometry": value, "properties": {}}
    return Record(value, (_feature(value, where),))


def _check_crs(value: Any, where: str) -> None:
    if crs := foreign_crs(value):
        raise FormatError(f"{where}: the coordinate system is {crs}, not WGS 84; convert it: ogr2ogr -t_srs EPSG:4326")


def _feature(value: Any, where: str) -> Feature:
    if not isinstance(value, dict) or value.get("type") != "Feature":
        found, hint = f"a JSON {_json_type(value)}", ""
        if isinstance(value, dict):
            found = repr(value["type"]) if "type" in value else 'an object without "type"'
            hint = "; of other JSON for maps GDAL makes it: ogr2ogr -f GeoJSONSeq /vsistdout/ FILE"
        elif isinstance(value, list):
            hint = "; of an array of features jq -c '.[]' makes lines"
        raise FormatError(f"{where}: a GeoJSON feature is expected, not {found[:40]}{hint}")
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
        raise FormatError(
            f"{where}: [{shown}] is not longitude and latitude in degrees (WGS 84); "
            "if it is in another coordinate system: ogr2ogr -t_srs EPSG:4326"
        )
    return float(lat), float(lon)


def _json_type(value: Any) -> str:
    if value is None:
        return "null"
    names = {bool: "boolean", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "number")
