"""The ground of a country in one reading of disputed ground: its outline, and whether it holds a point.

The polygon of a country has all that it claims. What another has in the reading is taken out: of Russia's Crimea by
default, of Ukraine's with ``worldview="RU"``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from geoloc.borders import catalogue
from geoloc.borders.country import countries, outline
from geoloc.borders.disputed import Dispute, disputes, holder, lines_of
from geoloc.borders.geodesy import Floats
from geoloc.borders.nearest import PolylineIndex

SAME_COAST_M = 1000.0
"""Two coasts simplified to 400 m that are nearer to each other are one."""

AROUND_DEGREES = 0.05
"""How far around disputed ground its coast is sought, in degrees of latitude."""


@dataclass(frozen=True, slots=True)
class Territory:
    """Lines that close the rings of a country, latitude and longitude in degrees, and what they hold."""

    lines: list[Floats]
    holds: Callable[[Floats, Floats], NDArray[np.bool_]]


@lru_cache(maxsize=256)
def territory(code: str, worldview: str | None = None) -> Territory:
    """Return the territory of a country.

    Parameters
    ----------
    code : str
        Alpha-2.
    worldview : str, optional
        As in `Border.load`.
    """
    whole = outline(code)
    lost = {id: row for id, row in disputes().items() if code in row.countries and holder(row, worldview) != code}
    if not lost:
        return Territory(_chained(whole.edges), whole.holds)
    grounds = [(row, holder(row, worldview)) for row in lost.values()]
    country = countries()[code]
    coast = catalogue.chains("coast").edges(country.first, country.chains)
    pieces = [coast[~_lost(coast, grounds, beside=True)]]
    for id in country.borders:
        entry = catalogue.entries()[id]
        if id not in lost:
            edges = catalogue.chains("land").edges(entry.first, entry.shared)
            pieces.append(edges[~_lost(edges, grounds, beside=False)])
    lines = _chained(np.concatenate(pieces))
    for id in lost:
        parts, gaps = lines_of(catalogue.entries()[id], worldview)
        lines += parts + gaps

    def holds(lat: Floats, lon: Floats) -> NDArray[np.bool_]:
        held = whole.holds(lat, lon)
        for _, other in grounds:
            held &= ~outline(other).holds(lat, lon)
        return held

    return Territory(lines, holds)


def _lost(edges: Floats, grounds: list[tuple[Dispute, str]], *, beside: bool) -> NDArray[np.bool_]:
    """Whether each edge lies on disputed ground that another country holds, or `beside` its coast."""
    lat, lon = ((edges[:, :2] + edges[:, 2:]) / 2).T
    lost = np.zeros(len(edges), dtype=bool)
    for ground, code in grounds:
        south, west, north, east = ground.box
        up, aside = AROUND_DEGREES, AROUND_DEGREES / np.cos(np.radians((south + north) / 2))
        near = (lat >= south - up) & (lat <= north + up) & (lon >= west - aside) & (lon <= east + aside)
        around = np.flatnonzero(near & ~lost)
        lost[around] = outline(code).holds(lat[around], lon[around])
        country = countries()[code]
        around = around[~lost[around]]
        if beside and len(around) and country.chains:
            shores = PolylineIndex(catalogue.chains("coast").degrees(country.first, country.chains))
            lost[around] = shores.nearest(lat[around], lon[around]).distance_m <= SAME_COAST_M
    return lost


def _chained(edges: Floats) -> list[Floats]:
    """Join edges that follow each other in the array into lines; flat ones are left out."""
    edges = edges[(edges[:, :2] != edges[:, 2:]).any(axis=1)]
    breaks = np.flatnonzero((edges[1:, :2] != edges[:-1, 2:]).any(axis=1)) + 1
    return [np.vstack([run[:, :2], run[-1:, 2:]]) for run in np.split(edges, breaks)]
