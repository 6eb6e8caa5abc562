"""Where borders come from: the bundled files by id, or a file of the user."""

from __future__ import annotations

import os
import re
from pathlib import Path

from geoloc.borders import admin1, catalogue
from geoloc.borders.border import LINE_ERROR_KM, Border
from geoloc.borders.country import countries, once
from geoloc.borders.disputed import checked_worldview, lines_of
from geoloc.borders.geodesy import Floats
from geoloc.borders.sides import country_sides, division_sides, line_sides, polygon_sides
from geoloc.errors import SourceError, UnknownBorderError


def load(source: str | os.PathLike[str], worldview: str | None = None) -> Border:
    """Load what `Border.load` describes."""
    worldview = checked_worldview(worldview)
    path = Path(source)
    if not isinstance(source, str):
        return of_file(path, worldview)
    if not source.strip():
        raise UnknownBorderError("an empty border id; give one such as RU-UA, see: geoloc border list")
    if catalogue.canonical_id(source) in catalogue.entries():
        return of_pair(source, worldview)
    if path.exists() and not path.is_dir():
        return of_file(path, worldview)
    if re.fullmatch(r"\s*[A-Za-z]{2}\s*", source):
        return of_country(source.strip(), worldview)
    if source.count("/") == 1 and (path.suffix == "" or "." not in source) and not path.is_dir():
        return of_divisions(source, worldview)
    if path.suffix or path.name != source or path.is_dir():
        return of_file(path, worldview)
    return of_pair(source, worldview)


def of_pair(id: str, worldview: str | None = None) -> Border:
    """Load the land border of two countries."""
    entry = catalogue.find(id)
    parts, gaps = lines_of(entry, worldview)
    return Border(
        entry.id,
        entry.name,
        parts + gaps,
        country_sides(entry.countries, worldview),
        countries=entry.countries,
        about=catalogue.about(),
        line_error_km=LINE_ERROR_KM,
        codes=entry.countries,
        gaps=range(len(parts), len(parts) + len(gaps)),
        worldview=worldview,
        farthest_km=None if worldview else dict(zip(entry.countries, entry.farthest_km, strict=True)),
    )


def of_country(code: str, worldview: str | None = None) -> Border:
    """Load the whole land border of a country; its parts bear the ids of the pairs.

    A line that two pairs have in common, as BR-FR and BR-GF, is taken once, under the name of the dependency.
    """
    wording, code = code, code.upper()
    entries = once(entry for entry in catalogue.entries().values() if code in entry.countries)
    if not entries:
        known = (
            f"{countries()[code].name} has no land border"
            if code in countries()
            else f"unknown border {wording!r}: no such country"
        )
        raise UnknownBorderError(f"{known}; 'geoloc border list' shows all borders")
    lines: list[Floats] = []
    names: list[str] = []
    gaps: list[int] = []
    for entry in entries:
        parts, closing = lines_of(entry, worldview)
        gaps += range(len(lines) + len(parts), len(lines) + len(parts) + len(closing))
        lines += parts + closing
        names += [entry.id] * len(parts + closing)
    codes = {country for entry in entries for country in entry.countries}
    return Border(
        code,
        f"{countries()[code].name}, land border",
        lines,
        country_sides(codes, worldview),
        about=catalogue.about(),
        line_error_km=LINE_ERROR_KM,
        part_names=names,
        codes=codes,
        gaps=gaps,
        worldview=worldview,
    )


def of_divisions(text: str, worldview: str | None = None) -> Border:
    """Load the border of two first-order divisions, from Natural Earth."""
    pair = admin1.find_pair(text)
    return Border(
        "/".join(division.label for division in pair),
        "–".join(division.name for division in pair),
        admin1.shared_lines(*pair),
        division_sides(pair),
        about=admin1.ABOUT,
        line_error_km=max(division.error_km for division in pair),
        worldview=worldview,
    )


def of_file(path: Path, worldview: str | None = None) -> Border:
    """Load the lines or polygons of a file."""
    if not path.exists():
        raise SourceError(
            f"{path}: no such file; give GeoJSON, GeoPackage, Shapefile or KML, or a border id such as RU-UA"
        )
    if path.is_dir():
        raise SourceError(
            f"{path}: a folder cannot be read as a border; give a file in it (GeoJSON, GeoPackage, Shapefile or KML)"
        )
    from geoloc.borders.files import read_drawing

    drawing = read_drawing(path)
    side = polygon_sides(drawing.areas) if drawing.areas else line_sides(drawing.lines)
    return Border(str(path), path.stem, drawing.lines, side, part_names=drawing.names, worldview=worldview)
