"""On which side of a border points lie: in which country or division, in a polygon or not, left or right of a line."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geoloc.borders.country import Outline, countries, countries_of
from geoloc.borders.geodesy import Floats, inverse
from geoloc.borders.nearest import Nearest, short_way

if TYPE_CHECKING:
    from geoloc.borders.admin1 import Division
    from geoloc.borders.files import Area


_PER_DEGREE = 1_000_000
"""Ends of lines that are rounded to the same millionth of a degree, a tenth of a metre, meet."""

Sides = Callable[[Floats, Floats, Nearest], list[str | None]]
"""Gives the name of the side for each point: latitude and longitude in degrees, and its nearest point."""


def country_sides(codes: Collection[str], worldview: str | None = None) -> Sides:
    """Return a function that names the country of a point, or that which it is a part of, if it is one of `codes`."""

    def named(code: str) -> str | None:
        parent = countries()[code].part_of
        return next((name for name in (code, parent) if name in codes), None)

    def sides(lat: Floats, lon: Floats, near: Nearest) -> list[str | None]:
        known = {code: named(code) for code in countries()} | {None: None}
        return [known[code] for code in countries_of(lat, lon, worldview=worldview)]

    return sides


def division_sides(divisions: Sequence[Division]) -> Sides:
    """Return a function that gives the label of the division that a point lies in."""
    from geoloc.borders.admin1 import outline_edges

    outlines = [(division.label, Outline(outline_edges(division))) for division in divisions]

    def sides(lat: Floats, lon: Floats, near: Nearest) -> list[str | None]:
        found: list[str | None] = [None] * len(lat)
        for label, outline in outlines:
            for index in np.flatnonzero(outline.holds(lat, lon)).tolist():
                found[index] = label
        return found

    return sides


def polygon_sides(areas: Sequence[Area]) -> Sides:
    """Return a function that says ``inside`` of points that one of the polygons holds, else ``outside``."""

    def sides(lat: Floats, lon: Floats, near: Nearest) -> list[str | None]:
        inside: NDArray[np.bool_] = np.zeros(len(lat), dtype=bool)
        for area in areas:
            inside |= area.holds(lat, lon)
        return ["inside" if held else "outside" for held in inside.tolist()]

    return sides


def line_sides(lines: list[Floats]) -> Sides:
    """Return a function that says ``left`` or ``right`` of the direction of some lines.

    Lines that end where others begin are one line: at the bend between them the point lies in the outer angle. None
    where that cannot be told: at a point where more than two edges meet or their directions disagree, and along an
    edge that is there in both directions.
    """
    joints = _Joints(lines)
    return lambda lat, lon, near: joints.sides(lat, lon, near)


class _Joints:
    """The edges of lines, and which of them meet at their vertices; edges that are there twice count once."""

    def __init__(self, lines: list[Floats]) -> None:
        starts = np.concatenate([line[:-1] for line in lines])
        steps = np.concatenate([np.diff(line, axis=0) for line in lines])
        middle = np.radians(starts[:, 0] + steps[:, 0] * 0.5)
        self._heading = np.arctan2(np.cos(middle) * np.radians(short_way(steps[:, 1])), np.radians(steps[:, 0]))

        vertices = np.concatenate([starts, starts + steps])
        vertices[:, 1] %= 360.0
        cells = np.rint(vertices * _PER_DEGREE).astype(np.int64)
        cells[:, 1] %= 360 * _PER_DEGREE
        _, numbers = np.unique(cells, axis=0, return_inverse=True)
        self._start, self._end = numbers.reshape(2, -1)
        count = int(numbers.max()) + 1
        forward, backward = self._start * count + self._end, self._end * count + self._start
        self._both_ways = np.isin(forward, backward) & (self._start != self._end)
        _, once = np.unique(forward, return_index=True)
        once = once[self._start[once] != self._end[once]]
        self._incoming, arriving = self._at_vertices(self._end, once, count)
        self._outgoing, leaving = self._at_vertices(self._start, once, count)
        self._plain = (arriving <= 1) & (leaving <= 1)

    @staticmethod
    def _at_vertices(ends: NDArray[np.intp], edges: NDArray[np.intp], count: int) -> tuple[NDArray[np.intp], ...]:
        """Return for each vertex an edge that has its end there, -1 for none, and how many have."""
        found = np.full(count, -1, dtype=np.intp)
        found[ends[edges]] = edges
        return found, np.bincount(ends[edges], minlength=count)

    def sides(self, lat: Floats, lon: Floats, near: Nearest) -> list[str | None]:
        """Side of the direction of the edge that holds the nearest point, by the outer angle at a bend.

        A line that turns left at a vertex has a point to which the vertex is nearest on its right.
        """
        edge = near.edge
        at_start, at_end = near.fraction <= 1e-9, near.fraction >= 1 - 1e-9
        at_vertex = at_start | at_end
        vertex = np.where(at_start, self._start[edge], self._end[edge])
        before, after = self._incoming[vertex], self._outgoing[vertex]
        before, after = np.where(before < 0, edge, before), np.where(after < 0, edge, after)
        turn = np.sin(self._heading[after] - self._heading[before])  # clockwise positive
        towards = np.radians(inverse(near.lat, near.lon, lat, lon)[1])
        beside = np.sin(towards - self._heading[edge])  # clockwise of the edge: right
        right = np.where(at_vertex & (np.abs(turn) > 1e-9), turn < 0, beside > 0)
        known = ~self._both_ways[edge] & (self._plain[vertex] | ~at_vertex)
        return [("right" if value else "left") if sure else None for value, sure in zip(right, known, strict=True)]
