"""Lines and polygons from a user's file: GeoJSON, GeoPackage, Shapefile or KML.

Any GeoJSON text is read (RFC 7946): a collection, a feature, a bare geometry or a feature a line. Points and null
geometries are passed over. Lines and polygons cannot be mixed, since the side of a line is
left or right and that of a polygon inside or outside.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely  # type: ignore[import-untyped]
from numpy.typing import NDArray

from geoloc.borders.geodesy import Floats
from geoloc.borders.nearest import short_way
from geoloc.errors import FormatError, SourceError
from geoloc.reading import jsontext
from geoloc.reading.crs import foreign_crs
from geoloc.reading.vector import name_of, read_vector

_LINES = ("LineString", "MultiLineString")
_POLYGONS = ("Polygon", "MultiPolygon")
_PASSED_OVER = ("Point", "MultiPoint")
_DEPTH = {"LineString": 0, "MultiLineString": 1, "Polygon": 1, "MultiPolygon": 2}


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a file draws: lines, or polygons with their rings.

    Attributes
    ----------
    lines : list of ndarray
        Every line or ring, shape ``(n, 2)``: latitude and longitude in degrees.
    names : list of str or None
        The name of the feature that each line or ring is from.
    areas : list of Area
        The polygons; empty for lines.
    """

    lines: list[Floats]
    names: list[str | None]
    areas: list[Area]


def read_drawing(path: Path) -> Drawing:
    """Read the lines or polygons of a file.

    Raises
    ------
    SourceError
        If the file cannot be opened.
    FormatError
        If it cannot be read, or has no line and no polygon, or has both.
    """
    features = read_vector(path)
    document = _read_geojson(path) if features is None else {"type": "FeatureCollection", "features": features}
    drawing = Drawing([], [], [])
    outlines: list[Floats] = []
    try:
        for kind, coordinates, where, name in _geometries(document, "top level"):
            for lines in _shapes(kind, coordinates, where):
                drawing.names.extend([name] * len(lines))
                if kind in _POLYGONS:
                    outlines += lines
                    drawing.areas.append(Area(lines))
                else:
                    drawing.lines.extend(lines)
    except FormatError as error:
        raise FormatError(f"{path}: {error}") from None
    if drawing.lines and outlines:
        raise FormatError(f"{path}: both lines and polygons, so its sides have no name; keep one kind")
    if not drawing.lines and not outlines:
        raise FormatError(f"{path}: no line and no polygon in it; a border needs one")
    drawing.lines.extend(outlines)
    return drawing


def _check_crs(document: Any, path: Path) -> None:
    """Refuse a document that names another coordinate system than WGS 84 degrees, as GeoJSON before RFC 7946 could."""
    if foreign_crs(document):
        raise FormatError(
            f"{path} names another coordinate system than WGS 84; give it as ogr2ogr -t_srs EPSG:4326 line.geojson FILE"
        )


def _read_geojson(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SourceError(f"{path}: not UTF-8 text; give a border as GeoJSON, GeoPackage, Shapefile or KML") from None
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}; give a border id or a file") from None
    try:
        document = jsontext.loads(text)
        _check_crs(document, path)
        return document
    except jsontext.JSONError as error:
        lines = [line.strip().lstrip("\x1e") for line in text.splitlines()]
        try:
            features = [jsontext.loads(line) for line in lines if line]
        except jsontext.JSONError:
            features = []
        if len(features) > 1 or text.startswith("\x1e"):
            return {"type": "FeatureCollection", "features": features}
        raise FormatError(f"{path}: line {error.line}: {error}; give GeoJSON, GeoPackage, Shapefile or KML") from None


def _geometries(node: Any, where: str, name: str | None = None) -> Iterator[tuple[str, Any, str, str | None]]:
    """Yield the line and polygon geometries of a GeoJSON object: type, coordinates, where they stand, feature name."""
    if not isinstance(node, dict):
        raise FormatError(f"{where}: a GeoJSON object is expected, not {_kind_of(node)}")
    kind = node.get("type")
    prefix = "" if where == "top level" else where + "."
    if kind == "FeatureCollection":
        for index, feature in enumerate(_array(node.get("features"), prefix + "features")):
            yield from _geometries(feature, f"{prefix}features[{index}]")
    elif kind == "Feature":
        if node.get("geometry") is not None:
            yield from _geometries(node["geometry"], prefix + "geometry", name_of(node.get("properties")))
    elif kind == "GeometryCollection":
        for index, geometry in enumerate(_array(node.get("geometries"), prefix + "geometries")):
            yield from _geometries(geometry, f"{prefix}geometries[{index}]", name)
    elif kind in _LINES + _POLYGONS:
        yield str(kind), node.get("coordinates"), prefix + "coordinates", name
    elif kind not in _PASSED_OVER:
        raise FormatError(f"{where}: {kind!r} is not a GeoJSON type; a line or polygon is expected")


def _shapes(kind: str, coordinates: Any, where: str) -> Iterator[list[Floats]]:
    """Yield the lines of a geometry, or the rings of each of its polygons."""
    depth = _DEPTH[kind]
    if depth == 2:
        for index, polygon in enumerate(_array(coordinates, where)):
            yield from _shapes("Polygon", polygon, f"{where}[{index}]")
        return
    named = [(coordinates, where)]
    if depth == 1:
        named = [(line, f"{where}[{index}]") for index, line in enumerate(_array(coordinates, where))]
    found = [_positions(line, place, ring=kind in _POLYGONS) for line, place in named]
    if found:
        yield found


def _positions(values: Any, where: str, *, ring: bool = False) -> Floats:
    """Check one line and return it as latitudes and longitudes, repeated positions left out, rings closed."""
    points: list[tuple[float, float]] = []
    for index, value in enumerate(_array(values, where)):
        place = f"{where}[{index}]"
        if not isinstance(value, list | tuple) or len(value) < 2:
            raise FormatError(f"{place}: a position is [longitude, latitude], not {_kind_of(value)}")
        lon, lat = value[:2]
        if not all(isinstance(number, (int, float)) and not isinstance(number, bool) for number in (lon, lat)):
            raise FormatError(f"{place}: longitude and latitude must be numbers")
        if not (abs(lat) <= 90 and abs(lon) <= 360):
            raise FormatError(f"{place}: [{lon}, {lat}] is not longitude and latitude in degrees (WGS 84)")
        if not points or points[-1] != (lat, lon):
            points.append((float(lat), float(lon)))
    if ring and len(points) > 1 and points[0] != points[-1]:
        points.append(points[0])
    least = 4 if ring else 2
    if len(points) < least:
        name = "ring" if ring else "line"
        raise FormatError(f"{where}: {len(points)} different positions in a row; a {name} needs {least}")
    return np.array(points)


def _array(value: Any, where: str) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise FormatError(f"{where}: an array is expected, not {_kind_of(value)}")
    return value


def _kind_of(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, (dict, list)):
        return {dict: "an object", list: f"an array of {len(value)}"}[type(value)]
    text = json.dumps(value)
    return text if len(text) <= 30 else text[:27] + "..."


class Area:
    """A polygon with its holes, ready for points; it may cross the antimeridian or hold a pole.

    Parameters
    ----------
    rings : list of ndarray
        The outer ring, then holes; latitude and longitude in degrees.

    Rings that cross themselves or each other are taken by the even-odd rule: where the line is crossed inside and
    outside change.

    Raises
    ------
    FormatError
        If the rings enclose nothing.
    """

    def __init__(self, rings: list[Floats]) -> None:
        unwrapped = [_unwrapped(ring) for ring in rings]
        start = unwrapped[0][:, 1].min()
        for ring in unwrapped[1:]:
            ring[:, 1] += 360.0 * math.ceil((start - ring[:, 1].max()) / 360.0)
        self._west, self._east = start, unwrapped[0][:, 1].max()
        outer, *holes = (ring[:, ::-1] for ring in unwrapped)
        self._polygon = shapely.Polygon(outer, holes)
        if not self._polygon.is_valid:
            reason = shapely.is_valid_reason(self._polygon)
            mended = shapely.get_parts(shapely.make_valid(self._polygon))
            self._polygon = shapely.MultiPolygon(
                [part for found in mended for part in shapely.get_parts(found) if part.geom_type == "Polygon"]
            )
            if self._polygon.is_empty:
                raise FormatError(f"the polygon is not valid: {reason} (longitude, latitude); mend it in a GIS")
        shapely.prepare(self._polygon)

    def holds(self, lat: Floats, lon: Floats) -> NDArray[np.bool_]:
        """Whether the polygon holds each point."""
        held = np.zeros(len(lat), dtype=bool)
        for turn in range(math.floor((self._west - 180) / 360), math.ceil((self._east + 180) / 360) + 1):
            held |= shapely.intersects_xy(self._polygon, lon + 360.0 * turn, lat)
        return held


def _unwrapped(ring: Floats) -> Floats:
    """Return a ring with continuous longitudes; one that goes round a pole is led there and back."""
    steps = short_way(np.diff(ring[:, 1]))
    lon = ring[0, 1] + np.concatenate([[0.0], np.cumsum(steps)])
    closed = np.column_stack([ring[:, 0], lon])
    if abs(lon[-1] - lon[0]) < 180.0:
        return closed
    pole = math.copysign(90.0, ring[:, 0].mean())
    return np.vstack([closed, [(pole, lon[-1]), (pole, lon[0]), (ring[0, 0], lon[0])]])
