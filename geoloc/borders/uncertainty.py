"""How far the point of a place may lie from what is meant: the error of the point, and the size of the place.

Both were measured by ``benchmarks/uncertainty.py``.
"""

from __future__ import annotations

from math import hypot, sqrt

from geoloc.borders.border import POINT_ERROR_KM

RADIUS_KM = 2.67
"""Median distance of a town's sections from its point, for 100,000 inhabitants; it grows with the root of them."""


def point_error_km(population: int | None) -> float:
    """Return how far the point of a town or facility may lie from what a text means by it, km.

    Parameters
    ----------
    population : int or None
        None or 0 where it is not known; the place then has no size.

    Examples
    --------
    >>> round(point_error_km(1_000), 2), round(point_error_km(340_000), 1), point_error_km(None)
    (0.57, 4.9, 0.5)
    """
    return hypot(POINT_ERROR_KM, RADIUS_KM * sqrt((population or 0) / 100_000))
