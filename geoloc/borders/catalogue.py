"""The bundled borders: their index, and their vertices.

The index is read whole (70 kB); of the vertices only the groups that a border needs are unpacked.
``data/borders/build.py`` describes the files and makes them.
"""

from __future__ import annotations

import itertools
import json
import re
import zlib
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geoloc._data import data_path
from geoloc.borders.geodesy import Floats
from geoloc.borders.packing import unpack
from geoloc.errors import DataError, UnknownBorderError

SCALE = 100_000
"""Units of the stored integers in a degree; the source has five decimals, so nothing is lost."""


@dataclass(frozen=True, slots=True)
class BorderEntry:
    """What the index says of a bundled border.

    Attributes
    ----------
    id : str
        Two ISO 3166 alpha-2 codes in alphabetical order: ``RU-UA``.
    name : str
        ``Russia–Ukraine``.
    countries : (str, str)
        The two codes. The first lies on the left of every part.
    length_km : float
        Geodesic length of all parts, without the gaps.
    first, parts : int
        The parts are ``first`` to ``first + parts`` of the file of land borders.
    vertices : int
        Of the parts.
    bbox : (float, float, float, float)
        West, south, east, north in degrees.
    shared : int
        The first so many parts are edges that both polygons of the source have; the others run through disputed
        ground, in the default reading.
    gaps : int
        So many lines that follow the parts in the file close gaps of up to 2 km between them.
    farthest_km : (float, float)
        Distance of the farthest point of each of the two countries, in the default reading.
    """

    id: str
    name: str
    countries: tuple[str, str]
    length_km: float
    first: int
    parts: int
    vertices: int
    bbox: tuple[float, float, float, float]
    shared: int
    gaps: int
    farthest_km: tuple[float, float]


class Chains:
    """Packed polylines; the groups that are asked for are kept unpacked.

    Parameters
    ----------
    path : Path
        The file of the groups; see `geoloc.borders.packing`.
    starts : ndarray of int32
        Where each polyline starts among all vertices; one more entry than there are polylines.
    groups : ndarray of int32, shape (n, 2)
        The first polyline and the first byte of each group, and of what would follow the last.
    """

    def __init__(self, path: Path, starts: NDArray[np.int32], groups: NDArray[np.int32]) -> None:
        self._path = path
        self._starts = starts
        self._firsts, self._offsets = groups[:, 0].tolist(), groups[:, 1].tolist()
        self._unpacked: dict[int, NDArray[np.int32]] = {}

    def degrees(self, first: int, count: int) -> list[Floats]:
        """Return `count` polylines from number `first` on, as latitudes and longitudes in degrees."""
        vertices, bounds = self._vertices(first, count)
        return [vertices[begin:end] for begin, end in itertools.pairwise(bounds.tolist())]

    def edges(self, first: int, count: int) -> Floats:
        """Return the edges of those polylines, shape ``(n, 4)``: start and end in degrees, latitude first."""
        line, bounds = self._vertices(first, count)
        within = np.ones(max(len(line) - 1, 0), dtype=bool)
        within[bounds[1:-1] - 1] = False
        return np.hstack([line[:-1], line[1:]])[within]

    def _vertices(self, first: int, count: int) -> tuple[Floats, NDArray[np.int32]]:
        """Return the vertices of polylines in degrees, and where among them each starts."""
        bounds = self._starts[first : first + count + 1]
        if not count:
            return np.empty((0, 2)), bounds[:1] - bounds[:1]
        begin = bisect_right(self._firsts, first) - 1
        end = bisect_left(self._firsts, first + count)
        whole = np.concatenate([self._group(number) for number in range(begin, end)])
        base = self._starts[self._firsts[begin]]
        return whole[bounds[0] - base : bounds[-1] - base] / SCALE, bounds - bounds[0]

    def _group(self, number: int) -> NDArray[np.int32]:
        found = self._unpacked.get(number)
        if found is None:
            try:
                with self._path.open("rb") as file:
                    file.seek(self._offsets[number])
                    blob = file.read(self._offsets[number + 1] - self._offsets[number])
                found = self._unpacked[number] = unpack(blob)
            except (OSError, ValueError, zlib.error) as error:
                raise _unreadable(self._path, error) from error
        return found


@lru_cache(maxsize=1)
def entries() -> dict[str, BorderEntry]:
    """Every bundled border by its id, in order of id.

    Raises
    ------
    DataError
        If the file is missing or damaged.
    """
    found = {}
    for row in read_rows("borders.json"):
        row |= {
            "countries": tuple(row["countries"]),
            "bbox": tuple(row["bbox"]),
            "farthest_km": tuple(row["farthest_km"]),
        }
        found[row["id"]] = BorderEntry(**row)
    return found


@lru_cache(maxsize=1)
def about() -> dict[str, str]:
    """Return what the bundled borders say of themselves: source, version, licence, attribution."""
    facts: dict[str, str] = _read_json("meta.json")
    return facts


def read_rows(name: str) -> list[dict[str, Any]]:
    """Rows of a JSON file among the border data; `DataError` if it is missing or damaged."""
    rows: list[dict[str, Any]] = _read_json(name)
    return rows


def _read_json(name: str) -> Any:
    path = data_path("borders", name)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


@cache
def chains(name: str) -> Chains:
    """Open the polylines ``land``, ``coast``, ``admin1`` or ``disputed``; `DataError` if they cannot be read."""
    return Chains(
        data_path("borders", f"{name}.bin"), read_array(f"{name}_starts.npy"), read_array(f"{name}_groups.npy")
    )


def read_array(name: str) -> NDArray[Any]:
    """Return an array among the border data; `DataError` if it is missing or damaged."""
    path = data_path("borders", name)
    try:
        array: NDArray[Any] = np.load(path)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    return array


def read_deflated(name: str) -> bytes:
    """Return the bytes of a deflated file among the border data; `DataError` if it is missing or damaged."""
    path = data_path("borders", name)
    try:
        return zlib.decompress(path.read_bytes())
    except (OSError, zlib.error) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> DataError:
    return DataError(f"{path}: border data cannot be read ({error}); reinstall geoloc")


def canonical_id(text: str) -> str | None:
    """Return the id that a wording means (``ua-ru``: ``RU-UA``), or None if it does not look like one.

    Examples
    --------
    >>> canonical_id("ua-ru")
    'RU-UA'
    >>> canonical_id("front.geojson") is None
    True
    """
    match = re.fullmatch(r"\s*([A-Za-z]{2})\s*[-–/_: ]\s*([A-Za-z]{2})\s*", text)
    return "-".join(sorted(code.upper() for code in match.groups())) if match else None


def find(text: str) -> BorderEntry:
    """Find the bundled border that an id means, whatever its case and order.

    Raises
    ------
    UnknownBorderError
        If there is none; the message names near matches.
    """
    key = canonical_id(text)
    known = entries()
    if key in known:
        return known[key]
    raise UnknownBorderError(_unknown(text, key))


def _unknown(text: str, key: str | None) -> str:
    listing = "'geoloc border list' shows all"
    if key is None:
        return f"unknown border {text!r}; give RU-UA, RU, RU-BEL/RU-KRS or a file ({listing})"
    neighbours: dict[str, list[str]] = {}
    for one, other in (entry.countries for entry in entries().values()):
        neighbours.setdefault(one, []).append(other)
        neighbours.setdefault(other, []).append(one)
    codes = dict.fromkeys(key.split("-"))
    hints = [f"{code} borders {', '.join(sorted(neighbours[code]))}" for code in codes if code in neighbours]
    return f"unknown border {text.strip()!r}: " + "; ".join([*hints, listing])
