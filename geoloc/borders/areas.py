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
from geoloc.borders.geodesy import SEMI_MAJOR_M, Floats, normalised_longitude
from geoloc.borders.nearest import short_way
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
    found = _relation(border, _path_of_country(code, border.worldview), territory(code, border.worldview).holds)
    return AreaRelation(found.nearest_km, found.farthest_km, found.touches, max(error, found.uncertainty_km))


def farthest_of_country(border: Border, code: str) -> float:
    """Return the distance in kilometres of that point of a country which is farthest from one of its borders."""
    path, metres = _path_of_country(code, border.worldview), _metres_to(border)
    holds = territory(code, border.worldview).holds
    return _farthest_inside(metres, path, holds, path.extreme(metres, farthest=True)) / 1000


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

    def on_sphere(lat: Floats, lon: Floats, points: Floats) -> Floats:
        cosine = np.clip((to_unit(lat, lon) @ points.T).max(axis=1), -1.0, 1.0)
        found: Floats = MEAN_RADIUS_M * np.arccos(cosine)
        return found

    def metres(lat: Floats, lon: Floats) -> Floats:
        distance = np.empty(len(lat))
        for start in range(0, len(lat), 4096):
            chunk = slice(start, start + 4096)
            distance[chunk] = on_sphere(lat[chunk], lon[chunk], sample[::_COARSE])
            far = np.flatnonzero(distance[chunk] >= FAR_KM * 1000)
            distance[start + far] = on_sphere(lat[start + far], lon[start + far], sample)
        close = distance < FAR_KM * 1000
        if close.any():
            distance[close] = border.metres(lat[close], lon[close])
        return distance

    return metres


def to_unit(lat: Floats, lon: Floats) -> Floats:
    """Return unit vectors of points on a sphere, shape ``(n, 3)``."""
    phi, lam = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], axis=1)


class _Path:
    """Lines end to end, each point found by the metres run so far."""

    def __init__(self, lines: Sequence[Floats]) -> None:
        lines = [line if len(line) > 1 else np.repeat(line, 2, axis=0) for line in lines]
        every = np.concatenate(lines)
        self.low, self.high = every.min(axis=0), every.max(axis=0)
        self._starts = np.concatenate([line[:-1] for line in lines])
        self._steps = np.concatenate([np.diff(line, axis=0) for line in lines])
        self._steps[:, 1] = short_way(self._steps[:, 1])
        phi = np.radians(np.stack([self._starts[:, 0], self._starts[:, 0] + self._steps[:, 0]]))
        widest = np.where(phi[0] * phi[1] <= 0, 1.0, np.cos(np.abs(phi).min(axis=0)))
        # Longer than the true length by up to a percent, which only loosens the bounds.
        lengths = 1.01 * SEMI_MAJOR_M * np.hypot(*(np.radians(self._steps).T * (np.ones(len(widest)), widest)))
        self._ends = np.cumsum(np.maximum(lengths, 1e-9))
        self._lengths = np.maximum(lengths, 1e-9)
        last = np.cumsum([len(line) - 1 for line in lines]) - 1
        self._line_ends = self._ends[last]

    def at(self, metres: Floats) -> tuple[Floats, Floats]:
        """Return latitude and longitude of points of the path."""
        edge = np.minimum(np.searchsorted(self._ends, metres), len(self._ends) - 1)
        part = np.clip(1 - (self._ends[edge] - metres) / self._lengths[edge], 0.0, 1.0)
        points = self._starts[edge] + part[:, None] * self._steps[edge]
        return points[:, 0], normalised_longitude(points[:, 1])

    def sample(self, count: int) -> tuple[Floats, Floats]:
        """Return points at equal distances along the path."""
        return self.at(self._ends[-1] * (np.arange(count) + 0.5) / count)

    def extreme(self, metres: Metres, *, farthest: bool) -> float:
        """Return the least or the greatest distance of the path's points from the border, in metres."""
        sign = -1.0 if farthest else 1.0
        absolute, relative = (_FARTHEST_M, _RELATIVE[1]) if farthest else (_NEAREST_M, _RELATIVE[0])
        begin = np.nextafter(np.concatenate([[0.0], self._line_ends[:-1]]), np.inf)  # the end is the line before
        end = self._line_ends
        first = metres(*self.at(begin))
        last = metres(*self.at(end))
        best = float(np.minimum(sign * first, sign * last).min())
        for _ in range(_MOST_ROUNDS):
            bound = (sign * (first + last) - (end - begin)) / 2
            tolerance = max(absolute, relative * abs(best))
            keep = np.flatnonzero(bound < best - tolerance)
            if not len(keep) or (not farthest and best <= _NEAREST_M):
                break
            if len(keep) > _MOST_STRETCHES:
                keep = keep[np.argsort(bound[keep], kind="stable")[:_MOST_STRETCHES]]
            begin, end, first, last = begin[keep], end[keep], first[keep], last[keep]
            middle = (begin + end) / 2
            found = metres(*self.at(middle))
            best = min(best, float((sign * found).min()))
            begin, end = np.concatenate([begin, middle]), np.concatenate([middle, end])
            first, last = np.concatenate([first, found]), np.concatenate([found, last])
        return sign * best


@lru_cache(maxsize=256)
def _path_of_country(code: str, worldview: str | None) -> _Path:
    return _Path(territory(code, worldview).lines)


def _farthest_inside(metres: Metres, path: _Path, holds: Holds, best: float) -> float:
    """Return the greatest distance in metres of points of an area, given that of its rings."""
    low, high = path.low, path.high
    half = (high - low) / (2 * _FIRST_SQUARES)
    rows = low[0] + half[0] * (2 * np.arange(_FIRST_SQUARES) + 1)
    columns = low[1] + half[1] * (2 * np.arange(_FIRST_SQUARES) + 1)
    lat, lon = (grid.ravel() for grid in np.meshgrid(rows, columns, indexing="ij"))
    for number in range(_MOST_ROUNDS):
        found = metres(lat, normalised_longitude(lon))
        inside = holds(lat, normalised_longitude(lon))
        if inside.any():
            best = max(best, float(found[inside].max()))
        widest = np.cos(np.radians(np.maximum(np.abs(lat) - half[0], 0.0)))
        reach = 1.01 * SEMI_MAJOR_M * np.hypot(np.radians(half[0]), widest * np.radians(half[1]))
        # Small squares whose centre is outside lie along the ring, which has been measured.
        worth = found + reach > best + max(_FARTHEST_M, _RELATIVE[1] * best)
        keep = np.flatnonzero(worth & (inside | (number < _ROUNDS_ALONG_THE_RING)))
        keep = keep[np.argsort(-(found + reach)[keep], kind="stable")[: _MOST_SQUARES // 4]]
        if not len(keep):
            break
        half = half / 2
        shifts = np.array([(-1, -1), (-1, 1), (1, -1), (1, 1)]) * half
        lat = (lat[keep, None] + shifts[:, 0]).ravel()
        lon = (lon[keep, None] + shifts[:, 1]).ravel()
    return best
