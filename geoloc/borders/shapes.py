"""GeoJSON geometries from outside as shapes that can be measured, whatever state they are in.

A border must be a line or an area (`files`), else it has no sides. Of data that are only measured everything with a
position has a distance: a ring without an area is a line, a line without a length is a point, and what is empty is
left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from geoloc.borders.extremes import Shape
from geoloc.borders.files import Area
from geoloc.borders.geodesy import Floats
from geoloc.errors import FormatError

_KINDS = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
_LEAST_RING = 4


def shape_of(geometry: Any) -> Shape:
    """Return the shape of a GeoJSON geometry, one without lines for null and for what is empty.

    Raises
    ------
    FormatError
        If it is no geometry, or a position in it is none.

    Examples
    --------
    >>> shape_of({"type": "Polygon", "coordinates": [[[35, 50], [36, 51], [35, 50]]]}).holds is None
    True
    >>> shape_of({"type": "GeometryCollection", "geometries": []}).lines
    []
    """
    lines: list[Floats] = []
    areas: list[Area] = []
    for kind, coordinates, where in _simple(geometry, "geometry"):
        if kind in ("Polygon", "MultiPolygon"):
            polygons = [(coordinates, where)] if kind == "Polygon" else list(_parts(coordinates, where))
            for polygon, place in polygons:
                rings = [_closed(_line(*ring)) for ring in _parts(polygon, place)]
                lines += [ring for ring in rings if len(ring)]
                areas += _area(rings)
        else:
            lines += [line for line in _lines(kind, coordinates, where) if len(line)]
    if not areas:
        return Shape(lines)
    return Shape(lines, lambda lat, lon: np.any([area.holds(lat, lon) for area in areas], axis=0))


def _area(rings: list[Floats]) -> list[Area]:
    """Return the area of a polygon as a list, empty where it has none."""
    if not rings or len(rings[0]) < _LEAST_RING:
        return []
    try:
        return [Area([ring for ring in rings if len(ring) >= _LEAST_RING])]
    except FormatError:
        return []


def _simple(geometry: Any, where: str) -> Iterator[tuple[str, Any, str]]:
    """Yield the geometries that are no collections: type, coordinates, where they stand."""
    if geometry is None:
        return
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind == "GeometryCollection":
        for part, place in _parts(geometry.get("geometries"), f"{where}.geometries"):
            yield from _simple(part, place)
    elif kind in _KINDS:
        yield kind, geometry.get("coordinates"), f"{where}.coordinates"
    else:
        raise FormatError(f"{where}: a GeoJSON geometry is expected, of a type such as Point or Polygon")


def _lines(kind: str, coordinates: Any, where: str) -> Iterator[Floats]:
    """Yield the lines of a geometry that has no area; of points each is a line."""
    if kind == "Point":
        yield _line([coordinates] if coordinates != [] else [], where)
    elif kind == "LineString":
        yield _line(coordinates, where)
    else:
        for part, place in _parts(coordinates, where):
            yield _line([part] if kind == "MultiPoint" else part, place)


def _line(coordinates: Any, where: str) -> Floats:
    """Return one line as latitudes and longitudes, repeated positions left out."""
    points: list[tuple[float, float]] = []
    for value, place in _parts(coordinates, where):
        point = _position(value, place)
        if not points or points[-1] != point:
            points.append(point)
    return np.array(points, dtype=np.float64).reshape(-1, 2)


def _closed(ring: Floats) -> Floats:
    return ring if len(ring) < 2 or (ring[0] == ring[-1]).all() else np.concatenate([ring, ring[:1]])


def _position(value: Any, where: str) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) < 2 or any(type(number) not in (int, float) for number in value[:2]):
        raise FormatError(f"{where}: a position is [longitude, latitude], two numbers")
    lon, lat = value[:2]
    if not (abs(lat) <= 90 and abs(lon) <= 360):
        raise FormatError(f"{where}: [{lon}, {lat}] is not longitude and latitude in degrees (WGS 84)")
    return float(lat), float(lon)


def _parts(value: Any, where: str) -> Iterator[tuple[Any, str]]:
    if not isinstance(value, list):
        raise FormatError(f"{where}: an array is expected")
    for index, part in enumerate(value):
        yield part, f"{where}[{index}]"
