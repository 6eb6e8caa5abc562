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
    """Return a function that says ``left`` or ``right`` of the direction of some lines."""
    return lambda lat, lon, near: list(_left_or_right(lines, lat, lon, near))


def _left_or_right(lines: list[Floats], lat: Floats, lon: Floats, near: Nearest) -> list[str]:
    """Side of the line's direction, by the edge that holds the nearest point.

    At a vertex between two edges the point lies in the outer angle: a line that turns left there
    has it on the right.
    """
    starts = np.concatenate([line[:-1] for line in lines])
    steps = np.concatenate([np.diff(line, axis=0) for line in lines])
    middle = np.radians(starts[:, 0] + steps[:, 0] * 0.5)
    heading = np.arctan2(np.cos(middle) * np.radians(short_way(steps[:, 1])), np.radians(steps[:, 0]))

    counts = np.array([len(line) - 1 for line in lines])
    first = np.repeat(np.cumsum(counts) - counts, counts)
    last = first + np.repeat(counts, counts) - 1
    closed = np.repeat([bool((line[0] == line[-1]).all()) for line in lines], counts)
    number = np.arange(len(steps))
    before = np.where(number > first, number - 1, np.where(closed, last, number))
    after = np.where(number < last, number + 1, np.where(closed, first, number))

    edge = near.edge
    at_start, at_end = near.fraction <= 1e-9, near.fraction >= 1 - 1e-9
    incoming = heading[np.where(at_start, before[edge], edge)]
    outgoing = heading[np.where(at_end, after[edge], edge)]
    turn = np.sin(outgoing - incoming)  # clockwise positive
    towards = np.radians(inverse(near.lat, near.lon, lat, lon)[1])
    beside = np.sin(towards - heading[edge])  # clockwise of the edge: right
    right = np.where((at_start | at_end) & (np.abs(turn) > 1e-9), turn < 0, beside > 0)
    return ["right" if value else "left" for value in right.tolist()]
