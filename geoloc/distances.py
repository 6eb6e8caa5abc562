"""Points and places, and how they lie to a border; no text is read here.

>>> located = locate("50.4613,35.6026")
>>> measured, = measure([located], Border.load("RU-UA"))
>>> round(measured.relation.distance_km, 2), measured.relation.side
(1.79, 'RU')
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geoloc.borders import (
    Border,
    area_relation,
    border_of_area,
    closest_border,
    countries_of,
    has_outline,
    point_error_km,
)
from geoloc.borders.geodesy import inverse
from geoloc.errors import SourceError
from geoloc.model import AreaRelation, BorderRelation, Candidate, Place
from geoloc.reading.points import parse_point

if TYPE_CHECKING:
    from geoloc.gazetteer import Gazetteer

_MOST_NAMESAKES = 500
_UNSURE = ("fuzzy", "weak")
_DISTRICT_KM = 40.0

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
    """A point with a border and its relation to it; an area with its own.

    Attributes
    ----------
    located : Located
    border : Border or None
        None without a relation.
    relation : BorderRelation or None
        Of a point.
    area : AreaRelation or None
        Of an area whose outline is bundled.
    reason : str or None
        Why there is no relation: ``no-border``, or ``no-outline`` of an area.
    """

    located: Located
    border: Border | None
    relation: BorderRelation | None
    area: AreaRelation | None = None
    reason: str | None = None

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
    place = _found(query, gazetteer)
    assert place.lat is not None and place.lon is not None
    country = place.country or countries_of([place.lat], [place.lon], worldview=worldview)[0]
    return Located(query, place.lat, place.lon, place, country)


def _found(query: str, gazetteer: Gazetteer) -> Place:
    """Return the place that a name means, alone or with what it lies in: ``Paris, Texas``."""
    found = gazetteer.search(query, limit=_MOST_NAMESAKES)
    candidates = [candidate for candidate in found if candidate.match not in _UNSURE]
    name, *containers = (part.strip() for part in query.split(","))
    outside: list[Candidate] = []
    if not candidates and name and any(containers):
        everywhere = gazetteer.search(name, limit=_MOST_NAMESAKES)
        found = outside = [candidate for candidate in everywhere if candidate.match not in _UNSURE]
        for container in filter(None, containers):
            lies_in = _lies_in(container, gazetteer)
            found = [candidate for candidate in found if lies_in(candidate.place)]
        candidates = found
    place = _most_likely(candidates)
    if place is not None:
        return place
    what = "no place of this name has a point" if candidates else "no such place in the gazetteer"
    if outside:
        elsewhere = dict.fromkeys(", ".join(filter(None, (p.name, p.admin1, p.country))) for p in _places(outside))
        hint = f"; known are {'; '.join(list(elsewhere)[:3])}"
    else:
        names = list(dict.fromkeys(place.name for place in _places(found)))
        hint = f"; perhaps {' or '.join(names[:3])}" if names and not candidates else ""
    raise SourceError(f"{query!r}: {what}{hint}; try: geoloc lookup NAME, or give LAT,LON")


def _places(candidates: Sequence[Candidate]) -> Iterator[Place]:
    return (candidate.place for candidate in candidates)


def _lies_in(name: str, gazetteer: Gazetteer) -> Callable[[Place], bool]:
    """Return what tells whether a place lies in a country, division or district: by name or code (``TX``, ``RU``)."""
    found = [one for one in gazetteer.search(name, limit=_MOST_NAMESAKES) if one.match != "fuzzy"]
    sure = [one for one in found if one.match not in ("romanised", "weak", "partial")]
    areas = [one.place for one in sure or found if one.place.kind in ("country", "region", "district")]
    code = {"USA": "US"}.get(name.upper(), name.upper())
    return lambda place: place.country == code or any(_holds(area, place) for area in areas)


def _holds(area: Place, place: Place) -> bool:
    if area.country != place.country:
        return False
    if area.kind == "country":
        return True
    if area.kind == "region":
        return place.admin1 == area.name
    if area.admin1 != place.admin1 or place.admin2 is not None:
        return area.admin1 == place.admin1 and area.name == place.admin2
    if area.lat is None or area.lon is None or place.lat is None or place.lon is None:
        return False
    # Of many villages the district is not known, but whether it is near.
    return float(inverse(area.lat, area.lon, place.lat, place.lon)[0]) <= _DISTRICT_KM * 1000


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
    """Measure each point to the nearest land border of the country that it lies in; areas as `border_of_area` says."""
    found = []
    for point in points:
        if point.place is None or point.is_point:
            border = closest_border([point.lat], [point.lon], worldview=worldview)
        else:
            border = border_of_area(point.place, worldview=worldview)
        found += measure([point], border)
    return found


def measure(points: Sequence[Located], border: Border | None) -> list[Measured]:
    """Measure points and areas to a border.

    Coordinates are taken for exact; the point of a place is uncertain, as `point_error_km` says.
    """
    if border is None:
        return [
            Measured(point, None, None, reason="no-outline" if _lacks_outline(point) else "no-border")
            for point in points
        ]
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
        if relation or area:
            found.append(Measured(point, border, relation, area))
        else:
            found.append(Measured(point, None, None, reason="no-outline"))
    return found


def _lacks_outline(point: Located) -> bool:
    return point.place is not None and not point.is_point and not has_outline(point.place)
