"""The nearest point of a set of polylines whose edges are straight in longitude and latitude.

That is how RFC 7946 defines the edges of GeoJSON: a long edge on a parallel follows the parallel
and not the geodesic, half a kilometre off it after 146 km on 49 N. Degrees are no metric, though:
the foot of a perpendicular in degrees is not the nearest point. So every edge is cut, straight in
degrees, into pieces so short that the chord in space between their ends lies within
`TOLERANCE_M` of the true line. In Cartesian space the nearest point of a chord is plain algebra,
with no singularity at the poles and no seam at the antimeridian. What is found is carried back to
the edge, and the distance to it measured by `geodesy.inverse`.

Pieces are kept in blocks of consecutive ones, each with a bounding ball. A chord bounds the
geodesic between its ends from both sides (the curvature of the ellipsoid lies between those of
two spheres), so most blocks are ruled out by their ball. Beyond `_FAR_M` the order by chord and
the order by geodesic may differ; there what the bounds leave is ordered by Lambert's formula, and
towards the antipodes by `geodesy.inverse`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geoloc.borders.geodesy import (
    ECCENTRICITY_2,
    SEMI_MAJOR_M,
    SEMI_MINOR_M,
    Floats,
    approximate,
    inverse,
    normalised_longitude,
    to_auxiliary,
    to_cartesian,
)

Ints = NDArray[np.intp]

TOLERANCE_M = 0.02
"""How far a piece may lie from the edge that it stands for, in metres."""

_BLOCK = 16  # pieces in a block
_CHUNK = 1 << 19  # (point, block) pairs whose bounds are looked at together: bounds the memory
_MOST_PAIRS = 1 << 14  # and those whose pieces are
_FAR_M = 300_000.0  # up to here the order by chord is right to 1e-6 of the distance
_VERY_FAR_M = 15_000_000.0  # and that by Lambert's formula to 1e-5
_LEAST_RADIUS = SEMI_MAJOR_M * (1 - ECCENTRICITY_2)  # least radius of curvature: the meridian at the equator
_GREATEST_RADIUS = SEMI_MAJOR_M**2 / SEMI_MINOR_M  # greatest: at the poles
_SLACK_M = 0.05  # covers rounding and the sagitta of the pieces


@dataclass(frozen=True, slots=True)
class Nearest:
    """Where the nearest points are, one entry a query point.

    Attributes
    ----------
    distance_m : ndarray
        Geodesic distance in metres.
    bearing : ndarray
        Initial bearing from the query point, degrees clockwise from north, in 0..360.
    lat, lon : ndarray
        The nearest points, degrees; longitudes in -180..180.
    edge : ndarray of int
        Index of the edge that holds the nearest point: the n-th pair of neighbouring vertices,
        counted through all parts.
    fraction : ndarray
        Where on that edge, 0 at its start and 1 at its end, linear in degrees.
    """

    distance_m: Floats
    bearing: Floats
    lat: Floats
    lon: Floats
    edge: Ints
    fraction: Floats


class PolylineIndex:
    """Polylines prepared for nearest-point queries.

    Parameters
    ----------
    parts : sequence of ndarray
        Each of shape ``(n, 2)``, n > 1: latitude and longitude in degrees. Longitudes may leave
        -180..180 and may jump at the antimeridian: an edge that spans more than 180 degrees is
        taken the short way round, as `short_way` says.
    """

    def __init__(self, parts: Sequence[Floats]) -> None:
        starts = np.concatenate([part[:-1] for part in parts])
        steps = np.concatenate([np.diff(part, axis=0) for part in parts])
        steps[:, 1] = short_way(steps[:, 1])
        counts = _pieces(starts, steps)
        edge = np.repeat(np.arange(len(counts)), counts)
        first = np.cumsum(counts) - counts
        number = np.arange(len(edge)) - first[edge]
        self._starts, self._steps, self._counts = starts, steps, counts

        # Consecutive pieces of one part fill blocks; its last piece is repeated to fill its last block.
        ends = np.cumsum([len(part) - 1 for part in parts])
        last = first[ends - 1] + counts[ends - 1] - 1
        begins = np.concatenate([[0], last[:-1] + 1])
        blocks = (last - begins) // _BLOCK + 1
        begin_of_block = np.repeat(begins - _BLOCK * (np.cumsum(blocks) - blocks), blocks)
        begin_of_block += _BLOCK * np.arange(blocks.sum())
        fill = np.minimum(begin_of_block[:, None] + np.arange(_BLOCK), np.repeat(last, blocks)[:, None]).ravel()
        edge, number = edge[fill], number[fill]
        self._edge, self._number = edge, number
        begin = to_cartesian(*self._at(edge, number / counts[edge]))
        end = to_cartesian(*self._at(edge, (number + 1) / counts[edge]))
        self._begin = begin.reshape(-1, _BLOCK, 3)
        self._along = (end - begin).reshape(-1, _BLOCK, 3)
        self._square = np.maximum(np.einsum("bpi,bpi->bp", self._along, self._along), 1e-12)
        both = np.concatenate([self._begin, end.reshape(-1, _BLOCK, 3)], axis=1)
        self._centre = (both.min(axis=1) + both.max(axis=1)) / 2
        middle = slice(_BLOCK // 2, None, _BLOCK)
        self._middle = to_auxiliary(*self._at(edge[middle], number[middle] / counts[edge[middle]]))
        self._reach = 1.01 * np.sqrt(((both - begin[middle][:, None]) ** 2).sum(axis=2).max(axis=1))
        self._radius = np.sqrt(((both - self._centre[:, None]) ** 2).sum(axis=2).max(axis=1)) + _SLACK_M

    def _at(self, edge: Ints, fraction: Floats) -> tuple[Floats, Floats]:
        lat = self._starts[edge, 0] + fraction * self._steps[edge, 0]
        lon = self._starts[edge, 1] + fraction * self._steps[edge, 1]
        return lat, lon

    def nearest(self, lat: Floats, lon: Floats) -> Nearest:
        """Find the nearest points of the polylines to the points given.

        Parameters
        ----------
        lat, lon : ndarray
            One dimension, degrees, as `geodesy.checked_points` gives them.

        Returns
        -------
        Nearest
            The distance is right to `TOLERANCE_M` plus some 1e-6 of itself.
        """
        piece = np.zeros(len(lat), dtype=np.intp)
        offset = np.zeros(len(lat))
        step = max(1, _CHUNK // len(self._centre))
        for start in range(0, len(lat), step):
            chunk = slice(start, start + step)
            piece[chunk], offset[chunk] = self._search(lat[chunk], lon[chunk])
        edge = self._edge[piece]
        fraction = (self._number[piece] + offset) / self._counts[edge]
        near_lat, near_lon = self._at(edge, fraction)
        near_lon = normalised_longitude(near_lon)
        distance, bearing = inverse(lat, lon, near_lat, near_lon)
        return Nearest(distance, bearing, near_lat, near_lon, edge, fraction)

    def _search(self, lat: Floats, lon: Floats) -> tuple[Ints, Floats]:
        """Return the index of the piece nearest to each point, and where on it (0..1)."""
        points = to_cartesian(lat, lon)
        # |p - c|^2 = |p|^2 + |c|^2 - 2 p.c loses some 0.1 m near zero, which _SLACK_M more than covers
        # once it is taken from the radius: the bounds below are widened by a metre.
        square = (points**2).sum(axis=1)[:, None] + (self._centre**2).sum(axis=1) - 2 * points @ self._centre.T
        to_centre = np.sqrt(np.maximum(square, 0.0))
        least = np.maximum(to_centre - self._radius - 1.0, 0.0)

        # The block that seems nearest gives a first upper bound by its true chord.
        rows = np.arange(len(points))
        guess = (to_centre + self._radius).argmin(axis=1)
        offset, chord = self._feet(points, guess)
        best = chord.min(axis=1)
        limit = _chord_limit(best) + 2 * _SLACK_M

        # Every block that may hold something nearer.
        row, block = np.nonzero(least <= limit[:, None])
        row, block = self._without_far_blocks(lat, lon, limit, row, block)
        if len(row) > _MOST_PAIRS and len(points) > 1:
            half = len(points) // 2
            halves = [self._search(lat[side], lon[side]) for side in (slice(half), slice(half, None))]
            return np.concatenate([one[0] for one in halves]), np.concatenate([one[1] for one in halves])
        offset, chord = self._feet(points[row], block)
        best = np.minimum.reduceat(chord.min(axis=1), np.searchsorted(row, rows))
        limit = np.where(best > _FAR_M, _chord_limit(best) + 2 * _SLACK_M, best)
        pair, place = np.nonzero(chord <= limit[row][:, None])
        owner = row[pair]
        piece = block[pair] * _BLOCK + place
        t = offset[pair, place]
        if len(owner) > len(points):
            # Ties of near points (a shared vertex) and the rivals of far ones.
            score = chord[pair, place]
            for beyond, exact in ((_FAR_M, False), (_chord_of(_VERY_FAR_M), True)):
                chosen = best[owner] > beyond
                edge = self._edge[piece[chosen]]
                foot = self._at(edge, (self._number[piece[chosen]] + t[chosen]) / self._counts[edge])
                here = lat[owner[chosen]], lon[owner[chosen]]
                if exact:
                    score[chosen] = inverse(*here, *foot)[0]
                else:
                    score[chosen] = approximate(to_auxiliary(*here), to_auxiliary(*foot))
            order = np.lexsort((piece, score, owner))
            owner, piece, t = owner[order], piece[order], t[order]
        first = np.searchsorted(owner, rows)
        return piece[first], t[first]

    def _without_far_blocks(self, lat: Floats, lon: Floats, limit: Floats, row: Ints, block: Ints) -> tuple[Ints, Ints]:
        """Drop the blocks of far points that Lambert's formula rules out."""
        far = (limit[row] > _FAR_M) & (limit[row] < _chord_of(_VERY_FAR_M))
        if not far.any():
            return row, block
        owner, candidate = row[far], block[far]
        distance = approximate(to_auxiliary(lat, lon)[owner], self._middle[candidate])
        reach = self._reach[candidate] + 1e-5 * distance
        least = np.full(len(lat), np.inf)
        np.minimum.at(least, owner, distance + reach)
        keep = np.ones(len(row), dtype=bool)
        keep[far] = distance - reach <= least[owner]
        return row[keep], block[keep]

    def _feet(self, points: Floats, blocks: Ints) -> tuple[Floats, Floats]:
        """Find for (point, block) pairs the nearest point of each piece (0..1) and its chord in metres."""
        towards = points[:, None, :] - self._begin[blocks]
        along = self._along[blocks]
        offset = np.clip(np.einsum("nbi,nbi->nb", towards, along) / self._square[blocks], 0.0, 1.0)
        towards -= offset[:, :, None] * along
        return offset, np.sqrt(np.einsum("nbi,nbi->nb", towards, towards))


def short_way(step: Floats) -> Floats:
    """Return differences of longitude, those that span between 180 and 360 degrees taken the other way round.

    RFC 7946 wants lines cut at the antimeridian; much data is not, and an edge that truly runs
    more than half round the world is not met. A step of 360 degrees is left: a whole parallel.
    """
    size = np.abs(step)
    return np.where((size > 180.0) & (size < 360.0), step - 360.0 * np.sign(step), step)


def _chord_of(arc: float) -> float:
    """Return the shortest chord that a geodesic of this length may have, in metres."""
    return float(2 * _LEAST_RADIUS * np.sin(min(arc / (2 * _LEAST_RADIUS), np.pi / 2)))


def _pieces(starts: Floats, steps: Floats) -> Ints:
    """Count into how many pieces each edge must be cut.

    Between its ends a piece of length l leaves its chord by l²/8R downwards, and by at most
    l·|Δλ|/4 sideways: its heading turns by no more than 2·|Δλ|, the turn of the meridians and
    that of a line straight in degrees against them.
    """
    phi = np.radians(np.stack([starts[:, 0], starts[:, 0] + steps[:, 0]]))
    widest = np.where(phi[0] * phi[1] <= 0, 1.0, np.cos(np.abs(phi).min(axis=0)))
    turn = np.abs(np.radians(steps[:, 1]))
    length = SEMI_MAJOR_M * np.hypot(np.radians(steps[:, 0]), widest * turn)
    down = length / np.sqrt(8 * _LEAST_RADIUS * TOLERANCE_M)
    aside = np.sqrt(length * turn / (4 * TOLERANCE_M))
    pieces: Ints = np.maximum(np.ceil(np.maximum(down, aside)), 1).astype(np.intp)
    return pieces


def _chord_limit(chord: Floats) -> Floats:
    """Return the longest chord whose geodesic may be as short as the one over `chord`.

    A curve whose curvature lies between those of two circles is no longer than the arc of the
    smaller circle over the same chord and no shorter than that of the larger.
    """
    longest = 2 * _LEAST_RADIUS * np.arcsin(np.minimum(chord / (2 * _LEAST_RADIUS), 1.0))
    # Past the diameter of the smaller sphere nothing can be ruled out.
    limit = 2 * _GREATEST_RADIUS * np.sin(np.minimum(longest / (2 * _GREATEST_RADIUS), np.pi / 2))
    result: Floats = np.where(chord >= 2 * _LEAST_RADIUS * 0.9999, np.inf, limit)
    return result
