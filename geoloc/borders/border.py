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
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from geoloc.borders import catalogue
from geoloc.borders.country import countries, countries_of
from geoloc.borders.geodesy import Floats, checked_points, inverse
from geoloc.borders.geojson import feature
from geoloc.borders.nearest import Nearest, PolylineIndex, short_way
from geoloc.errors import SourceError, UnknownBorderError, UsageError
from geoloc.model import BorderRelation

if TYPE_CHECKING:
    from geoloc.borders.files import Area

LINE_ERROR_KM = 0.05
"""Error of a bundled line: simplified to 10 m, drawn by OpenStreetMap's mappers to some tens of metres."""

POINT_ERROR_KM = 0.5
"""Error of a point unless said otherwise: GeoNames puts a village somewhere in it."""

ON_THE_LINE_M = 1e-3
"""Nearer than this a point lies on the border, and the bearing to it has no meaning."""


class Border:
    """A border: one of the world's land borders, or the line or polygons of a file.

    Made by `load`.

    Attributes
    ----------
    id : str
        ``RU-UA``, or the path of the file.
    name : str
        ``Russia–Ukraine``, or the name of the file without its ending.
    countries : (str, str) or None
        The two alpha-2 codes; None for a file.
    bundled : bool
    """

    def __init__(
        self,
        id: str,
        name: str,
        countries: tuple[str, str] | None,
        lines: list[Floats],
        areas: list[Area] | None = None,
    ) -> None:
        self.id = id
        self.name = name
        self.countries = countries
        self.bundled = countries is not None
        self._lines = lines
        self._areas = areas or []

    @classmethod
    def load(cls, source: str | os.PathLike[str]) -> Border:
        """Load a bundled border by its id, or a border from a GeoJSON file.

        Parameters
        ----------
        source : str or path
            ``RU-UA`` (also ``ua-ru``), or a file of lines or polygons.

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
            If the file is not GeoJSON, or has no line and no polygon, or both.
        """
        path = Path(source)
        if not str(source).strip():
            raise UnknownBorderError("an empty border id; give one such as RU-UA, see: geoloc border list")
        if isinstance(source, str):
            key = catalogue.canonical_id(source)
            looks_like_file = path.suffix != "" or path.name != source
            if key in catalogue.entries() or not (path.exists() or looks_like_file):
                entry = catalogue.find(source)
                lines = catalogue.chains("land").degrees(entry.first, entry.parts)
                return cls(entry.id, entry.name, entry.countries, lines)
        if not path.exists():
            raise SourceError(f"{path}: no such file; give a GeoJSON file or a bundled border id such as RU-UA")
        from geoloc.borders.files import read_drawing

        drawing = read_drawing(path)
        return cls(str(path), path.stem, None, drawing.lines, drawing.areas)

    def __repr__(self) -> str:
        return f"<Border {self.id}: {self.parts} parts, {self.vertices} vertices>"

    @property
    def lines(self) -> list[Floats]:
        """The parts, each of shape ``(n, 2)``: latitude and longitude in degrees.

        Of a bundled border the first country lies on the left.
        """
        return [line.copy() for line in self._lines]

    @property
    def parts(self) -> int:
        """How many lines it has."""
        return len(self._lines)

    @property
    def vertices(self) -> int:
        """How many vertices all its lines have."""
        return sum(map(len, self._lines))

    @cached_property
    def length_km(self) -> float:
        """Geodesic length of all edges."""
        if self.bundled:
            return catalogue.entries()[self.id].length_km
        return sum(float(inverse(*line[:-1].T, *line[1:].T)[0].sum()) for line in self._lines) / 1000

    def relation(self, lat: float, lon: float, *, point_error_km: float = POINT_ERROR_KM) -> BorderRelation:
        """How a point lies to the border.

        Parameters
        ----------
        lat, lon : float
            Degrees.
        point_error_km : float
            How far off the point may be.

        Returns
        -------
        BorderRelation
            Unrounded, the distance unsigned. `side` is the code of the country that the point
            lies in, None if it is neither of the two; for a line from a file ``left`` or
            ``right`` of its direction, for polygons ``inside`` or ``outside``.

        Raises
        ------
        UsageError
            If the coordinates are out of range or not numbers.
        """
        return self.relations([lat], [lon], point_error_km=point_error_km)[0]

    def relations(
        self, lats: ArrayLike, lons: ArrayLike, *, point_error_km: float = POINT_ERROR_KM
    ) -> list[BorderRelation]:
        """`relation` for many points, in their order; much faster than one by one.

        Examples
        --------
        >>> Border.load("RU-UA").relations([], [])
        []
        """
        lat, lon = checked_points(lats, lons)
        if not point_error_km >= 0:
            raise UsageError(f"point_error_km is {point_error_km}; give kilometres, 0 or more")
        uncertainty = float(np.hypot(LINE_ERROR_KM if self.bundled else 0.0, point_error_km))
        near = self._index.nearest(lat, lon)
        on_line = near.distance_m < ON_THE_LINE_M
        return [
            BorderRelation(distance, side, (near_lat, near_lon), None if on else bearing, uncertainty)
            for distance, side, near_lat, near_lon, on, bearing in zip(
                (near.distance_m / 1000).tolist(),
                self._sides(lat, lon, near),
                near.lat.tolist(),
                near.lon.tolist(),
                on_line.tolist(),
                near.bearing.tolist(),
                strict=True,
            )
        ]

    def distances_km(self, lats: ArrayLike, lons: ArrayLike) -> list[float]:
        """Return the distances alone, which spares looking for the sides."""
        lat, lon = checked_points(lats, lons)
        distances: list[float] = (self._index.nearest(lat, lon).distance_m / 1000).tolist()
        return distances

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
        if self.bundled:
            properties["attribution"] = catalogue.about()["attribution"]
        return feature(self.id, self._lines, properties)

    @cached_property
    def _index(self) -> PolylineIndex:
        return PolylineIndex(self._lines)

    def _sides(self, lat: Floats, lon: Floats, near: Nearest) -> list[str | None]:
        if self.countries:
            return [self._of_the_pair(code) for code in countries_of(lat, lon)]
        if self._areas:
            inside = np.zeros(len(lat), dtype=bool)
            for area in self._areas:
                inside |= area.holds(lat, lon)
            return ["inside" if held else "outside" for held in inside.tolist()]
        return list(_left_or_right(self._lines, lat, lon, near))

    def _of_the_pair(self, code: str | None) -> str | None:
        """Return the country, or the one that it is a part of, if it is one of the two."""
        if code is None or self.countries is None or code in self.countries:
            return code
        parent = countries()[code].part_of
        return parent if parent in self.countries else None


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
