"""What a map of results shows: the places, the borders with each place's shortest way there, and where to look.

The report, the pictures and the map in the terminal all draw from it. Longitudes are unwrapped, so that what
lies on both sides of the antimeridian stays together.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from geoloc.errors import GeolocError
from geoloc.model import Place, Result
from geoloc.writing.options import WriteOptions
from geoloc.writing.outlines import Box, Line
from geoloc.writing.records import mentions_of, shown_places, spellings

LEAST_SPAN_DEGREES = 0.25
MOST_LANDMARKS = 40
_MARGIN = 0.12
_FAR = 3.0
_NEAR_KM = 120.0
KM_PER_DEGREE = 111.32
"""Of longitude at the equator, on WGS 84."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A place on the map.

    Attributes
    ----------
    key : int
        What the place is called by on the page, see `place_key`.
    document : int
        Index of the result.
    lat, lon : float
        Degrees; `lon` unwrapped.
    nearest : (float, float) or None
        Latitude and longitude of the nearest point of the border, unwrapped.
    """

    key: int
    document: int
    place: Place
    written: tuple[str, ...]
    lat: float
    lon: float
    nearest: tuple[float, float] | None

    @property
    def name(self) -> str:
        """The name of the place."""
        return self.place.name


@dataclass(frozen=True, slots=True)
class BorderLine:
    """A border that was measured to; `lines` are unwrapped, longitude first."""

    id: str
    name: str
    countries: tuple[str, str] | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class MapView:
    """Everything that a map shows.

    Attributes
    ----------
    pins : tuple of Pin
        Towns and other points first, those nearest to the border before, then areas by their label points.
    box : Box
        The part of the world where most of them are.
    middle : float
        The longitude around which all others are unwrapped.
    """

    pins: tuple[Pin, ...]
    borders: tuple[BorderLine, ...]
    box: Box
    middle: float


def unwrapped(lon: float, middle: float) -> float:
    """Return the longitude that lies within 180 degrees of another.

    Examples
    --------
    >>> unwrapped(-179.5, 179.0), unwrapped(35.6, 30.0)
    (180.5, 35.6)
    """
    turned = (lon - middle + 180.0) % 360.0 - 180.0 + middle
    return lon if abs(turned - lon) < 1e-9 else round(turned, 9)


def cut_line(line: Iterable[Sequence[float]]) -> list[list[list[float]]]:
    """Return the pieces of a line of (longitude, latitude) on either side of the antimeridian, within -180..180.

    Examples
    --------
    >>> cut_line([(179.0, 10.0), (181.0, 12.0)])
    [[[179.0, 10.0], [180.0, 11.0]], [[-180.0, 11.0], [-179.0, 12.0]]]
    >>> cut_line([(35.6, 50.0), (35.7, 50.5)])
    [[[35.6, 50.0], [35.7, 50.5]]]
    """
    from geoloc.borders.geojson import cut_at_antimeridian

    corners = np.array([(lat, lon) for lon, lat in line], dtype=float)
    return [piece[:, ::-1].round(9).tolist() for piece in cut_at_antimeridian(corners)]


def map_view(results: Sequence[Result], options: WriteOptions) -> MapView:
    """Gather what a map of results shows.

    A border whose file is gone is left out. Without a place the box is that of the borders, else the world.
    """
    located = []
    for document, result in enumerate(results):
        for index in shown_indices(result, options):
            place = result.places[index]
            if place.lat is not None and place.lon is not None:
                written = tuple(spellings(mentions_of(result, place, options)))
                located.append((place_key(document, index), document, place, written, place.lat, place.lon))
    middle = _middle([lon for *_, place, _, _, lon in located if place.is_point] or [lon for *_, lon in located])
    pins = [
        Pin(key, document, place, written, lat, unwrapped(lon, middle), _nearest(place, middle))
        for key, document, place, written, lat, lon in located
    ]
    pins.sort(key=_prominence)
    borders = tuple(_border_lines(results, middle, options.worldview))
    return MapView(tuple(pins), borders, _box(pins, borders), middle)


def place_key(document: int, index: int) -> int:
    """Return a number for a place that no other place of any result has."""
    return (document << 16) + index


def shown_indices(result: Result, options: WriteOptions) -> list[int]:
    """Return the indices of the places that get a pin."""
    shown = {id(place) for place in shown_places(result, options)}
    return [index for index, place in enumerate(result.places) if id(place) in shown]


def landmarks(view: MapView, box: Box, most: int = MOST_LANDMARKS) -> list[Place]:
    """Return the largest towns in a box, for orientation, without those that have a pin."""
    from geoloc.gazetteer import Gazetteer

    west, south, east, north = box
    if east - west > 60:
        return []
    lon = ((west + east) / 2 + 180) % 360 - 180
    inside = (west + 180) % 360 - 180, south, (east + 180) % 360 - 180, north
    try:
        found = Gazetteer.open().nearest((south + north) / 2, lon, limit=4000, bbox=inside, feature_class="P")
    except GeolocError:
        return []
    places = [candidate.place for candidate in found if candidate.place.population]
    places.sort(key=lambda place: -(place.population or 0))
    names = {pin.name for pin in view.pins}
    spots = {(round(pin.lat, 1), round(pin.lon, 1)) for pin in view.pins}
    return [
        place
        for place in places
        if place.name not in names
        and place.lat is not None
        and place.lon is not None
        and (round(place.lat, 1), round(unwrapped(place.lon, view.middle), 1)) not in spots
    ][:most]


def country_labels(view: MapView) -> list[tuple[str, float, float]]:
    """Return name, latitude and longitude of a label on each side of a border, near the middle of the box."""
    from geoloc.borders import countries_of
    from geoloc.borders.country import countries

    west, south, east, north = view.box
    centre = np.array([(west + east) / 2, (south + north) / 2])
    narrow = np.array([max(math.cos(math.radians(float(centre[1]))), 0.05), 1.0])
    size = min((east - west) * float(narrow[0]), north - south)
    best: dict[str, tuple[float, str, float, float]] = {}
    pins = [(pin.lon, pin.lat) for pin in view.pins]
    for border in view.borders:
        corners = np.concatenate(border.lines)
        foot = corners[int(np.hypot(*((corners - centre) * narrow).T).argmin())]
        shown = corners[(np.abs(corners - centre) < [(east - west), (north - south)]).all(axis=1)]
        crowd = np.concatenate([shown, np.array(pins).reshape(-1, 2)])
        for share, turn in itertools.product((0.2, 0.3, 0.4), range(0, 360, 15)):
            step = np.array([math.sin(math.radians(turn)), math.cos(math.radians(turn))]) * size * share / narrow
            lon, lat = (foot + step).tolist()
            if not (west < lon < east and south < lat < north):
                continue
            code = countries_of([lat], [(lon + 180) % 360 - 180])[0]
            room = float(np.hypot(*((crowd - (lon, lat)) * narrow).T).min()) if len(crowd) else 0.0
            if border.countries and code in border.countries and room > best.get(code, (0.0,))[0]:
                best[code] = (room, countries()[code].name, lat, lon)
    return [(name, lat, lon) for _, name, lat, lon in best.values()]


def _prominence(pin: Pin) -> tuple[bool, float]:
    return not pin.place.is_point, pin.place.border.distance_km if pin.place.border else 0.0


def _middle(lons: Sequence[float]) -> float:
    if not lons:
        return 0.0
    angles = np.radians(lons)
    return round(math.degrees(math.atan2(np.sin(angles).sum(), np.cos(angles).sum())), 6)


def _nearest(place: Place, middle: float) -> tuple[float, float] | None:
    return None if place.border is None else (place.border.nearest[0], unwrapped(place.border.nearest[1], middle))


def _border_lines(results: Iterable[Result], middle: float, worldview: str | None) -> Iterable[BorderLine]:
    from geoloc.borders import Border

    for id in dict.fromkeys(result.border.id for result in results if result.border):
        try:
            border = Border.load(id, worldview=worldview)
        except GeolocError:
            continue
        lines = []
        for line in border.lines:
            lon = np.unwrap(line[:, 1], period=360.0)
            lon += unwrapped(float(lon[0]), middle) - lon[0]
            lines.append(np.column_stack([lon, line[:, 0]]))
        yield BorderLine(border.id, border.name, border.countries, tuple(lines))


def _box(pins: Sequence[Pin], borders: Sequence[BorderLine]) -> Box:
    """Return the box around most of the points: those that are far from all the others are left outside."""
    points = [pin for pin in pins if pin.place.is_point] or list(pins)
    if not points:
        ends = [
            corner for border in borders for line in border.lines for corner in (line.min(axis=0), line.max(axis=0))
        ]
        return _widened(np.array(ends)) if ends else (-180.0, -60.0, 180.0, 80.0)
    positions = np.array([(pin.lon, pin.lat) for pin in points])
    centre = np.median(positions, axis=0)
    narrow = max(math.cos(math.radians(float(centre[1]))), 0.05)
    away = np.hypot((positions[:, 0] - centre[0]) * narrow, positions[:, 1] - centre[1])
    reach = max(_FAR * float(np.median(away)), _NEAR_KM / KM_PER_DEGREE)
    corners = []
    for pin, km in zip(points, away, strict=True):
        if km <= reach:
            corners.append((pin.lon, pin.lat))
            if pin.nearest and math.hypot((pin.nearest[1] - centre[0]) * narrow, pin.nearest[0] - centre[1]) <= reach:
                corners.append((pin.nearest[1], pin.nearest[0]))
    return _widened(np.array(corners))


def _widened(corners: Line) -> Box:
    (west, south), (east, north) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    narrow = max(math.cos(math.radians((south + north) / 2)), 0.05)
    tall = max(LEAST_SPAN_DEGREES, (north - south) * (1 + 2 * _MARGIN))
    wide = max(LEAST_SPAN_DEGREES / narrow, (east - west) * (1 + 2 * _MARGIN))
    lat, lon = (south + north) / 2, (west + east) / 2
    return (
        max(lon - wide / 2, lon - 180.0),
        max(lat - tall / 2, -85.0),
        min(lon + wide / 2, lon + 180.0),
        min(lat + tall / 2, 85.0),
    )
