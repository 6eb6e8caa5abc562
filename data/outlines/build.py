"""Build the outlines behind the maps: land, and all borders coarsely.

    python data/fetch.py && python data/outlines/build.py [--sources build/sources]

Reads npm ``world-atlas`` 2.0.2 (Natural Earth 1:10m, public domain) and the bundled borders, which must be built
before (``data/borders``); needs numpy and shapely. A second run gives the same bytes.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

SCALE = 1_000
"""Units of the stored integers in a degree; each is about a hundred metres."""
COARSE_DEGREES = 0.04
COARSE_LEAST_AREA = 0.02
"""Square degrees of the smallest island of the coarse land."""

Ints = NDArray[np.int32]


def rings_of(topology: dict[str, Any], name: str) -> list[NDArray[np.float64]]:
    """Decode the rings of a TopoJSON object, longitude before latitude."""
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]

    def ring(numbers: list[int]) -> NDArray[np.float64]:
        parts = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])

    found = []
    for geometry in topology["objects"][name]["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        found += [piece for polygon in polygons for numbers in polygon for piece in cut(ring(numbers))]
    return found


def cut(ring: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Cut a ring that crosses the antimeridian; one that goes round a pole is closed along it."""
    if np.abs(np.diff(ring[:, 0])).max() <= 180:
        return [ring]
    lon = np.unwrap(ring[:, 0], period=360.0)
    whole = np.column_stack([lon, ring[:, 1]])
    if abs(lon[-1] - lon[0]) > 180:
        pole = 90.0 if ring[:, 1].mean() > 0 else -90.0
        whole = np.concatenate([whole, [[lon[-1], pole], [lon[0], pole]]])
    pieces = []
    for turn in (-720.0, -360.0, 0.0, 360.0, 720.0):
        part = shapely.clip_by_rect(shapely.Polygon(whole), turn - 180, -90, turn + 180, 90)
        pieces += [shapely.get_coordinates(edge) - (turn, 0.0) for edge in shapely.get_rings(part)]
    return pieces


def coarse(lines: list[NDArray[np.float64]], least_area: float | None = None) -> list[NDArray[np.float64]]:
    """Simplify lines, or rings of at least an area."""
    kept = []
    for line in lines:
        if least_area is not None and shapely.Polygon(line).area < least_area:
            continue
        simple = shapely.get_coordinates(shapely.LineString(line).simplify(COARSE_DEGREES, preserve_topology=True))
        if least_area is None or len(simple) >= 4:
            kept.append(simple)
    return kept


def packed(prefix: str, lines: list[NDArray[np.float64]]) -> dict[str, Ints]:
    """Return the vertices of lines one after the other, and where each starts."""
    starts = np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int32)
    return {prefix: np.rint(np.concatenate(lines) * SCALE).astype(np.int32), f"{prefix}_starts": starts}


def save(name: str, arrays: dict[str, Ints]) -> None:
    """Write an npz without the time of day in it; steps between vertices pack better than vertices."""
    with zipfile.ZipFile(HERE / name, "w") as archive:
        for key, values in arrays.items():
            steps = np.diff(values, axis=0, prepend=np.zeros_like(values[:1]))
            stream = io.BytesIO()
            np.lib.format.write_array(stream, steps.astype(np.int32))
            entry = zipfile.ZipInfo(f"{key}.npy")
            archive.writestr(entry, stream.getvalue(), zipfile.ZIP_DEFLATED, compresslevel=9)
    size = (HERE / name).stat().st_size
    print(f"{name}: {', '.join(f'{key} {len(values)}' for key, values in arrays.items())}; {size / 1e6:.2f} MB")


def main() -> None:
    """Build both files."""
    from geoloc.borders import Border, entries

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=Path, default=Path("build/sources"), help="folder with the unpacked packages")
    package = parser.parse_args().sources / "npm" / "world-atlas-2.0.2" / "package"
    rings = rings_of(json.loads((package / "land-10m.json").read_text()), "land")
    save("land.npz", packed("fine", rings) | packed("coarse", coarse(rings, COARSE_LEAST_AREA)))
    lines = [line[:, ::-1] for id in entries() for line in Border.load(id).lines]
    save("borders.npz", packed("coarse", list(itertools.chain(coarse(lines)))))


if __name__ == "__main__":
    main()
