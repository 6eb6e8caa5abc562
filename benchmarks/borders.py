"""Check the distances to borders against brute force, and time the filter ``geoloc distance -``.

    python benchmarks/borders.py [--points 10000] [--lines 100000]

1. Accuracy: random points within 500 km of random borders, and of lines at the pole and across the antimeridian. Brute
   force cuts every edge of the border, straight in longitude and latitude, ever more finely, measures geodesics to the
   cuts by Vincenty's method, and refines round the best; a sample is measured again by geographiclib (Karney).
2. Speed: one process on one core measures a feature a line to RU-UA, reading and writing included.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from geographiclib.geodesic import Geodesic  # type: ignore[import-untyped]
from numpy.typing import NDArray

from geoloc.borders import Border, entries
from geoloc.borders.geodesy import direct, inverse, to_cartesian
from geoloc.borders.nearest import short_way

REACH_KM = 500.0
LINES = {
    "pole": [[[-170, 89.5], [-60, 89.9], [50, 89.5]]],
    "antimeridian": [[[178, -18], [-178, -16]], [[180, 65], [-170, 66]]],
    "long parallel": [[[-120, 49], [-95, 49]]],
}


def brute_force_m(starts: NDArray[np.float64], steps: NDArray[np.float64], lat: float, lon: float) -> float:
    """Return the least distance to points on edges, in metres."""
    # Edges whose ends are so far that no point of them can be nearest are left out: |edge| bounds how much nearer.
    point = to_cartesian(lat, lon)
    begin = np.sqrt(((to_cartesian(*starts.T) - point) ** 2).sum(axis=1))
    reach = 111_700 * np.hypot(*steps.T)
    keep = begin - reach <= 1.01 * begin.min() + 100
    starts, steps = starts[keep], steps[keep]
    low, high = np.zeros(len(starts)), np.ones(len(starts))
    for _ in range(7):
        t = low[:, None] + (high - low)[:, None] * np.linspace(0, 1, 33)
        found = inverse(lat, lon, starts[:, :1] + t * steps[:, :1], starts[:, 1:] + t * steps[:, 1:])[0]
        best = np.argsort(found.min(axis=1))[:24]
        width, centre = (high - low)[best] / 32, t[best, found[best].argmin(axis=1)]
        starts, steps = starts[best], steps[best]
        low, high = np.maximum(centre - 2 * width, 0), np.minimum(centre + 2 * width, 1)
    return float(found.min())


def accuracy(count: int) -> None:
    """Print the largest errors."""
    generator = np.random.default_rng(7)
    ids = sorted(entries())
    borders = [Border.load(id) for id in generator.choice(ids, 100, replace=False)]
    with tempfile.TemporaryDirectory() as folder:
        for name, lines in LINES.items():
            path = Path(folder) / f"{name}.geojson"
            path.write_text(json.dumps({"type": "MultiLineString", "coordinates": lines}))
            borders.append(Border.load(path))
    errors, relative, against_karney = [], [], []
    for border in borders:
        starts = np.concatenate([line[:-1] for line in border.lines])
        steps = np.concatenate([np.diff(line, axis=0) for line in border.lines])
        steps[:, 1] = short_way(steps[:, 1])
        vertices = starts[generator.integers(0, len(starts), count // len(borders) + 1)]
        away = REACH_KM * 1000 * np.sqrt(generator.uniform(0, 1, len(vertices)))
        lats, lons = direct(*vertices.T, generator.uniform(0, 360, len(vertices)), away)
        for lat, lon, relation in zip(lats, lons, border.relations(lats, lons), strict=True):
            found = relation.distance_km * 1000
            error = abs(found - brute_force_m(starts, steps, lat, lon))
            errors.append(error)
            relative.append(error / max(found, 1.0) if error > 1.0 else 0.0)
            if len(against_karney) < 2000:
                exact = Geodesic.WGS84.Inverse(lat, lon, *relation.nearest)["s12"]
                against_karney.append(abs(found - exact))
    print(f"{len(errors):,} points of {len(borders)} borders, within {REACH_KM:g} km")
    print(f"largest error {max(errors):.3f} m; of those over 1 m the largest share of the distance {max(relative):.1e}")
    print(f"largest difference of {len(against_karney):,} to geographiclib {max(against_karney) * 1000:.4f} mm")


def speed(count: int) -> None:
    """Print points a second of a whole process, its start included and left out, and its memory."""
    generator = random.Random(1)
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        for lines in (1, count):
            path = Path(folder) / f"{lines}.geojsonl"
            with path.open("w") as stream:
                for number in range(lines):
                    at = [round(generator.uniform(30, 42), 5), round(generator.uniform(46, 54), 5)]
                    geometry = {"type": "Point", "coordinates": at}
                    properties = {"id": number, "name": f"place {number}"}
                    stream.write(json.dumps({"type": "Feature", "geometry": geometry, "properties": properties}) + "\n")
            command = [sys.executable, "-m", "geoloc", "distance", "-", "-b", "RU-UA"]
            before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            started = time.perf_counter()
            with path.open("rb") as stream:
                subprocess.run(command, stdin=stream, stdout=subprocess.DEVNULL, env=environment, check=True)
            wall = time.perf_counter() - started
            seconds.append((wall, resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    (start, start_cpu), (wall, cpu) = seconds
    print(f"{count:,} features in {wall:.2f} s wall, {cpu:.2f} s of one core; start alone {start:.2f} s; {peak:.0f} MB")
    print(f"{count / wall:,.0f} a second; by processor time without the start {count / (cpu - start_cpu):,.0f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=10_000)
    parser.add_argument("--lines", type=int, default=100_000)
    arguments = parser.parse_args()
    accuracy(arguments.points)
    speed(arguments.lines)


if __name__ == "__main__":
    main()
