"""The nearest and the farthest points of many lines and areas from a border, all of them sought at once.

The distance to the border changes by no more than one moves. So a stretch of length l between points at distances a
and b holds nothing nearer than (a + b - l) / 2 and nothing farther than (a + b + l) / 2. Stretches that can still
hold the extreme of their shape are halved until the bounds close: no edge is compared with another, nothing is
projected, and poles and antimeridian need no care. The inside of an area, where the farthest point may lie, is
searched in the same way by squares of degrees. Each round measures what is left of all shapes in one go; no shape
bears on the answer for another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geoloc.borders.geodesy import SEMI_MAJOR_M, Floats, normalised_longitude
from geoloc.borders.nearest import Ints, short_way

NEAREST_M = 1.0
FARTHEST_M = 50.0
_RELATIVE = (1e-6, 1e-3)  # of the nearest and of the farthest distance
_MOST_ROUNDS = 30
_MOST_STRETCHES = 2048  # of a shape
_ROUNDS_ALONG_THE_RING = 4
_FIRST_SQUARES = 3  # along each side of the bounding box
_MOST_SQUARES = 1024  # of a shape

Holds = Callable[[Floats, Floats], NDArray[np.bool_]]
Metres = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True, slots=True)
class Shape:
    """Lines, or an area by its rings.

    Attributes
    ----------
    lines : sequence of ndarray, shape (n, 2)
        Latitude and longitude in degrees; straight in degrees between the vertices. A line of one vertex is a point.
    holds : callable or None
        Tells of latitudes and longitudes whether the area holds them; None for lines.
    """

    lines: Sequence[Floats]
    holds: Holds | None = None


class Paths:
    """The lines of some shapes, end to end, each point found by the metres run so far."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self.shapes = shapes
        lines = [line if len(line) > 1 else np.repeat(line, 2, axis=0) for shape in shapes for line in shape.lines]
        edges = np.array([len(line) - 1 for line in lines])
        self._starts = np.concatenate([line[:-1] for line in lines])
        self._steps = np.concatenate([np.diff(line, axis=0) for line in lines])
        self._steps[:, 1] = short_way(self._steps[:, 1])
        phi = np.radians(np.stack([self._starts[:, 0], self._starts[:, 0] + self._steps[:, 0]]))
        widest = np.where(phi[0] * phi[1] <= 0, 1.0, np.cos(np.abs(phi).min(axis=0)))
        # Longer than the true length by up to a percent, which only loosens the bounds.
        lengths = 1.01 * SEMI_MAJOR_M * np.hypot(*(np.radians(self._steps).T * (np.ones(len(widest)), widest)))
        self._lengths = np.maximum(lengths, 1e-9)
        self._ends = np.cumsum(self._lengths)
        self._last = np.cumsum(edges) - 1
        self._first = self._last - edges + 1
        self._owner = np.repeat(np.arange(len(shapes)), [len(shape.lines) for shape in shapes])

    @property
    def metres(self) -> float:
        """The length of all lines together, up to a percent too long."""
        return float(self._ends[-1])

    def at(self, metres: Floats, line: Ints | int) -> tuple[Floats, Floats]:
        """Return latitude and longitude of points of lines, by the number of the line."""
        edge = np.clip(np.searchsorted(self._ends, metres), self._first[line], self._last[line])
        part = np.clip(1 - (self._ends[edge] - metres) / self._lengths[edge], 0.0, 1.0)
        points = self._starts[edge] + part[:, None] * self._steps[edge]
        return points[:, 0], normalised_longitude(points[:, 1])

    def sample(self, count: int) -> tuple[Floats, Floats]:
        """Return points at equal distances along all lines together."""
        metres = self._ends[-1] * (np.arange(count) + 0.5) / count
        return self.at(metres, np.searchsorted(self._ends[self._last], metres))

    def extremes(self, metres: Metres, *, farthest: bool) -> Floats:
        """Return the least or the greatest distance of each shape's lines from the border, in metres."""
        sign = -1.0 if farthest else 1.0
        absolute, relative = (FARTHEST_M, _RELATIVE[1]) if farthest else (NEAREST_M, _RELATIVE[0])
        line = np.arange(len(self._last))
        end = self._ends[self._last]
        begin = np.maximum(end - np.add.reduceat(self._lengths, self._first), 0.0)
        first, last = np.split(metres(*self.at(np.concatenate([begin, end]), np.tile(line, 2))), 2)
        best = np.full(len(self.shapes), np.inf)
        np.minimum.at(best, self._owner, np.minimum(sign * first, sign * last))
        for _ in range(_MOST_ROUNDS):
            owner = self._owner[line]
            bound = (sign * (first + last) - (end - begin)) / 2
            worth = bound < (best - np.maximum(absolute, relative * np.abs(best)))[owner]
            if not farthest:
                worth &= best[owner] > NEAREST_M
            keep = _most(np.flatnonzero(worth), owner, bound, _MOST_STRETCHES)
            if not len(keep):
                break
            begin, end, first, last, line = begin[keep], end[keep], first[keep], last[keep], line[keep]
            middle = (begin + end) / 2
            found = metres(*self.at(middle, line))
            np.minimum.at(best, self._owner[line], sign * found)
            begin, end = np.concatenate([begin, middle]), np.concatenate([middle, end])
            first, last = np.concatenate([first, found]), np.concatenate([found, last])
            line = np.tile(line, 2)
        result: Floats = sign * best
        return result

    def farthest_inside(self, metres: Metres, best: Floats) -> Floats:
        """Return the greatest distance in metres of the points of each area, given that of its rings."""
        best = best.copy()
        areas = [number for number, shape in enumerate(self.shapes) if shape.holds is not None]
        if not areas:
            return best
        corners = [(every.min(axis=0), every.max(axis=0)) for every in map(self._vertices, areas)]
        low, high = (np.array(side) for side in zip(*corners, strict=True))
        half = np.zeros((len(self.shapes), 2))
        half[areas] = (high - low) / (2 * _FIRST_SQUARES)
        steps = 2 * np.arange(_FIRST_SQUARES) + 1
        rows = low[:, :1] + half[areas, :1] * steps
        columns = low[:, 1:] + half[areas, 1:] * steps
        lat = np.repeat(rows, _FIRST_SQUARES, axis=1).ravel()
        lon = np.tile(columns, (1, _FIRST_SQUARES)).ravel()
        owner = np.repeat(areas, _FIRST_SQUARES**2)
        for number in range(_MOST_ROUNDS):
            found = metres(lat, normalised_longitude(lon))
            inside = self._held(owner, lat, normalised_longitude(lon))
            np.maximum.at(best, owner[inside], found[inside])
            height, width = half[owner].T
            widest = np.cos(np.radians(np.maximum(np.abs(lat) - height, 0.0)))
            reach = 1.01 * SEMI_MAJOR_M * np.hypot(np.radians(height), widest * np.radians(width))
            # Small squares whose centre is outside lie along the ring, which has been measured.
            worth = found + reach > (best + np.maximum(FARTHEST_M, _RELATIVE[1] * best))[owner]
            worth &= inside | (number < _ROUNDS_ALONG_THE_RING)
            keep = _most(np.flatnonzero(worth), owner, -(found + reach), _MOST_SQUARES // 4)
            if not len(keep):
                break
            half = half / 2
            shifts = np.array([(-1, -1), (-1, 1), (1, -1), (1, 1)])
            lat = (lat[keep, None] + shifts[:, 0] * half[owner[keep], :1]).ravel()
            lon = (lon[keep, None] + shifts[:, 1] * half[owner[keep], 1:]).ravel()
            owner = np.repeat(owner[keep], len(shifts))
        return best

    def _vertices(self, shape: int) -> Floats:
        return np.concatenate(self.shapes[shape].lines)

    def _held(self, owner: Ints, lat: Floats, lon: Floats) -> NDArray[np.bool_]:
        """Tell of each point whether its area holds it; the points of an area stand together."""
        held = np.zeros(len(lat), dtype=bool)
        breaks = np.flatnonzero(np.diff(owner)) + 1
        for start, stop in zip([0, *breaks], [*breaks, len(owner)], strict=True):
            holds = self.shapes[owner[start]].holds
            if holds is not None:
                held[start:stop] = holds(lat[start:stop], lon[start:stop])
        return held


def _most(keep: Ints, owner: Ints, bound: Floats, most: int) -> Ints:
    """Return those indices of `keep` that have the least bounds, so many of each owner, those of an owner together."""
    if not len(keep):
        return keep
    keep = keep[np.argsort(owner[keep], kind="stable")]
    if np.bincount(owner[keep]).max() <= most:
        return keep
    keep = keep[np.lexsort((bound[keep], owner[keep]))]
    first = np.searchsorted(owner[keep], owner[keep])
    return keep[np.arange(len(keep)) - first < most]
