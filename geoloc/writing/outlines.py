"""Land and borders behind a map: cut to a box, and simplified to what can be seen there.

Lines are arrays of shape ``(n, 2)``, **longitude before latitude**, in degrees.
"""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geoloc._data import data_path
from geoloc.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Line = NDArray[np.float64]
Box = tuple[float, float, float, float]
"""West, south, east, north in degrees; east may exceed 180 and west fall below -180, so that west < east."""

_SCALE = 1_000


def coarse_land() -> list[Line]:
    """Return rings of the land of the world, to about 4 km, without small islands."""
    return _packed("land", "coarse")


def coarse_borders() -> list[Line]:
    """Return the land borders of the world, to about 4 km."""
    return _packed("borders", "coarse")


def land_in(box: Box, tolerance: float) -> list[Line]:
    """Return the land in a box, as rings to be filled by the even-odd rule.

    Parameters
    ----------
    box : Box
    tolerance : float
        Degrees by which a line may be off.
    """
    return list(_cut(_packed("land", "fine"), box, tolerance, rings=True))


def borders_in(box: Box, tolerance: float) -> list[Line]:
    """Return the land borders in a box, in as much detail as the bundled data have."""
    from geoloc.borders.catalogue import chains, entries

    met = [entry for entry in entries().values() if any(_meets(entry.bbox, window) for window, _ in _windows(box))]
    lines = [line[:, ::-1] for entry in met for line in chains("land").degrees(entry.first, entry.parts + entry.gaps)]
    return list(_cut(lines, box, tolerance))


def clipped(lines: Iterable[Line], box: Box) -> list[Line]:
    """Return what of lines lies in a box; they have to be unwrapped as it is."""
    return [piece for line in lines if len(line) > 1 for piece in _pieces(line, box, 0.0, rings=False)]


def simplified(lines: Iterable[Line], tolerance: float) -> list[Line]:
    """Leave out the vertices that a line can do without."""
    from shapely import LineString, get_coordinates  # type: ignore[import-untyped]

    return [get_coordinates(LineString(line).simplify(tolerance)) for line in lines if len(line) > 1]


def _cut(lines: list[Line], box: Box, tolerance: float, *, rings: bool = False) -> Iterator[Line]:
    for window, shift in _windows(box):
        for line in lines:
            (west, south), (east, north) = line.min(axis=0), line.max(axis=0)
            if _meets((west, south, east, north), window):
                yield from (piece + np.array([shift, 0.0]) for piece in _pieces(line, window, tolerance, rings=rings))


def _pieces(line: Line, window: Box, tolerance: float, *, rings: bool) -> Iterator[Line]:
    from shapely import (
        LineString,
        Polygon,
        clip_by_rect,
        get_coordinates,
        get_parts,
        get_rings,
    )

    for part in get_parts(clip_by_rect(Polygon(line) if rings else LineString(line), *window)):
        part = part.simplify(tolerance)
        for piece in get_rings(part) if rings else [part]:
            corners = get_coordinates(piece)
            if len(corners) > 1:
                yield corners


def _windows(box: Box) -> Iterator[tuple[Box, float]]:
    """Yield the parts of a box within -180 to 180, with what has to be added to longitudes found there."""
    west, south, east, north = box
    for shift in (-360.0, 0.0, 360.0):
        left, right = max(west - shift, -180.0), min(east - shift, 180.0)
        if left < right:
            yield (left, south, right, north), shift


def _meets(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


@lru_cache(maxsize=4)
def _packed(name: str, level: str) -> list[Line]:
    path = data_path("outlines", f"{name}.npz")
    try:
        with np.load(path) as arrays:
            vertices = np.cumsum(arrays[level], axis=0) / _SCALE
            starts = np.cumsum(arrays[f"{level}_starts"]).tolist()
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{path}: outlines cannot be read ({error}); reinstall geoloc") from error
    return [vertices[begin:end] for begin, end in itertools.pairwise(starts)]
