"""Places from a user's table: CSV or TSV with a header, GeoJSON, GeoPackage or Shapefile points.

Columns are known by the names that tables commonly give them (`COLUMNS`), in any case; a table with other names is
read with a mapping. Only name, latitude and longitude are needed.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

from geoloc.errors import FormatError, SourceError, UsageError
from geoloc.gazetteer.builder import Row
from geoloc.model import PLACE_KINDS

COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("name", "toponym", "place", "title", "label"),
    "lat": ("lat", "latitude", "y"),
    "lon": ("lon", "lng", "long", "longitude", "x"),
    "id": ("id", "code", "fid"),
    "geonameid": ("geonameid", "geoname_id", "geonames", "geonames_id"),
    "country": ("country", "country_code", "countrycode", "iso2", "iso_a2"),
    "admin1": ("admin1", "admin1_code", "region", "province", "state", "oblast"),
    "admin2": ("admin2", "admin2_code", "district", "county", "raion"),
    "population": ("population", "pop"),
    "kind": ("kind",),
    "feature_code": ("feature_code", "fcode"),
    "alternates": ("alternates", "alternatenames", "alternate_names", "alt_names", "aliases"),
}
"""The fields of a place, and the columns that are taken for each; the first that is there."""

ENDINGS = (".csv", ".tsv", ".json", ".geojson", ".geojsonl", ".geojsons", ".ndjson", ".gpkg", ".shp")
_TOWNS = ("city", "town", "village", "hamlet", "settlement", "locality")


def records(path: Path) -> Iterator[tuple[int, dict[str, Any] | FormatError]]:
    """Yield the rows of a table: the line or number of each, and its values by column.

    A GeoJSON feature gives its properties, with ``lat`` and ``lon`` of its point. What is broken is given as the
    error that says why.

    Raises
    ------
    SourceError
        If the file cannot be opened.
    FormatError
        If it is no such table at all.
    """
    if path.suffix.lower() in (".csv", ".tsv"):
        return delimited(path)
    if path.suffix.lower() in (".gpkg", ".shp"):
        return _vector(path)
    return _geojson(path)


def delimited(path: Path) -> Iterator[tuple[int, dict[str, Any] | FormatError]]:
    """Yield the rows of CSV or, by its ending, TSV; see `records`."""
    from geoloc.reading.decoding import decode
    from geoloc.reading.delimited import cells_of, delimiter_of

    text, _ = decode(_bytes(path), str(path))
    delimiter = "\t" if path.suffix.lower() == ".tsv" else delimiter_of(text.partition("\n")[0])
    reader = cells_of(io.StringIO(text, newline=""), delimiter)
    header: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield line, FormatError(str(error))
            continue
        if cells is None:
            break
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = [cell.strip() for cell in cells]
            twice = [name for number, name in enumerate(header) if name and name in header[:number]]
            if twice:
                raise FormatError(f"{path} has the column {twice[0]!r} twice; rename one")
        elif any(cell.strip() for cell in cells[len(header) :]):
            yield line, FormatError(f"{len(cells)} columns, but the header has {len(header)}")
        else:
            yield line, dict(zip_longest(header, cells[: len(header)], fillvalue=""))


def _geojson(path: Path) -> Iterator[tuple[int, dict[str, Any] | FormatError]]:
    from geoloc.reading.features import read_features

    try:
        with path.open("rb") as file:
            features = (f for record in read_features(file, str(path)).records for f in record.features)
            for number, feature in enumerate(features, 1):
                yield number, _with_point(feature.value, feature.point)
    except FileNotFoundError:
        raise SourceError(f"{path}: no such file; check the path") from None
    except OSError as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(f"{path} cannot be read: {error.strerror or error}") from None


def _vector(path: Path) -> Iterator[tuple[int, dict[str, Any] | FormatError]]:
    from geoloc.reading.vector import read_vector

    if not path.exists():
        raise SourceError(f"{path}: no such file; check the path")
    for number, feature in enumerate(read_vector(path) or (), 1):
        geometry = feature.get("geometry") or {}
        point = None
        if geometry.get("type") == "Point" and len(geometry["coordinates"]) >= 2:
            lon, lat = geometry["coordinates"][:2]
            point = float(lat), float(lon)
        yield number, _with_point(feature, point)


def _with_point(feature: Mapping[str, Any], point: tuple[float, float] | None) -> dict[str, Any] | FormatError:
    if point is None:
        kind = (feature.get("geometry") or {}).get("type")
        return FormatError(f"a point is expected, not {'a ' + kind if kind else 'a feature without geometry'}")
    properties = feature.get("properties") or {}
    others = {key: value for key, value in properties.items() if str(key).casefold() not in ("lat", "lon")}
    return {**others, "lat": point[0], "lon": point[1]}


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise SourceError(f"{path}: no such file; check the path") from None
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}") from None


def columns_of(record: Mapping[str, Any], given: Mapping[str, str], label: str) -> dict[str, str]:
    """Return which column holds each field of a place.

    Parameters
    ----------
    record : mapping
        A row of the table.
    given : mapping
        Field to column, as the user named them.
    label : str
        What to call the table in an error message.

    Raises
    ------
    UsageError
        If the user named a field or column that there is not.
    FormatError
        If no column can be the name, the latitude or the longitude.

    Examples
    --------
    >>> columns_of({"NAME": "Kozinka", "Y": 50.46, "X": 35.6}, {}, "t.csv")
    {'name': 'NAME', 'lat': 'Y', 'lon': 'X'}
    """
    known = {str(column).strip().casefold(): column for column in reversed(list(record))}
    found: dict[str, str] = {}
    for field, column in given.items():
        if field not in COLUMNS:
            raise UsageError(f"{field!r} is no field of a place; known are {', '.join(COLUMNS)}")
        if column.casefold() not in known:
            raise UsageError(f"{label} has no column {column!r}; it has {_listed(record)}")
        found[field] = known[column.casefold()]
    for field, usual in COLUMNS.items():
        present = [known[name] for name in usual if name in known]
        if field not in found and present:
            found[field] = present[0]
    for field in ("name", "lat", "lon"):
        if field not in found:
            raise FormatError(
                f"{label} has no column for {field}; it has {_listed(record)}; name it: "
                f"geoloc gazetteer import FILE --column {field}=COLUMN"
            )
    return {field: found[field] for field in COLUMNS if field in found}


def _listed(record: Mapping[str, Any]) -> str:
    return ", ".join(map(str, list(record)[:20]))


def table_row(record: Mapping[str, Any], columns: Mapping[str, str]) -> Row:
    """Turn a row of a table into a row of a gazetteer.

    ``admin1`` and ``admin2`` are GeoNames codes, with or without the country before them, or names of divisions;
    several ``alternates`` are parted by ``|`` or ``;``, or by commas where neither is there.

    Raises
    ------
    FormatError
        If a value cannot be used.
    """
    values = {field: record.get(column) for field, column in columns.items()}
    name = _text(values.get("name"))
    if not name:
        raise FormatError("the name is empty")
    lat, lon = degrees(values.get("lat"), 90, "latitude"), degrees(values.get("lon"), 180, "longitude")
    country = _text(values.get("country")).upper() or None
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise FormatError(f"{country!r} is no country; give its ISO 3166 alpha-2 code")
    kind = _text(values.get("kind")).lower() or "populated-place"
    kind = "populated-place" if kind in _TOWNS else kind
    if kind not in PLACE_KINDS:
        raise FormatError(f"{kind!r} is no kind; known are {', '.join(PLACE_KINDS)}")
    first, second = _text(values.get("admin1")), _text(values.get("admin2"))
    geonameid = _whole(values.get("geonameid"), "GeoNames id") or None
    return Row(
        key="",
        name=name,
        kind=kind,
        lat=lat,
        lon=lon,
        geonameid=geonameid,
        feature_code=_text(values.get("feature_code")) or None,
        country=country,
        parent1=_qualified(first, country) if first else None,
        parent2=_qualified(second, country, first) if second else None,
        weight=_whole(values.get("population"), "population"),
        alternates=_split(values.get("alternates")),
        id=None if geonameid else _text(values.get("id")) or None,
    )


def _qualified(division: str, country: str | None, above: str = "") -> str:
    """Return a code that begins with its country and, for the second order, the division above."""
    if country is None or division.startswith(f"{country}."):
        return division
    if not above:
        return f"{country}.{division}"
    return f"{above if above.startswith(f'{country}.') else f'{country}.{above}'}.{division}"


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else " ".join(str(value).split())


def degrees(value: Any, most: int, what: str) -> float:
    """Return a latitude or longitude, with a decimal point or comma.

    Raises
    ------
    FormatError
        If it is none, or larger than `most`.
    """
    text = _text(value) if not isinstance(value, float) else repr(value)
    try:
        number = float(text.replace(",", ".")) if text else math.nan
    except ValueError:
        number = math.nan
    if not abs(number) <= most:
        raise FormatError(f"{text!r} is no {what} in degrees")
    return number


def _whole(value: Any, what: str) -> int:
    text = re.sub(r"(?<=\d)[ ,'](?=\d{3}\b)", "", _text(value))
    try:
        number = int(float(text)) if text else 0
    except (ValueError, OverflowError):
        raise FormatError(f"{text!r} is no {what}") from None
    if not 0 <= number < 1 << 31:
        raise FormatError(f"{text!r} is no {what}")
    return number


def _split(value: Any) -> list[str]:
    if isinstance(value, list):
        return [name for name in map(_text, value) if name]
    text = _text(value)
    separator = next((mark for mark in "|;" if mark in text), ",")
    return [name.strip() for name in text.split(separator) if name.strip()]
