"""What is known of where a place lies: near a point, in a country, in a box, of a feature class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geoloc.errors import UsageError
from geoloc.gazetteer.layers import Layers
from geoloc.gazetteer.layout import NO_POINT
from geoloc.gazetteer.nearby import distance_km
from geoloc.model import PLACE_KINDS, Place, PlaceKind

FEATURE_CLASSES: dict[str, tuple[PlaceKind, ...]] = {
    "A": ("country", "region", "district"),
    "P": ("populated-place",),
    "H": ("water",),
    "T": ("relief",),
    "U": ("relief",),
    "L": ("continent", "area"),
    "V": ("area",),
    "S": ("facility",),
    "R": ("facility",),
}
"""Feature classes of GeoNames, and the kinds of places that geoloc makes of them."""

_NEAR_KM = 50.0
_FAR_SHARE = 0.4
_ABROAD_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Where:
    """What is known of where a place lies.

    Attributes
    ----------
    near : (float, float) or None
        Latitude and longitude in degrees. A prior: places near it come first, others stay.
    countries : tuple of str
        Alpha-2 codes. A prior for names, a filter for the places nearest to a point.
    bbox : (float, float, float, float) or None
        West, south, east, north in degrees; west > east crosses the antimeridian. A filter.
    classes : tuple of str
        Feature classes, keys of `FEATURE_CLASSES`. A filter.
    """

    near: tuple[float, float] | None = None
    countries: tuple[str, ...] = ()
    bbox: tuple[float, float, float, float] | None = None
    classes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        unknown = [name for name in self.classes if name not in FEATURE_CLASSES]
        if unknown:
            raise UsageError(f"unknown feature class {unknown[0]!r}; known are {', '.join(FEATURE_CLASSES)}")

    @classmethod
    def of(
        cls,
        near: tuple[float, float] | None,
        country: str | Sequence[str] | None,
        bbox: tuple[float, float, float, float] | None,
        feature_class: str | Sequence[str] | None,
    ) -> Where | None:
        """Return what the arguments of `Gazetteer.search` say, or None if they say nothing."""
        where = cls(near, _several(country), bbox, _several(feature_class))
        return None if where == cls() else where

    def holds(self, layers: Layers, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which rows lie in the countries and the box and are of the classes."""
        return self._inside(layers, rows) & self._at_home(layers, rows)

    def _inside(self, layers: Layers, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        kept = np.ones(len(rows), bool)
        if self.classes:
            kinds = [PLACE_KINDS.index(kind) for name in self.classes for kind in FEATURE_CLASSES[name]]
            kept &= np.isin(layers.column("kind", rows), kinds)
        if self.bbox:
            west, south, east, north = self.bbox
            lat, lon = layers.column("lat", rows), layers.column("lon", rows) / 1e5
            kept &= (lat != NO_POINT) & (lat / 1e5 >= south) & (lat / 1e5 <= north)
            kept &= (lon - west) % 360 <= (east - west) % 360 if east - west < 360 else True
        return kept

    def _at_home(self, layers: Layers, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        if not self.countries:
            return np.ones(len(rows), bool)
        codes = [layers.countries.index(code) for code in self.countries if code in layers.countries]
        return np.isin(layers.column("country", rows), codes)

    def weigh(self, layers: Layers, scores: Mapping[int, float]) -> tuple[dict[int, float], dict[int, float]]:
        """Return the scores of rows with what is known, and their distances from `near` in km.

        Rows outside the box or of other classes are left out.
        """
        rows = np.array(list(scores), np.int64)
        rows = rows[self._inside(layers, rows)] if len(rows) else rows
        shares = np.where(self._at_home(layers, rows), 1.0, _ABROAD_SHARE) if len(rows) else np.ones(0)
        distances: dict[int, float] = {}
        if self.near and len(rows):
            lat = layers.column("lat", rows)
            km = distance_km(*self.near, lat / 1e5, layers.column("lon", rows) / 1e5)
            shares = shares * np.where(lat == NO_POINT, _FAR_SHARE, _FAR_SHARE + (1 - _FAR_SHARE) / (1 + km / _NEAR_KM))
            located = rows[lat != NO_POINT].tolist()
            distances = {row: geodesic_km(*self.near, layers.place(row)) for row in located}
        return {row: scores[row] * share for row, share in zip(rows.tolist(), shares.tolist(), strict=True)}, distances


def _several(values: str | Sequence[str] | None) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(values or ())


def geodesic_km(lat: float, lon: float, place: Place) -> float:
    """Return the geodesic distance of a place that has a point from a point in degrees, km."""
    from geopy.distance import geodesic  # type: ignore[import-untyped]

    return float(geodesic((lat, lon), (place.lat, place.lon)).km)
