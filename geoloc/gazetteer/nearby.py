"""The rows of a gazetteer by where they lie: in cells of one degree, row after row of cells from the south."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geoloc.gazetteer.layout import NO_POINT

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the WGS 84 ellipsoid (IUGG)."""

_COLUMNS, _ROWS = 360, 180
_KM_A_DEGREE = math.pi * EARTH_RADIUS_KM / 180
_FIRST_REACH_DEGREES = 0.25
Ints = NDArray[np.int64]


def cell_arrays(lat: NDArray[np.int32], lon: NDArray[np.int32]) -> dict[str, NDArray[Any]]:
    """Return the arrays of the index over points in 1e-5 degrees; rows without a point are left out."""
    rows = np.flatnonzero(lat != NO_POINT)
    cells = _cells(lat[rows] / 1e5, lon[rows] / 1e5)
    sequence = np.argsort(cells, kind="stable")
    starts = np.searchsorted(cells[sequence], np.arange(_ROWS * _COLUMNS + 1))
    return {"cell_rows": rows[sequence].astype(np.uint32), "cell_starts": starts.astype(np.uint32)}


def _cells(lat: NDArray[Any], lon: NDArray[Any]) -> Ints:
    row = np.clip(np.floor(lat + 90), 0, _ROWS - 1).astype(np.int64)
    cells: Ints = row * _COLUMNS + np.floor(lon + 180).astype(np.int64) % _COLUMNS
    return cells


class CellIndex:
    """Rows with a point, found by distance and by box."""

    def __init__(self, rows: Any, starts: Any, lat: Any, lon: Any) -> None:
        self._rows, self._starts = rows, starts
        self._lat, self._lon = lat, lon

    def nearest(self, lat: float, lon: float, limit: int, wanted: Any = None) -> list[tuple[float, int]]:
        """Return (distance in km on the sphere, row) of the nearest rows, nearest first.

        Parameters
        ----------
        lat, lon : float
            Degrees.
        limit : int
            The most rows to return.
        wanted : callable, optional
            Takes an array of rows and returns which of them count.
        """
        reach = _FIRST_REACH_DEGREES
        while True:
            rows = self._around(lat, lon, reach)
            if wanted is not None:
                rows = rows[wanted(rows)]
            distances = distance_km(lat, lon, self._lat[rows] / 1e5, self._lon[rows] / 1e5)
            inside = distances <= reach * _KM_A_DEGREE
            if inside.sum() >= limit or reach >= 180:
                sequence = np.lexsort((rows, distances))[:limit]
                return list(zip(distances[sequence].tolist(), rows[sequence].tolist(), strict=True))
            reach *= 2

    def _around(self, lat: float, lon: float, reach: float) -> Ints:
        """Return the rows of all cells that come within `reach` degrees of a great circle of a point."""
        south, north = lat - reach, lat + reach
        if south <= -90 or north >= 90:
            return self.within(-180.0, south, 180.0, north)
        # The meridians that touch a circle of this radius: sin(reach) / cos(lat).
        aside = math.degrees(math.asin(min(1.0, math.sin(math.radians(reach)) / math.cos(math.radians(lat)))))
        if aside >= 90:
            return self.within(-180.0, south, 180.0, north)
        return self.within(lon - aside, south, lon + aside, north)

    def within(self, west: float, south: float, east: float, north: float) -> Ints:
        """Return the rows of all cells that a box in degrees touches; west > east crosses the antimeridian."""
        first = int(np.clip(math.floor(south + 90), 0, _ROWS - 1))
        last = int(np.clip(math.floor(north + 90), 0, _ROWS - 1))
        width = (east - west) % 360 if east - west < 360 else 360
        left = math.floor(west + 180) % _COLUMNS
        count = min(math.floor(west + 180 - math.floor(west + 180) + width) + 1, _COLUMNS)
        runs = [(left, min(left + count, _COLUMNS)), (0, max(left + count - _COLUMNS, 0))]
        found = [
            self._rows[self._starts[row * _COLUMNS + begin] : self._starts[row * _COLUMNS + end]]
            for row in range(first, last + 1)
            for begin, end in runs
            if begin < end
        ]
        return np.concatenate([np.empty(0, np.int64), *found]).astype(np.int64)


def distance_km(lat: float, lon: float, lats: Any, lons: Any) -> NDArray[np.float64]:
    """Return great-circle distances by the haversine formula, km; good for ranking, not for measuring."""
    phi, phis = math.radians(lat), np.radians(lats)
    half = np.sin((phis - phi) / 2) ** 2 + math.cos(phi) * np.cos(phis) * np.sin(np.radians(lons - lon) / 2) ** 2
    distances: NDArray[np.float64] = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return distances
