"""Points in a stream of lines that are no GeoJSON: a table with named columns, or a latitude and longitude a line.

Each row becomes a feature whose properties are its cells, so that what measures features measures them, too. Rows are
read one by one, in constant memory.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import chain

from geoloc.errors import FormatError, UsageError
from geoloc.reading.features import Feature, FeatureStream, Record
from geoloc.reading.points import parse_point

LATITUDES = ("lat", "latitude", "y", "lat_dd", "latitude_dd", "decimallatitude")
LONGITUDES = ("lon", "lng", "long", "longitude", "x", "lon_dd", "longitude_dd", "decimallongitude")
DELIMITERS = ",;\t|"

_Numbered = Iterator[tuple[int, bytes]]


def read_rows(
    number: int, first: bytes, rest: _Numbered, label: str, *, latitude: str | None, longitude: str | None
) -> FeatureStream | None:
    """Read a table or plain points, whose first line that is not blank is `first`; None if it is neither.

    Parameters
    ----------
    latitude, longitude : str or None
        Names of the columns; None finds them by their usual names, in any case.

    Raises
    ------
    FormatError
        If a column that was named is not there, or, when the rows are read, if a row has no usable point.
    """
    try:
        text = first.decode()
    except UnicodeDecodeError:
        return None
    if latitude is None and longitude is None and _is_point(text):
        lines = _decoded(chain([(number, first)], rest), label)
        return FeatureStream("table", _points(lines, label), ("lat", "lon"))
    for delimiter in DELIMITERS:
        header = next(csv.reader([text.strip("\r\n")], delimiter=delimiter), [])
        columns = [name.strip() for name in header]
        lat, lon = _column(columns, latitude, LATITUDES), _column(columns, longitude, LONGITUDES)
        if lat is not None and lon is not None:
            if len(set(columns)) < len(columns):
                raise FormatError(f"{label}, line {number}: two columns of the header have the same name")
            lines = _decoded(rest, label)
            return FeatureStream(
                "table", _rows(columns, lat, lon, lines, label, delimiter, number), tuple(columns), delimiter
            )
    if latitude is not None or longitude is not None:
        wanted = " and ".join(repr(name) for name in (latitude, longitude) if name is not None)
        raise FormatError(f"{label}, line {number}: no columns {wanted} in the header {text.strip()[:80]!r}")
    return None


def _column(columns: list[str], wanted: str | None, usual: Iterable[str]) -> int | None:
    """Return the index of the column that was named, or of the first with a usual name."""
    if wanted is not None:
        return columns.index(wanted) if wanted in columns else None
    folded = [column.casefold() for column in columns]
    return next((folded.index(name) for name in usual if name in folded), None)


def _is_point(text: str) -> bool:
    try:
        return parse_point(text) is not None
    except UsageError:
        return False


def _decoded(lines: _Numbered, label: str) -> Iterator[tuple[int, str]]:
    for number, data in lines:
        try:
            yield number, data.decode()
        except UnicodeDecodeError:
            raise FormatError(f"{label}, line {number}: not UTF-8 text; convert it first") from None


def _points(lines: Iterator[tuple[int, str]], label: str) -> Iterator[Record]:
    for number, text in lines:
        if text.strip():
            where = f"{label}, line {number}"
            try:
                point = parse_point(text)
            except UsageError as error:
                raise FormatError(f"{where}: {error}") from None
            if point is None:
                raise FormatError(f"{where}: {text.strip()[:40]!r} is no point; write it as LAT,LON in degrees")
            yield _record(where, {"lat": point[0], "lon": point[1]}, point)


def _rows(
    columns: list[str], lat: int, lon: int, lines: Iterator[tuple[int, str]], label: str, delimiter: str, start: int
) -> Iterator[Record]:
    reader = csv.reader((text for _, text in lines), delimiter=delimiter)
    try:
        for cells in reader:
            if cells:
                where = f"{label}, line {start + reader.line_num}"
                if len(cells) != len(columns):
                    raise FormatError(f"{where}: {len(cells)} cells, but the header has {len(columns)}")
                yield _record(where, dict(zip(columns, cells, strict=True)), _point(cells[lat], cells[lon], where))
    except csv.Error as error:
        raise FormatError(f"{label}, line {start + reader.line_num}: not a table ({error})") from None


def _point(lat: str, lon: str, where: str) -> tuple[float, float] | None:
    """Return the point of a row, None where both cells are blank."""
    if not lat.strip() and not lon.strip():
        return None
    try:
        point = float(lat.replace(",", ".")), float(lon.replace(",", "."))
    except ValueError:
        raise FormatError(f"{where}: {lat[:20]!r}, {lon[:20]!r} are no latitude and longitude in degrees") from None
    if not (abs(point[0]) <= 90 and abs(point[1]) <= 360):
        raise FormatError(f"{where}: {lat[:20]!r}, {lon[:20]!r} are no latitude and longitude in degrees")
    return point


def _record(where: str, properties: dict[str, object], point: tuple[float, float] | None) -> Record:
    geometry = None if point is None else {"type": "Point", "coordinates": [point[1], point[0]]}
    value = {"type": "Feature", "geometry": geometry, "properties": properties}
    return Record(value, (Feature(where, value, point),))
