"""Close the short gaps between the parts of one border.

Where two outlines that ought to be one part for some hundred metres, the source has no common edge: both countries
hold the strip between them, or neither does. There the border runs on along the edge of the smaller country, as it
does through the longer strips that both hold; where that edge leads elsewhere along that of the larger one, and where
neither leads there, straight.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

MOST_KM = 2.0
"""Longest gap that is closed by whatever closes it, as the crow flies."""
MOST_ALONG_KM = 15.0
"""Longest gap that is closed along the outline of the smaller country, where that leads nearly straight on."""
MOST_DETOUR = {MOST_KM: 3.0, MOST_ALONG_KM: 1.5}
"""Longest way along an outline from one end of a gap to the other: so many times as long as the gap, and `SLACK_KM`."""
SLACK_KM = 0.3
LEAST_LOOP = 3.0
"""The two ends of one line are joined if it is so many times as long as what joins them."""

SCALE = 100_000


@dataclass
class Closed:
    """What closes the gaps of a border: lines of numbered vertices, each in the direction of the smaller country's.

    `along` and `beyond` follow the outline of the smaller and of the larger country, `straight` none; `long` are those
    along the smaller country where the gap is longer.
    """

    along: list[Ints] = field(default_factory=list)
    beyond: list[Ints] = field(default_factory=list)
    straight: list[Ints] = field(default_factory=list)
    long: list[Ints] = field(default_factory=list)


class Rings:
    """The directed edges of one country: which vertex follows which."""

    def __init__(self, start: Ints, end: Ints) -> None:
        order = np.argsort(start, kind="stable")
        self._start, self._end = start[order], end[order]

    def next(self, vertex: int) -> int | None:
        """Return the vertex that follows; None where none or several do."""
        low, high = np.searchsorted(self._start, [vertex, vertex + 1])
        return int(self._end[low]) if high == low + 1 else None


def close_gaps(
    lines: Iterable[Ints], smaller: Rings, larger: Rings, taken: set[tuple[int, int]], points: Ints, km: Any
) -> Closed:
    """Return the lines that close the gaps between some lines.

    Parameters
    ----------
    lines : iterable of ndarray
        Numbers of vertices, the smaller country on the left.
    smaller, larger : Rings
    taken : set of (int, int)
        Edges of either country that it shares with a third.
    points : ndarray
        Latitude and longitude of the vertices.
    km : callable
        Geodesic length of a line of vertices.
    """
    lines = list(lines)
    closed = Closed()
    own = {edge for line in lines for edge in zip(line[:-1].tolist(), line[1:].tolist(), strict=True)}
    backward = {(v, u) for u, v in own}

    def follow(rings: Rings, known: set[tuple[int, int]], turn: int, most_km: float) -> list[Ints]:
        pieces = _Pieces(lines, points, km)
        leaving, arriving = _ends([line[::turn] for line in lines])
        found = []
        for first in sorted(leaving):
            run = _run(first, rings, known, taken, arriving, points, km, most_km)
            if run is not None and pieces.join(first, int(run[-1]), km(points[run])):
                found.append(run[::turn])
        lines.extend(found)
        return found

    closed.along = follow(smaller, own, 1, MOST_KM)
    closed.beyond = follow(larger, backward, -1, MOST_KM)
    closed.straight = _straight(lines, points, km)
    lines += closed.straight
    closed.long = follow(smaller, own, 1, MOST_ALONG_KM)
    return closed


class _Pieces:
    """Which ends of lines hang together, and how long what hangs together is."""

    def __init__(self, lines: list[Ints], points: Ints, km: Any) -> None:
        self._piece: dict[int, int] = {}
        self._length: Counter[int] = Counter()
        for line in lines:
            self._unite(int(line[0]), int(line[-1]), km(points[line]))

    def join(self, u: int, v: int, length: float) -> bool:
        """Join two ends by a line of this length, unless that closes a short line upon itself."""
        whole = self._whole(u)
        if whole == self._whole(v) and self._length[whole] < LEAST_LOOP * length:
            return False
        self._unite(u, v, length)
        return True

    def _unite(self, u: int, v: int, length: float) -> None:
        one, other = self._whole(u), self._whole(v)
        total = self._length[one] + (self._length[other] if one != other else 0.0) + length
        self._piece[one] = other
        self._length[other] = total

    def _whole(self, vertex: int) -> int:
        while self._piece.setdefault(vertex, vertex) != vertex:
            vertex = self._piece[vertex]
        return vertex


def _ends(lines: list[Ints]) -> tuple[set[int], set[int]]:
    """Return the vertices where more lines end than begin, and those where more begin."""
    balance: Counter[int] = Counter()
    for line in lines:
        balance[int(line[-1])] += 1
        balance[int(line[0])] -= 1
    return {v for v, count in balance.items() if count > 0}, {v for v, count in balance.items() if count < 0}


def _run(
    first: int,
    rings: Rings,
    known: set[tuple[int, int]],
    taken: set[tuple[int, int]],
    arriving: set[int],
    points: Ints,
    km: Any,
    most_km: float,
) -> Ints | None:
    """Follow an outline from the end of one line to the beginning of the next."""
    run, length = [first], 0.0
    detour = MOST_DETOUR[most_km]
    while length <= detour * most_km + SLACK_KM:
        vertex = rings.next(run[-1])
        if vertex is None or (run[-1], vertex) in known or (run[-1], vertex) in taken or vertex == first:
            return None
        length += km(points[[run[-1], vertex]])
        run.append(vertex)
        if vertex in arriving:
            gap = km(points[[first, vertex]])
            return np.array(run) if gap <= most_km and length <= detour * gap + SLACK_KM else None
    return None


def _straight(lines: list[Ints], points: Ints, km: Any) -> list[Ints]:
    """Join what ends are left, the nearest first."""
    leaving, arriving = _ends(lines)
    pieces = _Pieces(lines, points, km)
    rivals = []
    for u in sorted(leaving):
        for v in sorted(arriving):
            steps = (points[u] - points[v]) * (1.0, np.cos(np.radians(points[u, 0] / SCALE)))
            if np.hypot(*steps) < MOST_KM * SCALE / 100 and (distance := km(points[[u, v]])) <= MOST_KM:
                rivals.append((distance, u, v))
    found = []
    for distance, u, v in sorted(rivals):
        if u in leaving and v in arriving and pieces.join(u, v, distance):
            leaving.discard(u)
            arriving.discard(v)
            found.append(np.array([u, v]))
    return found
