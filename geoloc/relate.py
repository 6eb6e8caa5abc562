"""Points and GeoJSON features, and how they lie to a border; no text is read here.

>>> located = locate("50.4613,35.6026")
>>> measured, = measure([located], Border.load("RU-UA"))
>>> round(measured.relation.distance_km, 2), measured.relation.side
(1.79, 'RU')
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from geoloc.borders import Border, countries_of
from geoloc.borders.closest import closest_border
from geoloc.errors import SourceError, UsageError
from geoloc.model import BorderRelation, Candidate, Place
from geoloc.reading.features import Record
from geoloc.writing import relation_record

if TYPE_CHECKING:
    from geoloc.gazetteer import Gazetteer

CHUNK = 2_000
"""Features that are measured together: enough to be fast, few enough to need no memory."""

TOWN_SHARE = 0.9
"""A town with this share of its country's or region's score is what a name means where a distance is asked for."""

_DECIMAL = re.compile(r"([+-]?[\d.]+)\s*[°º]?(?:\s*[,;]\s*|\s+)([+-]?[\d.]+)\s*[°º]?")
_ANGLE = r"(\d+(?:\.\d*)?)\s*[°ºd:]?\s*(?:(\d+(?:\.\d*)?)\s*['’′m:]?\s*(?:(\d+(?:\.\d*)?)\s*(?:[\"”″]|['’′]{2})?\s*)?)?"
_SEXAGESIMAL = re.compile(rf"(?:{_ANGLE}([NSEW])|([NSEW])\s*{_ANGLE})\s*[,;]?\s*", re.I)
_COORDINATE_LIKE = re.compile(r"[-+\d\s.,;:°ºdm'’′\"”″NSEW]*", re.I)
_MINUS = str.maketrans("−–", "--")


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
        return self.place is None or self.place.geo_precision == 1


@dataclass(frozen=True, slots=True)
class Measured:
    """A point and its relation to a border, None without a border or for an area."""

    located: Located
    relation: BorderRelation | None


def parse_point(text: str) -> tuple[float, float] | None:
    """Return latitude and longitude if `text` is coordinates, None if it can only be a name.

    Raises
    ------
    UsageError
        If it looks like coordinates and is none.

    Examples
    --------
    >>> parse_point("-33.9,18.4"), parse_point("50°27'N 35°36'E"), parse_point("Kozinka")
    ((-33.9, 18.4), (50.45, 35.6), None)
    """
    text = text.strip().translate(_MINUS)
    if not any(c.isdigit() for c in text) or not _COORDINATE_LIKE.fullmatch(text):
        return None
    try:
        if found := _DECIMAL.fullmatch(text):
            return _in_range(float(found[1]), float(found[2]), text)
        angles = dict(_angles(text))
        return _in_range(angles["lat"], angles["lon"], text)
    except (KeyError, ValueError) as error:
        if isinstance(error, UsageError):
            raise
        raise UsageError(f"{text!r} is no point; write it as LAT,LON in degrees, such as 50.46,35.6") from None


def _angles(text: str) -> Iterator[tuple[str, float]]:
    """Yield latitude and longitude of degrees, minutes and seconds; what geopy accepts is too much to be safe."""
    position = 0
    for _ in range(2):
        found = _SEXAGESIMAL.match(text, position)
        if not found:
            return
        position = found.end()
        parts = found.group(*((1, 2, 3) if found[4] else (6, 7, 8)))
        letter = (found[4] or found[5]).upper()
        degrees, minutes, seconds = (float(part or 0) for part in parts)
        if minutes >= 60 or seconds >= 60:
            return
        value = degrees + minutes / 60 + seconds / 3600
        yield ("lat" if letter in "NS" else "lon"), (-value if letter in "SW" else value)
    if position < len(text):
        raise ValueError(text)


def _in_range(lat: float, lon: float, text: str) -> tuple[float, float]:
    if abs(lat) > 90 or abs(lon) > 360:
        swapped = "; are latitude and longitude swapped?" if abs(lon) <= 90 and abs(lat) <= 360 else ""
        raise UsageError(f"{text!r} is no point on earth: LAT is -90 to 90, LON -180 to 180{swapped}")
    return lat, (lon + 180) % 360 - 180 if abs(lon) > 180 else lon


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
    candidates = [candidate for candidate in found if candidate.match != "fuzzy"]
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
        if candidate.place.geo_precision == 1
        and candidate.place.country == best.place.country
        and candidate.score >= TOWN_SHARE * best.score
    )
    return next(towns, best.place)


def closest_to(points: Sequence[Located]) -> Border | None:
    """Return the land border nearest to the points that have a distance; None if there is none."""
    points = [point for point in points if point.is_point]
    return closest_border([point.lat for point in points], [point.lon for point in points])


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
    return [Measured(point, relations.get(i)) for i, point in enumerate(points)]


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
                border_properties(self.border, next(relations) if feature.point else None)
            )
        return records


def border_properties(border: Border | None, relation: BorderRelation | None) -> dict[str, object]:
    """Return a relation as the flat properties of GeoJSON and csv.

    Examples
    --------
    >>> border_properties(None, None)
    {'border_id': None, 'border_km': None, 'border_side': None, 'border_bearing': None}
    """
    record = relation_record(relation) if relation else {}
    return {
        "border_id": border.id if border and relation else None,
        "border_km": record.get("distance_km"),
        "border_side": record.get("side"),
        "border_bearing": record.get("bearing"),
    }
