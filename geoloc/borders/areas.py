"""How lines and areas lie to a border: the nearest and the farthest of their points, and whether they meet it.

`extremes` seeks these points; here stand the areas that geoloc knows by their outlines, and what counts as meeting.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from geoloc.borders import admin1
from geoloc.borders.border import Border
from geoloc.borders.country import Outline, countries
from geoloc.borders.extremes import NEAREST_M, Holds, Metres, Paths, Shape
from geoloc.borders.geodesy import Floats
from geoloc.borders.territory import territory
from geoloc.model import AreaRelation, Place

COAST_ERROR_KM = 0.4
"""Coasts of countries are simplified to this."""

FAR_KM = 1000.0
"""Beyond it distances are measured on a sphere to points of the line: right to `FAR_ERROR` of themselves."""

FAR_ERROR = 0.006
"""The ellipsoid differs from the sphere by 0.56 % at most; the points add less."""

MEAN_RADIUS_M = 6_371_008.8
"""Of the ellipsoid: (2a + b) / 3."""

_FAR_POINTS = 500  # of a line, for what is far
_COARSE = 25  # of these points every so many show that most is not
_MOST_SHAPES = 128  # together, which bounds the memory that a search takes
_MOST_VERTICES = 50_000


def shape_relation(border: Border, lines: Sequence[Floats], holds: Holds | None = None) -> AreaRelation:
    """Measure lines, or an area by its rings; see `shape_relations`."""
    return shape_relations(border, [Shape(lines, holds)])[0]


def shape_relations(border: Border, shapes: Sequence[Shape]) -> list[AreaRelation]:
    """Measure lines and areas, much faster than one by one.

    Parameters
    ----------
    border : Border
    shapes : sequence of Shape
        Each with a line at least.

    Returns
    -------
    list of AreaRelation
        The nearest to a metre, the farthest to a hundredth of itself; beyond `FAR_KM` both to `FAR_ERROR`.
    """
    found: list[AreaRelation] = []
    batch: list[Shape] = []
    vertices = 0
    for shape in shapes:
        batch.append(shape)
        vertices += sum(map(len, shape.lines))
        if len(batch) == _MOST_SHAPES or vertices >= _MOST_VERTICES:
            found += _relations(border, Paths(batch))
            batch, vertices = [], 0
    return found + _relations(border, Paths(batch)) if batch else found


def _relations(border: Border, paths: Paths) -> list[AreaRelation]:
    metres = _metres_to(border)
    lat, lon = np.array([line[0] for line in border.lines]).T
    touches = np.array([shape.holds is not None and bool(shape.holds(lat, lon).any()) for shape in paths.shapes])
    nearest = np.where(touches, 0.0, paths.extremes(metres, farthest=False))
    touches |= nearest <= NEAREST_M
    nearest[touches] = 0.0
    farthest = paths.farthest_inside(metres, paths.extremes(metres, farthest=True))
    error = np.where(nearest > FAR_KM * 1000, FAR_ERROR * nearest / 1000, 0.0)
    error = np.maximum(border.line_error_km, error)
    columns = (nearest / 1000).tolist(), (farthest / 1000).tolist(), touches.tolist(), error.tolist()
    return [AreaRelation(*row) for row in zip(*columns, strict=True)]


@lru_cache(maxsize=4096)
def country_relation(border: Border, code: str) -> AreaRelation | None:
    """Measure a country by its bundled outline, in the reading of the border; None where it has none.

    A country touches the borders that are its own, by definition.
    """
    if code not in countries():
        return None
    error = float(np.hypot(border.line_error_km, COAST_ERROR_KM))
    if border.parts_country(code):
        farthest = border.farthest_km.get(code) or farthest_of_country(border, code)
        return AreaRelation(0.0, farthest, True, error)
    (found,) = _relations(border, _paths_of_country(code, border.worldview))
    return AreaRelation(found.nearest_km, found.farthest_km, found.touches, max(error, found.uncertainty_km))


def farthest_of_country(border: Border, code: str) -> float:
    """Return the distance in kilometres of that point of a country which is farthest from one of its borders."""
    paths, metres = _paths_of_country(code, border.worldview), _metres_to(border)
    return float(paths.farthest_inside(metres, paths.extremes(metres, farthest=True))[0]) / 1000


@lru_cache(maxsize=4096)
def division_relation(border: Border, geonameid: int) -> AreaRelation | None:
    """Measure a first-order division by its coarse outline; None where that is not bundled.

    Whether it touches the land border of its country is known by the neighbours of the outline, since the
    line itself is off by kilometres. Else, as with the border of two divisions, it touches what its outline meets.
    """
    division = admin1.division_of(geonameid)
    if division is None:
        return None
    lines = admin1.outline_lines(division)
    if not lines:
        return None
    found = shape_relation(border, lines, Outline(admin1.outline_edges(division)).holds)
    error = float(np.hypot(border.line_error_km, division.error_km))
    touches = found.touches
    if division.country and border.parts_country(division.country):
        beside = any(map(border.parts_country, admin1.countries_beside(division)))
        touches = beside and found.nearest_km <= 3 * error
        if border.follows_worldview:  # the neighbours are those of the default reading
            touches = touches or found.nearest_km <= error
    nearest = 0.0 if touches else found.nearest_km
    return AreaRelation(nearest, found.farthest_km, touches, max(error, found.uncertainty_km))


def area_relation(border: Border, place: Place) -> AreaRelation | None:
    """Measure a country or first-order division of the gazetteer; None where its outline is not bundled."""
    if place.kind == "country":
        return country_relation(border, place.country) if place.country else None
    return division_relation(border, place.geonameid) if place.geonameid is not None else None


def has_outline(place: Place) -> bool:
    """Whether the outline of an area is bundled, so that it can be measured."""
    if place.kind == "country":
        return place.country in countries()
    division = None if place.geonameid is None else admin1.division_of(place.geonameid)
    return division is not None and bool(admin1.outline_lines(division))


@lru_cache(maxsize=16)
def _metres_to(border: Border) -> Metres:
    """Return a function that measures points to the border, on a sphere where they are far."""
    sample = to_unit(*Paths([Shape(border.lines)]).sample(_FAR_POINTS))

    def metres(lat: Floats, lon: Floats) -> Floats:
        distance = np.empty(len(lat))
        for start in range(0, len(lat), 4096):
            chunk = slice(start, start + 4096)
            distance[chunk] = sphere_metres(lat[chunk], lon[chunk], sample[::_COARSE])
            far = np.flatnonzero(distance[chunk] >= FAR_KM * 1000)
            distance[start + far] = sphere_metres(lat[start + far], lon[start + far], sample)
        close = distance < FAR_KM * 1000
        if close.any():
            distance[close] = border.metres(lat[close], lon[close])
        return distance

    return metres


def sphere_metres(lat: Floats, lon: Floats, units: Floats) -> Floats:
    """Measure points to the nearest of some others, given as unit vectors, on a sphere: right to `FAR_ERROR`."""
    cosine = np.clip((to_unit(lat, lon) @ units.T).max(axis=1), -1.0, 1.0)
    distance: Floats = MEAN_RADIUS_M * np.arccos(cosine)
    return distance


def to_unit(lat: Floats, lon: Floats) -> Floats:
    """Return unit vectors of points on a sphere, shape ``(n, 3)``."""
    phi, lam = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], axis=1)


@lru_cache(maxsize=256)
def _paths_of_country(code: str, worldview: str | None) -> Paths:
    ground = territory(code, worldview)
    return Paths([Shape(ground.lines, ground.holds)])
