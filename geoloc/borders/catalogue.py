"""The bundled borders: their index, and their vertices as memory-mapped arrays.

The index is read whole (60 kB); of the vertices only the pages that a border needs are read.
``data/borders/build.py`` describes the files and makes them.
"""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geoloc._data import data_path
from geoloc.borders.geodesy import Floats
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
        Geodesic length of all edges.
    first, parts : int
        The parts are ``first`` to ``first + parts`` of the file of land borders.
    vertices : int
    bbox : (float, float, float, float)
        West, south, east, north in degrees.
    shared : int
        The first so many parts are edges that both polygons of the source have; the others run through disputed
        ground, in the default reading.
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
    farthest_km: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Chains:
    """Polylines one after the other in one array.

    Attributes
    ----------
    vertices : ndarray of int32, shape (n, 2)
        Latitude and longitude in degrees times `SCALE`.
    starts : ndarray of int32
        Where each polyline starts; one more entry than there are polylines.
    """

    vertices: NDArray[np.int32]
    starts: NDArray[np.int32]

    def degrees(self, first: int, count: int) -> list[Floats]:
        """Return `count` polylines from number `first` on, as latitudes and longitudes in degrees."""
        bounds = self.starts[first : first + count + 1].tolist()
        return [
            np.asarray(self.vertices[begin:end], dtype=np.float64) / SCALE for begin, end in itertools.pairwise(bounds)
        ]

    def edges(self, first: int, count: int) -> Floats:
        """Return the edges of those polylines, shape ``(n, 4)``: start and end in degrees, latitude first."""
        bounds = np.asarray(self.starts[first : first + count + 1])
        line = np.asarray(self.vertices[bounds[0] : bounds[-1]], dtype=np.float64) / SCALE
        within = np.ones(max(len(line) - 1, 0), dtype=bool)
        within[bounds[1:-1] - bounds[0] - 1] = False
        return np.hstack([line[:-1], line[1:]])[within]


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
        raise DataError(f"{path}: border data cannot be read ({error}); reinstall geoloc") from error


@cache
def chains(name: str) -> Chains:
    """Map the polylines ``land``, ``coast``, ``admin1`` or ``disputed``; `DataError` if they cannot be read."""
    path = data_path("borders", f"{name}.npy")
    try:
        vertices = np.load(path, mmap_mode="r")
        starts = np.load(data_path("borders", f"{name}_starts.npy"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: border data cannot be read ({error}); reinstall geoloc") from error
    return Chains(vertices, starts)


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
        return f"unknown border {text!r}; give an id such as RU-UA or a GeoJSON file ({listing})"
    neighbours: dict[str, list[str]] = {}
    for one, other in (entry.countries for entry in entries().values()):
        neighbours.setdefault(one, []).append(other)
        neighbours.setdefault(other, []).append(one)
    codes = dict.fromkeys(key.split("-"))
    hints = [f"{code} borders {', '.join(sorted(neighbours[code]))}" for code in codes if code in neighbours]
    return f"unknown border {text.strip()!r}: " + "; ".join([*hints, listing])
