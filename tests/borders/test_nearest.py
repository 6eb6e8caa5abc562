"""Nearest points against brute force over edges densified in longitude and latitude."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoloc.borders import Border, entries
from geoloc.borders.geodesy import inverse


def line_file(folder: Path, *lines: list[tuple[float, float]]) -> Border:
    """A border from lines of (lon, lat)."""
    path = folder / "line.geojson"
    path.write_text(json.dumps({"type": "MultiLineString", "coordinates": lines}))
    return Border.load(path)


def brute_force_m(lines: list[Any], lat: float, lon: float) -> float:
    """Least geodesic distance to points on the edges: every edge densely, then the best ever more densely."""
    starts = np.concatenate([line[:-1] for line in lines])
    steps = np.concatenate([np.diff(line, axis=0) for line in lines])
    jump = np.abs(steps[:, 1]) > 180
    jump &= np.abs(steps[:, 1]) < 360
    steps[jump, 1] -= 360 * np.sign(steps[jump, 1])
    count = 33 if len(starts) > 100 else 4097
    low, high = np.zeros(len(starts)), np.ones(len(starts))
    for _ in range(6):
        t = low[:, None] + (high - low)[:, None] * np.linspace(0, 1, count)
        found = inverse(lat, lon, starts[:, :1] + t * steps[:, :1], starts[:, 1:] + t * steps[:, 1:])[0]
        best = np.argsort(found.min(axis=1))[:30]
        width = (high - low)[best] / (count - 1)
        centre = t[best, found[best].argmin(axis=1)]
        starts, steps = starts[best], steps[best]
        count = 33
        low, high = np.maximum(centre - 2 * width, 0), np.minimum(centre + 2 * width, 1)
    return float(found.min())


def assert_right(border: Border, lat: float, lon: float, expected_m: float | None = None) -> None:
    relation = border.relation(lat, lon)
    expected = brute_force_m(border.lines, lat, lon) if expected_m is None else expected_m
    assert relation.distance_km * 1000 == pytest.approx(expected, abs=max(0.5, 1e-5 * expected))
    assert float(inverse(lat, lon, *relation.nearest)[0]) == pytest.approx(relation.distance_km * 1000, abs=1e-2)


@pytest.mark.parametrize("id", ["RU-UA", "CA-US", "AR-CL", "FI-NO", "IN-PK", "MF-SX", "BH-SA", "EG-SD", "CN-RU"])
def test_random_points_near_real_borders(id: str) -> None:
    border = Border.load(id)
    random = np.random.default_rng(len(id) + border.vertices)
    vertices = np.concatenate(border.lines)
    for spread in (0.02, 0.5, 5.0, 40.0):
        for lat, lon in vertices[random.integers(0, len(vertices), 2)] + random.normal(0, spread, (2, 2)):
            assert_right(border, float(np.clip(lat, -90, 90)), float(lon))


def test_points_anywhere_on_earth() -> None:
    border = Border.load("RU-UA")
    random = np.random.default_rng(3)
    for _ in range(12):
        assert_right(border, float(np.degrees(np.arcsin(random.uniform(-1, 1)))), float(random.uniform(-180, 180)))


def test_the_antipodes_of_a_border() -> None:
    border = Border.load("MF-SX")
    lat, lon = border.lines[0][1]
    assert_right(border, float(-lat) + 0.1, float(lon) + 180 - 0.1)


@settings(max_examples=60, deadline=None)
@given(
    corners=st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=2, max_size=5, unique=True),
    lat=st.floats(-90, 90),
    lon=st.floats(-180, 180),
)
def test_any_line_and_any_point(
    tmp_path_factory: pytest.TempPathFactory, corners: list[tuple[float, float]], lat: float, lon: float
) -> None:
    border = line_file(tmp_path_factory.mktemp("line"), corners)
    relation = border.relation(lat, lon)
    expected = brute_force_m(border.lines, lat, lon)
    # Brute force may miss the best spot by a little, never beat it by more than the tolerance.
    assert relation.distance_km * 1000 <= expected + max(0.5, 1e-5 * expected)
    assert float(inverse(lat, lon, *relation.nearest)[0]) == pytest.approx(relation.distance_km * 1000, abs=1e-2)


def test_an_edge_is_straight_in_degrees(tmp_path: Path) -> None:
    """The geodesic between the ends bulges 480 m north of the 146 km edge along 49 N."""
    border = line_file(tmp_path, [(-100.0, 49.0), (-98.0, 49.0)])
    relation = border.relation(49.0, -99.0)
    assert relation.distance_km == pytest.approx(0.0, abs=1e-4)
    assert border.length_km == pytest.approx(146.3, abs=0.1)
    assert border.relation(49.01, -99.0).distance_km == pytest.approx(1.11206, abs=1e-3)


def test_the_planar_trap(tmp_path: Path) -> None:
    """On a slanting edge the planar foot and planar degrees are both off by kilometres."""
    border = line_file(tmp_path, [(36.0, 50.0), (37.0, 51.0)])
    lat, lon = 50.9, 36.1
    assert_right(border, lat, lon)
    true = border.relation(lat, lon).distance_km
    planar_foot = (50.5, 36.5)  # of the perpendicular in degrees
    assert float(np.hypot(0.4, 0.4)) * 111 > true + 10
    assert float(inverse(lat, lon, *planar_foot)[0]) / 1000 > true + 3


@pytest.mark.parametrize("lat", [90.0, 89.999, 89.5, 85.0])
@pytest.mark.parametrize("lon", [0.0, 77.0, -180.0])
def test_near_the_pole(tmp_path: Path, lat: float, lon: float) -> None:
    for corners in (
        [(-180.0, 88.0), (180.0, 88.0)],
        [(-170.0, 89.99), (-60.0, 89.9), (50.0, 89.99)],
        [(0.0, 80.0), (90.0, 90.0)],
    ):
        assert_right(line_file(tmp_path, corners), lat, lon)


def test_over_the_antimeridian(tmp_path: Path) -> None:
    """The same line cut, uncut and with longitudes past 180 is the same border."""
    cut = line_file(tmp_path, [(179.0, 10.0), (180.0, 10.5)], [(-180.0, 10.5), (-179.0, 11.0)])
    uncut = line_file(tmp_path, [(179.0, 10.0), (-179.0, 11.0)])
    unwrapped = line_file(tmp_path, [(179.0, 10.0), (181.0, 11.0)])
    for lat, lon in ((10.4, 179.9), (10.9, -179.7), (11.0, 179.0), (10.5, 180.0), (10.5, -180.0)):
        expected = brute_force_m(cut.lines, lat, lon)
        for border in (cut, uncut, unwrapped):
            assert_right(border, lat, lon, expected)
            assert -180 <= border.relation(lat, lon).nearest[1] <= 180


def test_many_points_are_as_one_by_one() -> None:
    border = Border.load("RU-UA")
    random = np.random.default_rng(11)
    lats, lons = random.uniform(-80, 80, 300), random.uniform(-180, 180, 300)
    together = border.relations(lats, lons)
    for index in range(0, 300, 17):
        alone = border.relation(float(lats[index]), float(lons[index]))
        assert together[index].distance_km == pytest.approx(alone.distance_km, abs=1e-9)
        assert together[index].side == alone.side


def test_every_vertex_of_a_border_lies_on_it() -> None:
    for id in ("BR-UY", "CH-LI"):
        border = Border.load(id)
        vertices = np.concatenate(border.lines)[::13]
        for relation in border.relations(vertices[:, 0], vertices[:, 1]):
            assert relation.distance_km < 1e-6
            assert relation.bearing is None
    assert entries()[id].countries == ("CH", "LI")
