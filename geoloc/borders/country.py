"""In which country a point lies.

A country's land borders (exact) and coasts (simplified) close its rings, so an even-odd count of
the edges that a ray crosses tells whether the country holds the point; no ring is assembled. A
grid of half degrees says which countries come into question at all: inside a country it is the
whole answer, and elsewhere only the outlines that run nearby are read.

* Near land borders the answer is as exact as the line. At coasts it is coarse: a point that no
  country holds goes to the country of the nearest coast or border within `OFFSHORE_KM`.
* Where two polygons overlap, **the smaller country** has the point. That puts French Guiana in GF
  and not in FR, and Crimea, which the source gives to both Russia and Ukraine, in UA. The dispute
  is not hidden: `holders` names all countries whose polygon holds a point.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geoloc.borders import catalogue
from geoloc.borders.geodesy import Floats, checked_points

OFFSHORE_KM = 5.0
"""How far off a simplified coast a point is still given to the country."""

CELLS_PER_DEGREE = 2
"""Of the grid; row 0 starts at 90 S, column 0 at 180 W."""

_BLOCK = 32  # edges in a block
_BANDS = 720  # of latitude, a quarter of a degree each
_CHUNK = 1 << 20  # (point, block) pairs that are looked at together: bounds the memory
_ALMOST_POLE = 90 - 1e-9  # a ray along a pole meets nothing
_KM_PER_DEGREE = 111.2  # of latitude, to half a percent


@dataclass(frozen=True, slots=True)
class Country:
    """A country of the border data.

    Attributes
    ----------
    code : str
        ISO 3166 alpha-2, and XK for Kosovo.
    name : str
    area_km2 : float
        Of its polygons, disputed parts included.
    part_of : str or None
        Code of the larger country whose polygons hold all of it: FR for GF.
    borders : tuple of str
        Ids of the land borders that close its rings; each edge stands in one of them only.
    first, chains : int
        Its coast: ``first`` to ``first + chains`` of the file of coasts.
    """

    code: str
    name: str
    area_km2: float
    part_of: str | None
    borders: tuple[str, ...]
    first: int
    chains: int


@lru_cache(maxsize=1)
def countries() -> dict[str, Country]:
    """Return every country by its code."""
    rows = catalogue.read_rows("countries.json")
    return {row["code"]: Country(**{**row, "borders": tuple(row["borders"])}) for row in rows}


def country_of(lat: float, lon: float) -> str | None:
    """Return the alpha-2 code of the country that a point lies in.

    Parameters
    ----------
    lat, lon : float
        Degrees.

    Returns
    -------
    str or None
        None at sea, farther than `OFFSHORE_KM` from any coast.

    Raises
    ------
    UsageError
        If the coordinates are out of range or not numbers.

    Examples
    --------
    >>> country_of(54.71, 20.51)  # Kaliningrad
    'RU'
    >>> country_of(45.0, -40.0) is None
    True
    """
    return countries_of([lat], [lon])[0]


def countries_of(lats: ArrayLike, lons: ArrayLike, *, worldview: str | None = None) -> list[str | None]:
    """`country_of` for many points, in their order."""
    lat, lon = _on_one_meridian(*checked_points(lats, lons))
    areas = countries()
    found: list[str | None] = [None] * len(lat)
    nearby = _candidates(lat, lon)
    for index, codes in enumerate(_holders(lat, lon, nearby)):
        if codes:
            found[index] = worldview if worldview in codes else min(codes, key=lambda code: areas[code].area_km2)
        elif nearby[index][1]:
            found[index] = _offshore(float(lat[index]), float(lon[index]), nearby[index][1])
    return found


def holders(lat: float, lon: float) -> tuple[str, ...]:
    """Return the codes of all countries whose polygon holds a point, the smallest first.

    More than one where the source has overlapping claims or lists a dependency twice.

    Examples
    --------
    >>> holders(44.95, 34.10)  # Simferopol
    ('UA', 'RU')
    >>> holders(45.0, -40.0)
    ()
    """
    checked = _on_one_meridian(*checked_points(lat, lon))
    codes = _holders(*checked, _candidates(*checked))[0]
    return tuple(sorted(codes, key=lambda code: countries()[code].area_km2))


class Outline:
    """Edges that close rings, in blocks with bounding boxes.

    Parameters
    ----------
    edges : ndarray, shape (n, 4)
        Latitude and longitude of the start, then of the end, in degrees. Their order and
        direction do not matter.
    """

    def __init__(self, edges: Floats) -> None:
        fill = np.minimum(np.arange(-(-len(edges) // _BLOCK) * _BLOCK), len(edges) - 1)
        blocks = edges[fill].reshape(-1, _BLOCK, 4)
        # What fills the last block is made flat, so that no ray crosses it twice.
        blocks[-1, len(edges) - 1 - (len(blocks) - 1) * _BLOCK + 1 :, :2] = edges[-1, 2:]
        self._blocks = blocks
        latitudes, longitudes = blocks[:, :, 0::2], blocks[:, :, 1::2]
        self._south, self._north = latitudes.min(axis=(1, 2)), latitudes.max(axis=(1, 2))
        self._west, self._east = longitudes.min(axis=(1, 2)), longitudes.max(axis=(1, 2))
        # The blocks that each band of latitude meets, one band after the other.
        first, last = _band(self._south), _band(self._north)
        block = np.repeat(np.arange(len(blocks)), last - first + 1)
        begin = np.cumsum(last - first + 1) - (last - first + 1)
        bands = first[block] + np.arange(len(block)) - begin[block]
        self._in_band = block[np.argsort(bands, kind="stable")]
        self._band_starts = np.searchsorted(np.sort(bands, kind="stable"), np.arange(_BANDS + 1))

    @property
    def edges(self) -> Floats:
        """All edges, shape ``(n, 4)``: latitude, longitude of the start, of the end."""
        return self._blocks.reshape(-1, 4)

    def holds(self, lat: Floats, lon: Floats) -> NDArray[np.bool_]:
        """Whether the rings hold each point: an odd number of edges lies due east of it."""
        odd = np.zeros(len(lat), dtype=bool)
        lat = np.clip(lat, -_ALMOST_POLE, _ALMOST_POLE)
        bands = _band(lat)
        for band in np.unique(bands).tolist():
            blocks = self._in_band[self._band_starts[band] : self._band_starts[band + 1]]
            points = np.flatnonzero(bands == band)
            step = max(1, _CHUNK // max(len(blocks), 1))
            for start in range(0, len(points) if len(blocks) else 0, step):
                chosen = points[start : start + step]
                odd[chosen] = self._crossings(lat[chosen, None], lon[chosen, None], blocks) % 2 == 1
        return odd

    def _crossings(self, y: Floats, x: Floats, blocks: NDArray[np.intp]) -> NDArray[Any]:
        """Count the edges of some blocks that lie due east of each point, given as columns."""
        point, block = np.nonzero((self._south[blocks] <= y) & (self._north[blocks] > y) & (self._east[blocks] >= x))
        lat1, lon1, lat2, lon2 = np.moveaxis(self._blocks[blocks[block]], 2, 0)
        count = len(y)
        y, x = y[point], x[point]
        spans = (lat1 > y) != (lat2 > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            crossed = spans & (lon1 + (y - lat1) / (lat2 - lat1) * (lon2 - lon1) > x)
        return np.bincount(point, weights=crossed.sum(axis=1), minlength=count)

    def distance_km(self, lat: float, lon: float) -> float:
        """Measure the distance to an outline that is no farther than `OFFSHORE_KM`, else infinity; to about 1 %."""
        narrow = max(float(np.cos(np.radians(lat))), 1e-3)
        up = OFFSHORE_KM / _KM_PER_DEGREE
        aside = up / narrow
        near = (self._south <= lat + up) & (self._north >= lat - up)
        near &= (self._west <= lon + aside) & (self._east >= lon - aside)
        edges = self._blocks[near].reshape(-1, 4)
        edges = edges[~((np.abs(edges[:, 1]) == 180.0) & (edges[:, 1] == edges[:, 3]))]  # the seam is no coast
        if not len(edges):
            return float("inf")
        plane = (edges - (lat, lon, lat, lon)) * _KM_PER_DEGREE * (1.0, narrow, 1.0, narrow)
        begin, along = plane[:, :2], plane[:, 2:] - plane[:, :2]
        square = np.maximum((along**2).sum(axis=1), 1e-18)
        offset = np.clip(-(begin * along).sum(axis=1) / square, 0.0, 1.0)
        distance = float(np.hypot(*(begin + offset[:, None] * along).T).min())
        return distance if distance <= OFFSHORE_KM else float("inf")


def _on_one_meridian(lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    """Write 180 as -180: a ray due east from there meets what lies beyond the antimeridian, where rings are cut."""
    return lat, np.where(lon == 180.0, -180.0, lon)


def _band(lat: Floats) -> NDArray[np.intp]:
    """Return the number of the band of latitude."""
    return np.clip((lat + 90.0) * (_BANDS / 180.0), 0, _BANDS - 1).astype(np.intp)


@lru_cache(maxsize=256)
def outline(code: str) -> Outline:
    """Return the outline of a country, made when it is first needed."""
    country = countries()[code]
    pieces = [catalogue.chains("coast").edges(country.first, country.chains)] if country.chains else []
    for name in country.borders:
        entry = catalogue.entries()[name]
        pieces.append(catalogue.chains("land").edges(entry.first, entry.shared))
    return Outline(np.concatenate(pieces))


@lru_cache(maxsize=1)
def _grid() -> tuple[NDArray[np.uint16], list[tuple[tuple[str, ...], tuple[str, ...]]]]:
    """Read for each cell a number, and what it stands for: holders of the whole cell, and outlines nearby."""
    rows, columns = 180 * CELLS_PER_DEGREE, 360 * CELLS_PER_DEGREE
    cells = np.frombuffer(catalogue.read_deflated("cells.bin"), dtype="<u2").reshape(rows, columns)
    kinds = [(tuple(row["whole"]), tuple(row["near"])) for row in catalogue.read_rows("cells.json")]
    return cells, kinds


def _candidates(lat: Floats, lon: Floats) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Find for each point: countries that hold its whole cell, and those whose outline runs nearby."""
    cells, kinds = _grid()
    row = np.minimum(((lat + 90.0) * CELLS_PER_DEGREE).astype(np.intp), cells.shape[0] - 1)
    column = np.minimum(((lon + 180.0) * CELLS_PER_DEGREE).astype(np.intp), cells.shape[1] - 1)
    return [kinds[number] for number in cells[row, column].tolist()]


def _holders(lat: Floats, lon: Floats, nearby: list[tuple[tuple[str, ...], tuple[str, ...]]]) -> list[list[str]]:
    """Find the codes of the countries that hold each point."""
    found = [list(whole) for whole, _ in nearby]
    asked: dict[str, list[int]] = {}
    for index, (_, near) in enumerate(nearby):
        for code in near:
            asked.setdefault(code, []).append(index)
    for code, indices in asked.items():
        held = outline(code).holds(lat[indices], lon[indices])
        for index in np.asarray(indices)[held].tolist():
            found[index].append(code)
    return found


def _offshore(lat: float, lon: float, near: tuple[str, ...]) -> str | None:
    """Return the country with the nearest outline, if there is one within `OFFSHORE_KM`."""
    areas = countries()
    distance, _, code = min((outline(code).distance_km(lat, lon), areas[code].area_km2, code) for code in near)
    return code if distance <= OFFSHORE_KM else None


@lru_cache(maxsize=1)
def same_lines() -> dict[str, str]:
    """Return the ids of borders that are wholly those of dependencies, with what they are: BR-FR is BR-GF."""
    known = catalogue.entries()
    found = {}
    for child, country in countries().items():
        if country.part_of is None:
            continue
        for entry in known.values():
            if child in entry.countries:
                other = entry.countries[entry.countries[0] == child]
                twin = known.get("-".join(sorted((country.part_of, other))))
                if twin is not None and twin.bbox == entry.bbox:
                    found[twin.id] = entry.id
    for id, twin_id in found.items():
        while twin_id in found:
            twin_id = found[twin_id]
        found[id] = twin_id
    return found


def through_dependencies() -> frozenset[str]:
    """Return the ids of borders that are wholly those of a dependency: BR-FR, which is BR-GF."""
    return frozenset(same_lines())


def once(entries: Iterable[catalogue.BorderEntry]) -> list[catalogue.BorderEntry]:
    """Leave out borders whose line another of them has, too; that of the smallest countries stays.

    Examples
    --------
    >>> [entry.id for entry in once(map(catalogue.find, ("BR-FR", "BR-GF", "BR-GY")))]
    ['BR-GF', 'BR-GY']
    """

    def area(entry: catalogue.BorderEntry) -> float:
        return sum(countries()[code].area_km2 for code in entry.countries)

    smallest: dict[str, catalogue.BorderEntry] = {}
    for entry in sorted(entries, key=area):
        smallest.setdefault(same_lines().get(entry.id, entry.id), entry)
    return sorted(smallest.values(), key=lambda entry: entry.id)
