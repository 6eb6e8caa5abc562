"""A border line, and how points lie to it.

Examples
--------
>>> from geoloc.borders import Border
>>> relation = Border.load("RU-UA").relation(50.4613, 35.6026)
>>> round(relation.distance_km, 2), relation.side
(1.79, 'RU')
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geoloc.borders.geodesy import Floats, checked_points, inverse
from geoloc.borders.geojson import feature
from geoloc.borders.nearest import Nearest, PolylineIndex
from geoloc.errors import UsageError
from geoloc.model import BorderRelation

if TYPE_CHECKING:
    from geoloc.borders.sides import Sides

LINE_ERROR_KM = 0.05
"""Error of a bundled line: simplified to 10 m, drawn by OpenStreetMap's mappers to some tens of metres."""

POINT_ERROR_KM = 0.5
"""Error of a point unless said otherwise: GeoNames puts a village somewhere in it."""

ON_THE_LINE_M = 1e-3
"""Nearer than this a point lies on the border, and the bearing to it has no meaning."""


class Border:
    """A border: of two countries, of one with all its neighbours, of two provinces, or the drawing of a file.

    Made by `load`.

    Attributes
    ----------
    id : str
        ``RU-UA``, ``RU``, ``RU-BEL/RU-KRS``, or the path of the file.
    name : str
        ``Russia–Ukraine``, or the name of the file without its ending.
    countries : (str, str) or None
        The two alpha-2 codes of a land border between two countries.
    bundled : bool
        False for a file.
    about : mapping or None
        Source, version, licence and attribution of a bundled line.
    line_error_km : float
        How far off the line may be; 0 for a file, which is taken at its word.
    worldview : str or None
        Whose reading of disputed ground is followed, by the line and by the outlines of countries.
    farthest_km : mapping of str to float
        How far the farthest point of a country lies, where that is known beforehand.
    part_names : list of str or None
        What each line is, if there are several things: the neighbour pair, the name of the feature.
    """

    def __init__(
        self,
        id: str,
        name: str,
        lines: list[Floats],
        side: Sides,
        *,
        countries: tuple[str, str] | None = None,
        about: Mapping[str, str] | None = None,
        line_error_km: float = 0.0,
        part_names: Sequence[str | None] = (),
        codes: Collection[str] = (),
        gaps: Collection[int] = (),
        worldview: str | None = None,
        farthest_km: Mapping[str, float] | None = None,
    ) -> None:
        self.id = id
        self.name = name
        self.countries = countries
        self.bundled = about is not None
        self.about = about
        self.line_error_km = line_error_km
        self.farthest_km = farthest_km or {}
        several = len(set(part_names)) > 1
        self.part_names: list[str | None] = list(part_names) if several else [None] * len(lines)
        self.worldview = worldview
        self._codes = frozenset(codes)
        self._lines = lines
        self._gaps = frozenset(gaps)
        self._side = side

    @classmethod
    def load(cls, source: str | os.PathLike[str], *, worldview: str | None = None) -> Border:
        """Load a bundled border by its id, or a border from a file.

        Parameters
        ----------
        source : str or path
            ``RU-UA`` (also ``ua-ru``); ``RU`` for its whole land border; ``RU-BEL/RU-KRS`` or ``Belgorod/Kursk`` for
            that of two first-order divisions (coarse); or a file of lines or polygons: GeoJSON, GeoPackage,
            Shapefile, KML.
        worldview : str, optional
            Alpha-2 code of the country whose reading of disputed ground is followed; `geoloc.borders.disputes`
            lists what that changes.

        Returns
        -------
        Border

        Raises
        ------
        UnknownBorderError
            If there is no such border and no such file.
        SourceError
            If the file is missing or cannot be read.
        FormatError
            If the file cannot be understood, or has no line and no polygon, or both.
        """
        from geoloc.borders.sources import load

        return load(source, worldview)

    def __repr__(self) -> str:
        return f"<Border {self.id}: {self.parts} parts, {self.vertices} vertices>"

    @property
    def lines(self) -> list[Floats]:
        """The parts and what closes the gaps between them, each of shape ``(n, 2)``: latitude and longitude in degrees.

        Of a bundled border the first country lies on the left.
        """
        return [line.copy() for line in self._lines]

    @property
    def parts(self) -> int:
        """How many lines it has, without those that close gaps."""
        return len(self._lines) - len(self._gaps)

    @property
    def gaps(self) -> int:
        """How many lines close gaps between the parts; they are measured to, and counted for no length."""
        return len(self._gaps)

    @property
    def vertices(self) -> int:
        """How many vertices all its parts have."""
        return sum(map(len, self._counted))

    @cached_property
    def length_km(self) -> float:
        """Geodesic length of all parts."""
        return sum(float(inverse(*line[:-1].T, *line[1:].T)[0].sum()) for line in self._counted) / 1000

    def relation(self, lat: float, lon: float, *, point_error_km: float = POINT_ERROR_KM) -> BorderRelation:
        """How a point lies to the border.

        Parameters
        ----------
        lat, lon : float
            Degrees.
        point_error_km : float
            How far off the point may be; `geoloc.borders.point_error_km` tells it for a place.

        Returns
        -------
        BorderRelation
            Unrounded, the distance unsigned. `side` is the code of the country that the point
            lies in (of a first-order division: of ISO 3166-2), None if it is none of those that
            the border parts; for a line from a file ``left`` or ``right`` of its direction, for
            polygons ``inside`` or ``outside``. `part` names the line, where there are several.

        Raises
        ------
        UsageError
            If the coordinates are out of range or not numbers.
        """
        return self.relations([lat], [lon], point_error_km=point_error_km)[0]

    def relations(
        self, lats: ArrayLike, lons: ArrayLike, *, point_error_km: ArrayLike = POINT_ERROR_KM
    ) -> list[BorderRelation]:
        """`relation` for many points, in their order; much faster than one by one.

        Examples
        --------
        >>> Border.load("RU-UA").relations([], [])
        []
        """
        lat, lon = checked_points(lats, lons)
        errors = np.broadcast_to(np.asarray(point_error_km, dtype=np.float64), lat.shape)
        if not (errors >= 0).all():
            raise UsageError(f"point_error_km is {point_error_km!r}; give kilometres, 0 or more")
        near, sides = self.nearest(lat, lon)
        on_line = near.distance_m < ON_THE_LINE_M
        return [
            BorderRelation(distance, side, (near_lat, near_lon), None if on else bearing, uncertainty, part)
            for distance, side, near_lat, near_lon, on, bearing, uncertainty, part in zip(
                (near.distance_m / 1000).tolist(),
                sides,
                near.lat.tolist(),
                near.lon.tolist(),
                on_line.tolist(),
                near.bearing.tolist(),
                np.hypot(self.line_error_km, errors).tolist(),
                self.parts_of(near),
                strict=True,
            )
        ]

    def nearest(self, lat: Floats, lon: Floats) -> tuple[Nearest, list[str | None]]:
        """Return the nearest points and the sides, as arrays, of points that `geodesy.checked_points` has passed."""
        near = self._index.nearest(lat, lon)
        return near, self._side(lat, lon, near)

    def parts_of(self, near: Nearest) -> list[str | None]:
        """Return the name of the line that each nearest point lies on; None where the border has no named parts."""
        if not any(self.part_names):
            return [None] * len(near.edge)
        line = np.searchsorted(self._ends, near.edge, side="right")
        return [self.part_names[number] for number in line.tolist()]

    def distances_km(self, lats: ArrayLike, lons: ArrayLike) -> list[float]:
        """Return the distances alone, which spares looking for the sides."""
        lat, lon = checked_points(lats, lons)
        distances: list[float] = (self._index.nearest(lat, lon).distance_m / 1000).tolist()
        return distances

    def metres(self, lat: Floats, lon: Floats) -> Floats:
        """Return the distances alone in metres, of points that `geodesy.checked_points` has passed."""
        return self._index.nearest(lat, lon).distance_m

    def parts_country(self, code: str) -> bool:
        """Whether the border parts this country (alpha-2) from another."""
        return code in self._codes

    @property
    def follows_worldview(self) -> bool:
        """Whether its line is another than in the default reading of disputed ground."""
        from geoloc.borders.disputed import moves_line

        return self.about is not None and moves_line(self.worldview, (self.id, *self.part_names))

    def to_geojson(self) -> dict[str, Any]:
        """Return the border as a GeoJSON feature (RFC 7946), a MultiLineString cut at the antimeridian.

        Returns
        -------
        dict
            Longitude before latitude, at most six decimals, with a bbox. The properties are
            ``id``, ``name``, ``countries`` and ``length_km``, and ``attribution`` for bundled borders.
        """
        properties: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "countries": ",".join(self.countries) if self.countries else None,
            "length_km": round(self.length_km, 3),
        }
        if self.about:
            properties["attribution"] = self.about["attribution"]
        return feature(self.id, self._lines, properties)

    @property
    def _counted(self) -> list[Floats]:
        return [line for number, line in enumerate(self._lines) if number not in self._gaps]

    @cached_property
    def _index(self) -> PolylineIndex:
        return PolylineIndex(self._lines)

    @cached_property
    def _ends(self) -> NDArray[np.intp]:
        """Count the edges up to the end of each line."""
        return np.cumsum([len(line) - 1 for line in self._lines])
