"""Points and GeoJSON features, and how they lie to a border; no text is read here.

>>> located = locate("50.4613,35.6026")
>>> measured, = measure([located], Border.load("RU-UA"))
>>> round(measured.relation.distance_km, 2), measured.relation.side
(1.79, 'RU')
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from geoloc.borders import Border, closest_border, countries_of
from geoloc.errors import SourceError
from geoloc.model import BorderRelation, Candidate, Place
from geoloc.reading.features import Record
from geoloc.reading.points import parse_point
from geoloc.writing import border_properties

if TYPE_CHECKING:
    from geoloc.gazetteer import Gazetteer

CHUNK = 2_000
"""Features that are measured together: enough to be fast, few enough to need no memory."""

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
    """A point with a border and its relation to it; both None without a border or for an area."""

    located: Located
    border: Border | None
    relation: BorderRelation | None


def locate(query: str, gazetteer: Gazetteer | None = None) -> Located:
    """Find the point that coordinates or the name of a place mean.

    Parameters
    ----------
    query : str
    gazetteer : Gazetteer, optional
        Where to look names up; the bundled one if none is given.

    Raises
    ------
    SourceError
        If the gazetteer has no place with a point for the name.
    UsageError
        If the query looks like coordinates and is none.
    """
    if point := parse_point(query):
        return Located(query, *point, None, countries_of([point[0]], [point[1]])[0])
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
    return Located(query, place.lat, place.lon, place, place.country)


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


def measure_to_nearest(points: Sequence[Located]) -> list[Measured]:
    """Measure each point to the land border nearest to it, of the country that it lies in."""
    found = []
    for point in points:
        border = closest_border([point.lat], [point.lon]) if point.is_point else None
        found += measure([point], border)
    return found


def measure(points: Sequence[Located], border: Border | None) -> list[Measured]:
    """Measure points to a border.

    Coordinates are taken for exact; the point of a place is uncertain, as `Border.relation` says.
    """
    relations: dict[int, BorderRelation] = {}
    for exact in (True, False):
        chosen = [i for i, point in enumerate(points) if point.is_point and (point.place is None) == exact]
        if border is not None and chosen:
            at = [points[i].lat for i in chosen], [points[i].lon for i in chosen]
            found = border.relations(*at, point_error_km=0.0) if exact else border.relations(*at)
            relations.update(zip(chosen, found, strict=True))
    return [Measured(point, border if i in relations else None, relations.get(i)) for i, point in enumerate(points)]


class Annotator:
    """Adds border relations to the properties of GeoJSON features: ``border_id``, ``border_km`` and so on.

    Features that are not points get nulls.

    Parameters
    ----------
    border : str or Path
        An id or a file, or ``auto`` for the land border nearest to the points that are met first.

    Attributes
    ----------
    border : Border or None
        What is measured to; None until the first points have come, or where no border fits.
    features, others : int
        How many features were met, and how many of them were not points.
    """

    def __init__(self, border: str | Path = "auto") -> None:
        self._open = str(border) == "auto"
        self.border = None if self._open else Border.load(border)
        self.features = 0
        self.others = 0

    def annotate(self, records: Iterable[Record]) -> Iterator[Record]:
        """Yield the records, with relations in the properties of their features."""
        waiting: list[Record] = []
        size = 0
        for record in records:
            waiting.append(record)
            size += max(len(record.features), 1)
            if size >= CHUNK:
                yield from self._measured(waiting)
                waiting, size = [], 0
        yield from self._measured(waiting)

    def _measured(self, records: list[Record]) -> list[Record]:
        features = [feature for record in records for feature in record.features]
        points = [feature.point for feature in features if feature.point]
        self.features += len(features)
        self.others += len(features) - len(points)
        lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
        if self._open and points:
            self.border = closest_border(lats[:CHUNK], lons[:CHUNK])
            self._open = False
        relations = iter(self.border.relations(lats, lons) if self.border else [None] * len(points))
        for feature in features:
            feature.value["properties"].update(
                border_properties(self.border.id if self.border else None, next(relations) if feature.point else None)
            )
        return records
