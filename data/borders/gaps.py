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
"""Longest gap that is closed, as the crow flies."""
MOST_RUN_KM = 5.0
"""Longest way along an outline from one end of a gap to the other."""
LEAST_LOOP = 3.0
"""The two ends of one line are joined if it is so many times as long as the gap."""

SCALE = 100_000


@dataclass
class Closed:
    """What closes the gaps of a border: lines of numbered vertices, each in the direction of the smaller country's.

    `along` and `beyond` follow the outline of the smaller and of the larger country, `straight` none.
    """

    along: list[Ints] = field(default_factory=list)
    beyond: list[Ints] = field(default_factory=list)
    straight: list[Ints] = field(default_factory=list)


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
    for rings, known, found, turn in ((smaller, own, closed.along, 1), (larger, backward, closed.beyond, -1)):
        leaving, arriving = _ends([line[::turn] for line in lines])
        for first in sorted(leaving):
            run = _run(first, rings, known, taken, arriving, points, km)
            if run is not None:
                found.append(run[::turn])
        lines += found
    closed.straight = _straight(lines, points, km)
    return closed


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
) -> Ints | None:
    """Follow an outline from the end of one line to the beginning of the next."""
    run, length = [first], 0.0
    while length <= MOST_RUN_KM:
        vertex = rings.next(run[-1])
        if vertex is None or (run[-1], vertex) in known or (run[-1], vertex) in taken or vertex == first:
            return None
        length += km(points[[run[-1], vertex]])
        run.append(vertex)
        if vertex in arriving:
            near = km(points[[first, vertex]]) <= MOST_KM and length <= MOST_RUN_KM
            return np.array(run) if near else None
    return None


def _straight(lines: list[Ints], points: Ints, km: Any) -> list[Ints]:
    """Join what ends are left, the nearest first."""
    leaving, arriving = _ends(lines)
    piece: dict[int, int] = {}

    def whole(vertex: int) -> int:
        while piece.setdefault(vertex, vertex) != vertex:
            vertex = piece[vertex]
        return vertex

    for line in lines:
        piece[whole(int(line[0]))] = whole(int(line[-1]))
    lengths: Counter[int] = Counter()
    for line in lines:
        lengths[whole(int(line[0]))] += km(points[line])
    narrow = np.cos(np.radians(points[:, 0] / SCALE)) if len(points) else None
    rivals = []
    for u in sorted(leaving):
        for v in sorted(arriving):
            rough = np.hypot(points[u, 0] - points[v, 0], (points[u, 1] - points[v, 1]) * narrow[u])
            if rough < MOST_KM * SCALE / 100 and (distance := km(points[[u, v]])) <= MOST_KM:
                rivals.append((distance, u, v))
    found = []
    for distance, u, v in sorted(rivals):
        same = whole(u) == whole(v)
        if u not in leaving or v not in arriving or (same and lengths[whole(u)] < LEAST_LOOP * distance):
            continue
        leaving.discard(u)
        arriving.discard(v)
        total = lengths[whole(u)] + (0 if same else lengths[whole(v)])
        piece[whole(u)] = whole(v)
        lengths[whole(v)] = total
        found.append(np.array([u, v]))
    return found
