"""Points in a stream of lines that are no GeoJSON: a table with named columns, or a latitude and longitude a line.

Each row becomes a feature whose properties are its cells, so that what measures features measures them, too. Rows are
read one by one, in constant memory.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from geoloc.errors import FormatError, UsageError
from geoloc.reading.delimited import DELIMITERS, cells_of, delimiter_of, unique_names
from geoloc.reading.features import Feature, Record
from geoloc.reading.points import parse_point

LATITUDES = ("lat", "latitude", "y", "latdd", "latitudedd", "decimallatitude", "latitud", "широта")
LONGITUDES = (
    "lon", "lng", "long", "longitude", "x", "londd", "longdd", "longitudedd", "decimallongitude", "longitud",
    "долгота", "довгота",
)  # fmt: skip
USUAL = "lat, latitude or y; lon, lng, longitude or x"
_NO_LETTERS = re.compile(r"[\W_]+")
_LONGEST_SHOWN = 200

_Numbered = Iterator[tuple[int, str]]


@dataclass(slots=True)
class Table:
    """What the rows of a table stand under, so that they can be written as they were.

    Attributes
    ----------
    header : str
        The headings as they stand in the file; of plain points, which have none, those that they get.
    columns : list of str
        The names of the columns, each once: the properties of the features.
    delimiter : str
    quoted : bool
        Whether every heading stands in quotes.
    decimal_comma : bool
        Whether the coordinates read so far have shown a decimal comma.
    """

    header: str
    columns: list[str]
    delimiter: str = ","
    quoted: bool = False
    decimal_comma: bool = False


def read_rows(
    number: int, first: str, rest: _Numbered, label: str, *, latitude: str | None, longitude: str | None
) -> tuple[Table, Iterator[Record]]:
    """Read a table or plain points, whose first line that is not blank is `first`.

    Parameters
    ----------
    latitude, longitude : str or None
        Names of the columns; None finds them by their usual names, in any case.

    Raises
    ------
    FormatError
        If it is neither, or a column that was named is not there, or, when the rows are read, if one is malformed.
    """
    where = f"{label}, line {number}"
    if latitude is None and longitude is None and _is_point(first, where):
        commas = "," in first and ";" in first
        delimiter = ";" if commas else ","
        table = Table(f"lat{delimiter}lon", ["lat", "lon"], delimiter, decimal_comma=commas)
        return table, _points(chain([(number, first)], rest), label)
    seen: list[str] = []
    for delimiter in DELIMITERS:
        header = next(cells_of([first.strip("\r\n")], delimiter), [])
        columns = list(unique_names(header))
        lat, lon = _column(columns, latitude, LATITUDES), _column(columns, longitude, LONGITUDES)
        if lat is not None and lon is not None and lat != lon:
            quoted = first.lstrip().startswith('"') and first.count('"') >= 2 * len(header)
            table = Table(first.strip("\r\n"), columns, delimiter, quoted)
            return table, _rows(table, lat, lon, rest, label, number)
        if delimiter == delimiter_of(first):
            seen = columns
    raise FormatError(f"{where}: {_complaint(first, seen, latitude, longitude)}")


def _complaint(first: str, columns: list[str], latitude: str | None, longitude: str | None) -> str:
    """Say why a line is no header of a table with points, and what to do."""
    shown = ", ".join(map(repr, columns))
    shown = shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"
    if latitude is not None or longitude is not None:
        missing = [name for name in (latitude, longitude) if name is not None and name not in columns]
        wanted = " or ".join(map(repr, missing)) or "for both latitude and longitude"
        return f"no column {wanted}; the columns are {shown}; name them with --lat and --lon"
    if first.lstrip().startswith("<"):
        return "this is XML or HTML, not GeoJSON; convert KML and GPX first: ogr2ogr -f GeoJSONSeq points.geojsonl FILE"
    if len(columns) > 1:
        found = "neither latitudes nor longitudes"
        if _column(columns, None, LATITUDES) is not None:
            found = "no longitudes"
        elif _column(columns, None, LONGITUDES) is not None:
            found = "no latitudes"
        return f"{found} among the columns {shown}; looked for {USUAL}; name them with --lat and --lon"
    return (
        f"{first.strip()[:40]!r} is no GeoJSON, no LAT,LON and no header of a table with columns {USUAL}; "
        "names of places are arguments: geoloc distance NAME…"
    )


def _column(columns: list[str], wanted: str | None, usual: Iterable[str]) -> int | None:
    """Return the index of the column that was named, or of the first with a usual name.

    Where no name is just that, the one column will do that has such a name among its words (``geo_lat``).
    """
    if wanted is not None:
        return columns.index(wanted) if wanted in columns else None
    folded = [_NO_LETTERS.sub("", column.casefold()) for column in columns]
    for name in usual:
        if name in folded:
            return folded.index(name)
    words = [set(_NO_LETTERS.split(column.casefold())) for column in columns]
    holding = [index for index, some in enumerate(words) if some.intersection(name for name in usual if len(name) > 1)]
    return holding[0] if len(holding) == 1 else None


def _is_point(text: str, where: str) -> bool:
    """Tell whether a line is coordinates; raises if it looks like them and is none."""
    try:
        return parse_point(text) is not None
    except UsageError as error:
        raise FormatError(f"{where}: {error}") from None


def _points(lines: _Numbered, label: str) -> Iterator[Record]:
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


def _rows(table: Table, lat: int, lon: int, lines: _Numbered, label: str, start: int) -> Iterator[Record]:
    taken: list[str] = []
    reader = cells_of(_kept(lines, taken), table.delimiter)
    width = len(table.columns)
    try:
        for cells in reader:
            text = "".join(taken).rstrip("\r\n") if len(cells) == width else None
            taken.clear()
            if cells:
                where = f"{label}, line {start + reader.line_num}"
                if len(cells) < width or any(map(str.strip, cells[width:])):
                    raise FormatError(f"{where}: {len(cells)} cells, but the header has {width}")
                point = _point(cells[lat], cells[lon], where)
                if point and "," in cells[lat] + cells[lon]:
                    table.decimal_comma = True
                yield _record(where, dict(zip(table.columns, cells, strict=False)), point, text)
    except csv.Error as error:
        raise FormatError(f"{label}, line {start + reader.line_num}: not a table ({error})") from None


def _kept(lines: _Numbered, taken: list[str]) -> Iterator[str]:
    """Yield the text of lines, which `taken` gets, too."""
    for _, text in lines:
        taken.append(text)
        yield text


def _point(lat: str, lon: str, where: str) -> tuple[float, float] | None:
    """Return the point of a row, None where a cell is blank or has no digit (``n/a``)."""
    if not (any(map(str.isdigit, lat)) and any(map(str.isdigit, lon))):
        return None
    point: tuple[float, float] | None
    try:
        point = float(lat.replace(",", ".")), float(lon.replace(",", "."))
    except ValueError:
        try:
            point = parse_point(f"{lat} {lon}")  # 50°27'N
        except UsageError:
            point = None
    if point is None or not (abs(point[0]) <= 90 and abs(point[1]) <= 360):
        raise FormatError(
            f"{where}: {lat[:20]!r}, {lon[:20]!r} are no latitude and longitude in degrees (WGS 84); "
            "name other columns with --lat and --lon, or convert the coordinates first"
        )
    return point


def _record(
    where: str, properties: dict[str, object], point: tuple[float, float] | None, text: str | None = None
) -> Record:
    geometry = None if point is None else {"type": "Point", "coordinates": [point[1], point[0]]}
    value = {"type": "Feature", "geometry": geometry, "properties": properties}
    return Record(value, (Feature(where, value, point),), text)
