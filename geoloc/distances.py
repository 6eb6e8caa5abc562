"""Points and GeoJSON features, and how they lie to a border; no text is read here.

>>> located = locate("50.4613,35.6026")
>>> measured, = measure([located], Border.load("RU-UA"))
>>> round(measured.relation.distance_km, 2), measured.relation.side
(1.79, 'RU')
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from geoloc.borders import (
    Border,
    area_relation,
    closest_border,
    countries_of,
    point_error_km,
    shape_relation,
)
from geoloc.borders.border import ON_THE_LINE_M
from geoloc.borders.geodesy import normalised_longitude
from geoloc.errors import FormatError, SourceError
from geoloc.model import AreaRelation, BorderRelation, Candidate, Place
from geoloc.reading.features import Feature, Record
from geoloc.reading.points import parse_point
from geoloc.writing import border_properties
from geoloc.writing.records import area_properties

if TYPE_CHECKING:
    from geoloc.gazetteer import Gazetteer

CHUNK = 4_000
"""Features that are measured together: enough to be fast, few enough to need no memory."""

BORDER_SAMPLE = 2_000
"""The border nearest to the first points is sought with so many."""

TOWN_SHARE = 0.9
"""A town with this share of its country's or region's score is what a name means where a distance is asked for."""


@dataclass(frozen=True, slots=True)
class Located:
    """What was asked for, and where it lies.

    Attributes
    ----------
    query : str
        The wording of the user.
    lat, lon : float
    place : Place or None
        The place that a name was taken for; None for coordinates.
    country : str or None
        Alpha-2 code of the country that the point lies in.
    """

    query: str
    lat: float
    lon: float
    place: Place | None
    country: str | None

    @property
    def is_point(self) -> bool:
        """False for an area, of whose distance its label point says nothing."""
        return self.place is None or self.place.is_point


@dataclass(frozen=True, slots=True)
class Measured:
    """A point with a border and its relation to it; an area with its own. All None without a border."""

    located: Located
    border: Border | None
    relation: BorderRelation | None
    area: AreaRelation | None = None

    @property
    def km(self) -> float | None:
        """The distance, of an area that of its nearest point."""
        if self.relation:
            return self.relation.distance_km
        return self.area.nearest_km if self.area else None


def locate(query: str, gazetteer: Gazetteer | None = None, *, worldview: str | None = None) -> Located:
    """Find the point that coordinates or the name of a place mean.

    Parameters
    ----------
    query : str
    gazetteer : Gazetteer, optional
        Where to look names up; the bundled one if none is given.
    worldview : str, optional
        As in `Border.load`.

    Raises
    ------
    SourceError
        If the gazetteer has no place with a point for the name.
    UsageError
        If the query looks like coordinates and is none.
    """
    if point := parse_point(query):
        return Located(query, *point, None, countries_of([point[0]], [point[1]], worldview=worldview)[0])
    if gazetteer is None:
        from geoloc.gazetteer import Gazetteer

        gazetteer = Gazetteer.open()
    found = gazetteer.search(query, limit=50)
    candidates = [candidate for candidate in found if candidate.match not in ("fuzzy", "weak")]
    place = _most_likely(candidates)
    if place is None or place.lat is None or place.lon is None:
        what = "no place of this name has a point" if candidates else "no such place in the gazetteer"
        names = list(dict.fromkeys(candidate.place.name for candidate in found))
        meant = f"; perhaps {' or '.join(names[:3])}" if names and not candidates else ""
        raise SourceError(f"{query!r}: {what}{meant}; try: geoloc lookup NAME, or give LAT,LON")
    country = place.country or countries_of([place.lat], [place.lon], worldview=worldview)[0]
    return Located(query, place.lat, place.lon, place, country)


def _most_likely(candidates: Sequence[Candidate]) -> Place | None:
    """Return the best candidate with a point; New York State gives way to New York City."""
    candidates = [candidate for candidate in candidates if candidate.place.lat is not None]
    if not candidates:
        return None
    best = candidates[0]
    towns = (
        candidate.place
        for candidate in candidates
        if candidate.place.is_point
        and candidate.place.country == best.place.country
        and candidate.score >= TOWN_SHARE * best.score
    )
    return next(towns, best.place)


def measure_to_nearest(points: Sequence[Located], worldview: str | None = None) -> list[Measured]:
    """Measure each point to the land border nearest to it, of the country that it lies in; areas to the first."""
    borders = [closest_border([p.lat], [p.lon], worldview=worldview) if p.is_point else None for p in points]
    first = next(filter(None, borders), None)
    found = []
    for point, border in zip(points, borders, strict=True):
        found += measure([point], border or (None if point.is_point else first))
    return found


def measure(points: Sequence[Located], border: Border | None) -> list[Measured]:
    """Measure points and areas to a border.

    Coordinates are taken for exact; the point of a place is uncertain, as `point_error_km` says.
    """
    if border is None:
        return [Measured(point, None, None) for point in points]
    chosen = [point for point in points if point.is_point]
    relations = iter(
        border.relations(
            [point.lat for point in chosen],
            [point.lon for point in chosen],
            point_error_km=[point_error_km(point.place.population) if point.place else 0.0 for point in chosen],
        )
    )
    found = []
    for point in points:
        relation = next(relations) if point.is_point else None
        area = area_relation(border, point.place) if point.place and not point.is_point else None
        found.append(Measured(point, border if relation or area else None, relation, area))
    return found


class Annotator:
    """Adds border relations to the properties of GeoJSON features: ``border_id``, ``border_km`` and so on.

    Of lines and polygons ``border_km`` is the distance of their nearest point; they get ``border_nearest_km``,
    ``border_farthest_km`` and ``border_touches``, too. Without a geometry all is null.

    Parameters
    ----------
    border : str or Path
        An id or a file, or ``auto`` for the land border nearest to the points that are met first.
    worldview : str, optional
        Whose reading of disputed ground is followed; see `Border.load`.
    within_km : float, optional
        Keep only the features that lie so near.

    Attributes
    ----------
    border : Border or None
        What is measured to; None until the first points have come, or where no border fits.
    features, empty, kept : int
        How many features were met, how many of them had no geometry, and how many were kept.
    """

    def __init__(
        self, border: str | Path = "auto", *, worldview: str | None = None, within_km: float | None = None
    ) -> None:
        self._open = str(border) == "auto"
        self._worldview = worldview
        self._within_km = within_km
        self.border = None if self._open else Border.load(border, worldview=worldview)
        self.features = self.empty = self.kept = 0

    def annotate(self, records: Iterable[Record]) -> Iterator[Record]:
        """Yield the records, with relations in the properties of their features."""
        waiting: list[Record] = []
        size = 0
        for record in records:
            waiting.append(record)
            size += len(record.features) or 1
            if size >= CHUNK:
                yield from self._measured(waiting)
                waiting, size = [], 0
        yield from self._measured(waiting)

    def _measured(self, records: list[Record]) -> Iterable[Record]:
        features = [feature for record in records for feature in record.features]
        self.features += len(features)
        points = [feature for feature in features if feature.point]
        shapes = [feature for feature in features if not feature.point]
        if self._open and (found := _first_points(points, shapes)):
            self.border = closest_border(*zip(*found, strict=True), worldview=self._worldview)
            self._open = False
        self._add_points(points)
        for feature in shapes:
            self._add_shape(feature)
        if self._within_km is None:
            self.kept += len(features)
            return records
        return list(self._near(records, self._within_km))

    def _add_points(self, points: Sequence[Feature]) -> None:
        border = self.border
        if border is None or not points:
            for feature in points:
                feature.value["properties"].update(border_properties(None, None))
            return
        lat, lon = np.array([feature.point for feature in points], dtype=np.float64).T
        near, sides = border.nearest(lat, normalised_longitude(lon))
        bearings: list[float | None] = (np.round(near.bearing, 1) % 360).tolist()
        for index in np.flatnonzero(near.distance_m < ON_THE_LINE_M).tolist():
            bearings[index] = None
        kilometres = np.round(near.distance_m / 1000, 3).tolist()
        parts = border.parts_of(near) if any(border.part_names) else [None] * len(points)
        id = border.id
        for feature, km, side, bearing, part in zip(points, kilometres, sides, bearings, parts, strict=True):
            properties = feature.value["properties"]
            _forget(properties)
            properties["border_id"] = id
            properties["border_km"] = km
            properties["border_side"] = side
            properties["border_bearing"] = bearing
            if part is not None:
                properties["border_part"] = part

    def _add_shape(self, feature: Feature) -> None:
        properties = feature.value["properties"]
        _forget(properties)
        properties.update(border_properties(None, None))
        from geoloc.borders.files import shape_of

        try:
            shape = shape_of(feature.value["geometry"])
        except FormatError as error:
            raise FormatError(f"{feature.where}: {error}") from None
        if not shape.lines:
            self.empty += 1
            return
        if self.border is None:
            return
        relation = shape_relation(self.border, shape.lines, shape.holds)
        vertices = np.concatenate(shape.lines)
        sides = set(self.border.nearest(vertices[:, 0], normalised_longitude(vertices[:, 1]))[1])
        properties |= {
            "border_id": self.border.id,
            "border_km": round(relation.nearest_km, 3),
            "border_side": sides.pop() if len(sides) == 1 and not relation.touches else None,
            **area_properties(relation),
        }

    def _near(self, records: Iterable[Record], within_km: float) -> Iterator[Record]:
        """Yield what lies near: collections without the rest, and no record that is a feature too far away."""
        for record in records:
            near = []
            for feature in record.features:
                km = feature.value["properties"]["border_km"]
                if km is not None and km <= within_km:
                    near.append(feature)
            self.kept += len(near)
            if record.is_collection:
                yield Record(record.value | {"features": [feature.value for feature in near]}, tuple(near))
            elif near:
                yield record


def _first_points(points: Sequence[Feature], shapes: Sequence[Feature]) -> list[tuple[float, float]]:
    """Return points to choose a border by: those of the features, else the first vertices of the shapes."""
    found = [feature.point for feature in points if feature.point][:BORDER_SAMPLE]
    if found:
        return found
    from geoloc.borders.files import shape_of

    lines = (line for feature in shapes for line in shape_of(feature.value["geometry"]).lines)
    return [(float(line[0, 0]), float(line[0, 1])) for line in islice(lines, BORDER_SAMPLE)]


def _forget(properties: dict[str, object]) -> None:
    """Take out what an earlier run said that this one may not say again."""
    for name in ("border_part", "border_nearest_km", "border_farthest_km", "border_touches"):
        properties.pop(name, None)
