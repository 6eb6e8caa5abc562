"""Lines as RFC 7946 wants them: cut at the antimeridian, with a bbox that knows of it."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from geoloc.borders.geodesy import Floats
from geoloc.borders.nearest import short_way

DECIMALS = 6
"""Of coordinates: a tenth of a metre."""


def feature(id: str, lines: list[Floats], properties: dict[str, Any]) -> dict[str, Any]:
    """Make a MultiLineString feature of lines given as latitudes and longitudes in degrees."""
    cut = [piece for line in lines for piece in cut_at_antimeridian(line)]
    return {
        "type": "Feature",
        "id": id,
        "bbox": bbox(cut),
        "properties": properties,
        "geometry": {
            "type": "MultiLineString",
            "coordinates": [np.round(piece[:, ::-1], DECIMALS).tolist() for piece in cut],
        },
    }


def cut_at_antimeridian(line: Floats) -> list[Floats]:
    """Cut a line into the pieces between crossings of the antimeridian, longitudes in -180..180.

    Edges that span more than 180 degrees are taken the short way round.
    """
    if np.abs(line[:, 1]).max() <= 180.0 and np.abs(np.diff(line[:, 1])).max() <= 180.0:
        return [line]
    lon = line[0, 1] + np.concatenate([[0.0], np.cumsum(short_way(np.diff(line[:, 1])))])
    pieces: list[list[tuple[float, float]]] = []
    for (lat1, lat2), (lon1, lon2) in zip(
        zip(line[:-1, 0].tolist(), line[1:, 0].tolist(), strict=True),
        zip(lon[:-1].tolist(), lon[1:].tolist(), strict=True),
        strict=True,
    ):
        low, high = sorted((lon1, lon2))
        seams = [turn * 360.0 + 180.0 for turn in range(-4, 4) if low < turn * 360.0 + 180.0 < high]
        stops = [lon1, *(seams if lon1 < lon2 else reversed(seams)), lon2]
        for begin, end in itertools.pairwise(stops):
            turn = 360.0 * np.floor(((begin + end) / 2 + 180.0) / 360.0)
            ends = [
                (lat1 + (lat2 - lat1) * ((stop - lon1) / (lon2 - lon1) if lon2 != lon1 else float(number)), stop - turn)
                for number, stop in enumerate((begin, end))
            ]
            if pieces and pieces[-1][-1] == ends[0]:
                pieces[-1].append(ends[1])
            else:
                pieces.append(ends)
    return [np.array(piece) for piece in pieces]


def bbox(lines: list[Floats]) -> list[float]:
    """Return west, south, east, north of lines that are cut; west > east where the box holds the antimeridian."""
    every = np.concatenate(lines)
    south, north = every[:, 0].min(), every[:, 0].max()
    west, east = every[:, 1].min(), every[:, 1].max()
    if west == -180.0 and east == 180.0:
        # The widest gap between the lines is what the box leaves out.
        spans = sorted((line[:, 1].min(), line[:, 1].max()) for line in lines)
        reach, widest = spans[0][1], 0.0
        for begin, end in spans[1:]:
            if begin - reach > widest:
                widest, west, east = begin - reach, begin, reach
            reach = max(reach, end)
    return [round(float(value), DECIMALS) for value in (west, south, east, north)]
