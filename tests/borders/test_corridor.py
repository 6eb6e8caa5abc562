"""Zones along borders."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from geoloc.borders import Border
from geoloc.borders.corridor import corridor
from geoloc.errors import UsageError


def line_file(folder: Path, coordinates: list[list[float]]) -> Border:
    path = folder / "line.geojson"
    path.write_text(json.dumps({"type": "LineString", "coordinates": coordinates}))
    return Border.load(path)


def assert_rings_at(border: Border, km: float, within: float) -> None:
    """Check that the zone is valid and every point of its rings lies at the distance."""
    feature = corridor(border, km)
    zone = shapely.geometry.shape(feature["geometry"])
    assert zone.is_valid and zone.geom_type == "MultiPolygon"
    for polygon in feature["geometry"]["coordinates"]:
        assert shapely.LinearRing(polygon[0]).is_ccw
        for ring in polygon:
            points = np.array(ring)
            points = points[np.abs(points[:, 0]) < 180]
            distances = border.distances_km(points[:, 1], points[:, 0])
            assert min(distances) > km * (1 - within) and max(distances) < km * (1 + within)


@pytest.mark.parametrize(("id", "km"), [("RU-UA", 30), ("FI-NO", 100), ("AT-LI", 0.5), ("BR-UY", 300)])
def test_a_zone_is_as_wide_as_asked(id: str, km: float) -> None:
    assert_rings_at(Border.load(id), km, 0.003)


def test_it_holds_what_is_near() -> None:
    border = Border.load("RU-UA")
    zone = shapely.geometry.shape(corridor(border, 30)["geometry"])
    generator = np.random.default_rng(4)
    lat, lon = generator.uniform(47, 53, 500), generator.uniform(32, 41, 500)
    for near, point in zip(border.distances_km(lat, lon), shapely.points(lon, lat), strict=True):
        if abs(near - 30) > 0.1:
            assert shapely.intersects(zone, point) == (near < 30)


@pytest.mark.parametrize("ends", [[[179, 10], [-179, 11]], [[179, 10], [181, 11]], [[-179.9, 60], [-179.9, 62]]])
def test_over_the_antimeridian(tmp_path: Path, ends: list[list[float]]) -> None:
    border = line_file(tmp_path, ends)
    feature = corridor(border, 50)
    west, _, east, _ = feature["bbox"]
    assert west > east, "RFC 7946 §5.2"
    assert len(feature["geometry"]["coordinates"]) == 2
    assert_rings_at(border, 50, 0.003)


def test_what_cannot_be_drawn(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="pole"):
        corridor(line_file(tmp_path, [[0, 89.5], [90, 89.5]]), 100)
    for km in (0, 5000):
        with pytest.raises(UsageError, match="zone"):
            corridor(Border.load("RU-UA"), km)
