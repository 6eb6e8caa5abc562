"""GeoJSON features, and how they lie to a border: the filter of ``geoloc distance -``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from geoloc.borders import Border, closest_border, shape_relations
from geoloc.borders.border import ON_THE_LINE_M
from geoloc.borders.extremes import Shape
from geoloc.borders.geodesy import normalised_longitude
from geoloc.errors import FormatError
from geoloc.reading.features import Feature, Record
from geoloc.writing.records import area_properties

CHUNK = 4_000
"""Features that are measured together: enough to be fast, few enough to need no memory."""

NUMBERS = 40
"""A line or polygon counts for one more feature with so many of its coordinates."""

BORDER_SAMPLE = 500
"""The border nearest to the points of the first chunk is sought with so many of them."""

_ADDED_ALWAYS = ("border_id", "border_km", "border_side", "border_bearing", "border_reason")
_ADDED_SOMETIMES = ("border_part", "border_nearest_km", "border_farthest_km", "border_touches")


class Annotator:
    """Adds border relations to the properties of GeoJSON features: ``border_id``, ``border_km`` and so on.

    Of lines and polygons ``border_km`` is the distance of their nearest point; they get ``border_nearest_km``,
    ``border_farthest_km`` and ``border_touches``, too. Where all is null, ``border_reason`` says why: ``no-position``
    of what has no geometry or an empty one, ``no-border`` where none fits.

    Parameters
    ----------
    border : str or Path
        An id or a file, or ``auto`` for the land border nearest to the points that are met first.
    worldview : str, optional
        Whose reading of disputed ground is followed; see `Border.load`.
    within_km : float, optional
        Keep only the features that lie so near.

    Attributes
    ----------
    border : Border or None
        What is measured to; None until the first points have come, or where no border fits.
    features, empty, kept : int
        How many features were met, how many of them had no position, and how many were kept.
    """

    def __init__(
        self, border: str | Path = "auto", *, worldview: str | None = None, within_km: float | None = None
    ) -> None:
        self._open = str(border) == "auto"
        self._worldview = worldview
        self._within_km = within_km
        self.border = None if self._open else Border.load(border, worldview=worldview)
        self.features = self.empty = self.kept = 0

    @property
    def point_columns(self) -> tuple[str, ...]:
        """The names of the properties that points get, known before the first."""
        parts = self.border is not None and any(self.border.part_names)
        return (*_ADDED_ALWAYS, "border_part") if parts else _ADDED_ALWAYS

    def annotate(self, records: Iterable[Record]) -> Iterator[Record]:
        """Yield the records, with relations in the properties of their features."""
        waiting: list[Record] = []
        size = 0
        for record in records:
            waiting.append(record)
            size += sum(map(_size, record.features)) or 1
            if size >= CHUNK:
                yield from self._measured(waiting)
                waiting, size = [], 0
        yield from self._measured(waiting)

    def _measured(self, records: list[Record]) -> Iterable[Record]:
        features = [feature for record in records for feature in record.features]
        self.features += len(features)
        points = [feature for feature in features if feature.point]
        shapes = [(feature, _shape(feature)) for feature in features if not feature.point]
        if self._open and (found := _first_points(points, [shape for _, shape in shapes])):
            self.border = closest_border(*zip(*found, strict=True), worldview=self._worldview)
            self._open = False
        self._add_points(points)
        self._add_shapes(shapes)
        if self._within_km is None:
            self.kept += len(features)
            return records
        return list(self._near(records, self._within_km))

    def _add_points(self, points: Sequence[Feature]) -> None:
        border = self.border
        if border is None or not points:
            for feature in points:
                _set(feature, _nothing("no-border"))
            return
        lat, lon = np.array([feature.point for feature in points], dtype=np.float64).T
        near, sides = border.nearest(lat, normalised_longitude(lon))
        bearings: list[float | None] = (np.round(near.bearing, 1) % 360).tolist()
        for index in np.flatnonzero(near.distance_m < ON_THE_LINE_M).tolist():
            bearings[index] = None
        kilometres = np.round(near.distance_m / 1000, 3).tolist()
        parts = border.parts_of(near)
        for feature, *row, part in zip(points, kilometres, sides, bearings, parts, strict=True):
            _set(feature, dict(zip(_ADDED_ALWAYS, (border.id, *row, None), strict=True)))
            if part is not None:
                feature.value["properties"]["border_part"] = part

    def _add_shapes(self, shapes: Sequence[tuple[Feature, Shape]]) -> None:
        border = self.border
        found = [(feature, shape) for feature, shape in shapes if shape.lines]
        self.empty += len(shapes) - len(found)
        for feature, shape in shapes:
            _set(feature, _nothing("no-border" if shape.lines else "no-position"))
        if border is None or not found:
            return
        relations = shape_relations(border, [shape for _, shape in found])
        vertices = [np.concatenate(shape.lines) for _, shape in found]
        lat, lon = np.concatenate(vertices).T
        sides = iter(border.nearest(lat, normalised_longitude(lon))[1])
        for (feature, _), relation, corners in zip(found, relations, vertices, strict=True):
            met = set(islice(sides, len(corners)))
            feature.value["properties"] |= {
                "border_id": border.id,
                "border_km": round(relation.nearest_km, 3),
                "border_side": met.pop() if len(met) == 1 and not relation.touches else None,
                "border_reason": None,
                **area_properties(relation),
            }

    def _near(self, records: Iterable[Record], within_km: float) -> Iterator[Record]:
        """Yield what lies near: collections without the rest, and no record that is a feature too far away."""
        for record in records:
            near = []
            for feature in record.features:
                km = feature.value["properties"]["border_km"]
                if km is not None and km <= within_km:
                    near.append(feature)
            self.kept += len(near)
            if record.is_collection:
                yield Record(record.value | {"features": [feature.value for feature in near]}, tuple(near))
            elif near:
                yield record


def _size(feature: Feature) -> int:
    """Return for how many features this one counts, by the coordinates that it holds."""
    geometry = feature.value["geometry"]
    level = [] if feature.point or geometry is None else [geometry.get("coordinates"), geometry.get("geometries")]
    most = 0
    while level:
        level = [inner for outer in level if isinstance(outer, list) for inner in outer]
        level += [part.get("coordinates") for part in level if isinstance(part, dict)]
        most = max(most, len(level))
    return 1 + most // NUMBERS


def _shape(feature: Feature) -> Shape:
    if feature.value["geometry"] is None:
        return Shape([])
    from geoloc.borders.shapes import shape_of

    try:
        return shape_of(feature.value["geometry"])
    except FormatError as error:
        raise FormatError(f"{feature.where}: {error}") from None


def _first_points(points: Sequence[Feature], shapes: Sequence[Shape]) -> list[tuple[float, float]]:
    """Return points to choose a border by: those of the features, else the first vertices of the shapes."""
    found = [feature.point for feature in points if feature.point]
    if not found:
        found = [(float(line[0, 0]), float(line[0, 1])) for shape in shapes for line in shape.lines]
    return found[:: -(-len(found) // BORDER_SAMPLE) or 1]


def _nothing(reason: str) -> dict[str, Any]:
    return dict.fromkeys(_ADDED_ALWAYS) | {"border_reason": reason}


def _set(feature: Feature, found: dict[str, Any]) -> None:
    """Put a relation into the properties, and take out what an earlier run said that this one may not say again."""
    properties = feature.value["properties"]
    for name in _ADDED_SOMETIMES:
        properties.pop(name, None)
    properties |= found
