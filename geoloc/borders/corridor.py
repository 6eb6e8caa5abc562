"""The zone within a distance of a border, as a polygon.

The line is cut into pieces of some tens of kilometres. Each is drawn in the azimuthal equidistant projection of the
ellipsoid round its middle, where distances near the middle are right to some 1e-5, widened there, and carried back to
degrees; the union of the pieces is the zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely  # type: ignore[import-untyped]
from shapely.geometry.polygon import orient  # type: ignore[import-untyped]

from geoloc.borders.border import Border
from geoloc.borders.geodesy import Floats, direct, inverse
from geoloc.borders.geojson import DECIMALS, bbox
from geoloc.borders.nearest import short_way
from geoloc.errors import UsageError

MOST_KM = 1000.0
"""Wider zones are refused: the projection would no longer be right."""

_STEP_M = 2_000.0  # between the points of a line that are projected
_LEAST_PIECE_M = 25_000.0
_ARC = 24  # segments of a quarter circle
_EDGE_M = 5_000.0  # longest edge of the zone: it is straight in degrees within metres
_SIMPLER = 5e-5  # degrees


def corridor(border: Border, km: float) -> dict[str, Any]:
    """Return the zone within `km` of a border as a GeoJSON feature, on both sides of the line.

    Parameters
    ----------
    border : Border
    km : float
        Greater than 0, at most `MOST_KM`.

    Returns
    -------
    dict
        A MultiPolygon cut at the antimeridian (RFC 7946), with the properties of the border and ``buffer_km``.

    Raises
    ------
    UsageError
        If the width is out of range, or the zone would hold a pole.
    """
    if not 0 < km <= MOST_KM:
        raise UsageError(f"a zone of {km:g} km is too narrow or too wide; give more than 0 and up to {MOST_KM:g} km")
    pieces = [_widened(piece, km * 1000) for line in border.lines for piece in _pieces(line, km * 1000)]
    zone = shapely.simplify(shapely.union_all([part for piece in pieces for part in _cut(piece)]), _SIMPLER)
    parts = [orient(part) for part in shapely.get_parts(zone)]
    rings = [[np.round(np.array(ring.coords), DECIMALS) for ring in (part.exterior, *part.interiors)] for part in parts]
    feature = border.to_geojson()
    feature["properties"]["buffer_km"] = km
    feature["bbox"] = bbox([polygon[0][:, ::-1] for polygon in rings])
    feature["geometry"] = {
        "type": "MultiPolygon",
        "coordinates": [[ring.tolist() for ring in polygon] for polygon in rings],
    }
    return feature


def _pieces(line: Floats, width_m: float) -> Iterator[Floats]:
    """Yield a line in overlapping pieces of points at most `_STEP_M` apart, straight in degrees."""
    steps = np.column_stack([np.diff(line[:, 0]), short_way(np.diff(line[:, 1]))])
    lengths = inverse(*line[:-1].T, *(line[:-1] + steps).T)[0]
    counts = np.maximum(np.ceil(lengths / _STEP_M), 1).astype(int)
    edge = np.repeat(np.arange(len(counts)), counts)
    part = (np.arange(len(edge)) - (np.cumsum(counts) - counts)[edge]) / counts[edge]
    points = np.vstack([line[edge] + part[:, None] * steps[edge], line[-2:-1] + steps[-1:]])
    run = np.concatenate([[0.0], np.cumsum((lengths / counts)[edge])])
    number = (run / max(_LEAST_PIECE_M, width_m / 4)).astype(int)
    for begin in np.unique(number).tolist():
        chosen = np.flatnonzero(number == begin)
        yield points[chosen[0] : chosen[-1] + 2]


def _widened(points: Floats, width_m: float) -> Any:
    """Return the polygon within a distance of a short line, in degrees; longitudes are continuous and may pass 180."""
    middle_lat, middle_lon = points[len(points) // 2].tolist()
    distance, bearing = inverse(middle_lat, middle_lon, points[:, 0], points[:, 1])
    if float(inverse(middle_lat, middle_lon, np.copysign(90.0, middle_lat), 0.0)[0]) <= distance.max() + width_m:
        raise UsageError("the zone would hold a pole, where no polygon in degrees can describe it; take a smaller one")
    angle = np.radians(bearing)
    plane = np.column_stack([distance * np.sin(angle), distance * np.cos(angle)])
    shape = shapely.LineString(plane) if len(plane) > 1 else shapely.Point(plane[0])
    zone = shapely.segmentize(shapely.buffer(shape, width_m, quad_segs=_ARC), _EDGE_M)

    def to_degrees(xy: Floats) -> Floats:
        lat, lon = direct(middle_lat, middle_lon, np.degrees(np.arctan2(xy[:, 0], xy[:, 1])), np.hypot(*xy.T))
        home = (middle_lon + 180.0) % 360.0 - 180.0
        return np.column_stack([home + short_way(lon - home), lat])

    return shapely.make_valid(shapely.transform(zone, to_degrees))


def _cut(zone: Any) -> Iterator[Any]:
    """Yield a zone cut at the antimeridian, brought to -180..180."""
    west, _, east, _ = shapely.bounds(zone)
    if west >= -180 and east <= 180:
        yield zone
        return
    for turn in (-360, 0, 360):
        cut = shapely.intersection(zone, shapely.box(turn - 180, -90, turn + 180, 90))
        yield shapely.transform(cut, lambda lonlat, turn=turn: lonlat - (turn, 0))
