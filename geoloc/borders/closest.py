"""Which border bare points ask for, where no document says what they are about."""

from __future__ import annotations

import math

from numpy.typing import ArrayLike

from geoloc.borders.border import Border
from geoloc.borders.catalogue import entries
from geoloc.borders.country import countries_of
from geoloc.borders.geodesy import checked_points


def closest_border(lats: ArrayLike, lons: ArrayLike) -> Border | None:
    """Load the land border that is nearest to points, among those of the countries that they lie in.

    Parameters
    ----------
    lats, lons : array_like
        Degrees.

    Returns
    -------
    Border or None
        The one with the least sum of distances; None where no point lies in a country with a land border.

    Raises
    ------
    UsageError
        If the coordinates are out of range or not numbers.

    Examples
    --------
    >>> closest_border([50.4613, 50.60343], [35.6026, 36.58091])
    <Border RU-UA: 6 parts, 5695 vertices>
    >>> closest_border([-33.87], [151.21]) is None  # Sydney
    True
    >>> closest_border([], []) is None
    True
    """
    lat, lon = checked_points(lats, lons)
    codes = {code for code in countries_of(lat, lon) if code}
    best, least = None, math.inf
    for entry in entries().values():
        if codes.intersection(entry.countries):
            border = Border.load(entry.id)
            total = sum(relation.distance_km for relation in border.relations(lat, lon))
            if total < least:
                best, least = border, total
    return best
