"""What the script of the report needs to draw its map: positions as steps of integers, so that the page stays small."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from geoloc.model import Result
from geoloc.writing.mapview import MapView, country_labels, landmarks
from geoloc.writing.outlines import Box, Line, borders_in, coarse_borders, coarse_land, land_in, simplified
from geoloc.writing.table import format_distance, format_where, level_of

_COARSE, _FINE = 100, 10_000
_DETAIL = 1 / 3000
"""Of the width of the box: what a line may be off there."""
_AROUND = 1.5


def map_data(results: Sequence[Result], view: MapView, tiles: str | None) -> dict[str, object]:
    """Return what is written into the page for the script."""
    around = _grown(view.box)
    tolerance = max((around[2] - around[0]) * _DETAIL, 0.0002)
    detailed = around[2] - around[0] < 60
    return {
        "box": [round(degrees, 5) for degrees in view.box],
        "middle": round(view.middle, 3),
        "pins": _pins(results, view),
        "borders": [
            {"id": border.id, "name": border.name, "lines": _steps(simplified(border.lines, 0.0003), _FINE)}
            for border in view.borders
        ],
        "towns": [[place.name, place.lat, place.lon, place.population or 0] for place in landmarks(view, view.box)],
        "countries": [[name, round(lat, 4), round(lon, 4)] for name, lat, lon in country_labels(view)],
        "world": {"land": _steps(coarse_land(), _COARSE), "borders": _steps(coarse_borders(), _COARSE)},
        "near": {
            "box": [round(degrees, 5) for degrees in around],
            "land": _steps(land_in(_grown(around, 1.02), tolerance), _FINE),
            "borders": _steps(borders_in(around, tolerance), _FINE),
        }
        if detailed
        else None,
        "scales": [_COARSE, _FINE],
        "tiles": tiles,
    }


def _pins(results: Sequence[Result], view: MapView) -> list[dict[str, object]]:
    pins: list[dict[str, object]] = []
    for pin in view.pins:
        place, relation = pin.place, pin.place.border
        border = results[pin.document].border
        pins.append(
            {
                "p": pin.key,
                "id": place.id,
                "n": place.name,
                "w": format_where(place),
                "at": [round(pin.lat, 6), round(pin.lon, 6)],
                "level": level_of(place.confidence),
                "c": None if place.confidence is None else round(place.confidence, 3),
                "area": not place.is_point,
                "km": format_distance(place) or None,
                "side": relation and relation.side,
                "to": border.id if border else None,
                "foot": pin.nearest and [round(degrees, 6) for degrees in pin.nearest],
            }
        )
    return pins


def _grown(box: Box, times: float = 1 + 2 * _AROUND) -> Box:
    west, south, east, north = box
    lat, lon, tall, wide = (south + north) / 2, (west + east) / 2, (north - south) / 2, (east - west) / 2
    half = min(wide * times, 180.0)
    return (
        lon - half,
        max(lat - max(tall, wide / 2) * times, -85.0),
        lon + half,
        min(lat + max(tall, wide / 2) * times, 85.0),
    )


def _steps(lines: Iterable[Line], scale: int) -> list[list[int]]:
    """Write each line as its first vertex and the steps from there, longitude first, in units of 1/scale degree."""
    written = []
    for line in lines:
        units = np.rint(line * scale).astype(np.int64)
        steps = np.diff(units, axis=0)
        steps = steps[steps.any(axis=1)]
        if len(steps):
            written.append([*units[0].tolist(), *steps.ravel().tolist()])
    return written
