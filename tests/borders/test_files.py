"""Borders from users' files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from shapely import MultiPolygon, Point, Polygon

from geoloc.borders import Border
from geoloc.errors import FormatError, SourceError

LINE = [[36.0, 50.0], [36.0, 51.0], [37.0, 51.0]]  # north, then a right turn to the east
SQUARE = [[10.0, 10.0], [20.0, 10.0], [20.0, 20.0], [10.0, 20.0], [10.0, 10.0]]
HOLE = [[14.0, 14.0], [14.0, 16.0], [16.0, 16.0], [16.0, 14.0], [14.0, 14.0]]


def load(folder: Path, document: Any) -> Border:
    path = folder / "front.geojson"
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return Border.load(path)


def line(coordinates: Any = LINE) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": coordinates}


def feature(geometry: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": None, "geometry": geometry}


@pytest.mark.parametrize(
    "document",
    [
        line(),
        {"type": "MultiLineString", "coordinates": [LINE]},
        feature(line()),
        {"type": "FeatureCollection", "features": [feature(None), feature(line())]},
        {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [0, 0]}, line()]},
        line([[*position, 120.0] for position in LINE]),
        "\ufeff" + json.dumps(line()),
    ],
)
def test_all_kinds_of_geojson(tmp_path: Path, document: Any) -> None:
    border = load(tmp_path, document)
    assert (border.name, border.countries, border.parts, border.vertices) == ("front", None, 1, 3)
    relation = border.relation(50.5, 36.1)
    assert relation.side == "right"
    assert relation.uncertainty_km == 0.5
    assert relation.distance_km == pytest.approx(7.1, abs=0.05)


@pytest.mark.parametrize(
    ("lat", "lon", "side"),
    [
        (50.5, 35.9, "left"),
        (50.5, 36.1, "right"),
        (51.1, 36.5, "left"),
        (50.9, 36.5, "right"),
        (51.2, 35.8, "left"),  # nearest to the corner, outside of it
        (49.0, 35.9, "left"),  # before the start
        (49.0, 36.1, "right"),
        (51.1, 38.0, "left"),  # past the end
        (50.9, 38.0, "right"),
    ],
)
def test_left_and_right(tmp_path: Path, lat: float, lon: float, side: str) -> None:
    opposite = {"left": "right", "right": "left"}
    assert load(tmp_path, line()).relation(lat, lon).side == side
    assert load(tmp_path, line(LINE[::-1])).relation(lat, lon).side == opposite[side]


def test_left_and_right_of_a_ring_at_its_first_vertex(tmp_path: Path) -> None:
    border = load(tmp_path, line(SQUARE))
    assert border.relation(9.0, 9.0).side == "right"
    assert border.relation(15.0, 15.0).side == "left"


def lines(*several: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": [feature(line(one)) for one in several]}


BEND = [[0.0, 0.0], [1.0, 0.0], [0.0, 0.2]]  # east, then sharply back: a left turn


def test_features_that_meet_are_one_line(tmp_path: Path) -> None:
    """The nearest point is the bend; the angle between both edges tells the side."""
    split = load(tmp_path, lines(BEND[:2], BEND[1:]))
    for lat in (-0.05, 0.05, 0.15):
        assert split.relation(lat, 1.5).side == load(tmp_path, line(BEND)).relation(lat, 1.5).side == "right"
    assert split.relation(0.05, 0.5).side == "left"
    turned = load(tmp_path, lines([[-180, 0], [-179, 0]], [[179, 0], [180, 0]]))
    assert turned.relation(0.1, 180).side == "left"


def test_lines_that_are_there_twice(tmp_path: Path) -> None:
    border = load(tmp_path, lines(BEND, BEND[:2], BEND[1:]))
    assert border.relation(0.05, 1.5).side == "right"
    assert border.relation(0.05, 0.5).side == "left"


@pytest.mark.parametrize(
    ("several", "point"),
    [
        (([[0, 0], [1, 0]], [[0, 0.2], [1, 0]]), (0.05, 1.5)),  # both end there
        (([[1, 0], [0, 0]], [[1, 0], [0, 0.2]]), (0.05, 1.5)),  # both begin there
        (([[0, 0], [1, 0]], [[1, 0], [0, 0.2]], [[1, 0], [0, -0.2]]), (0.05, 1.5)),  # a star
        (([[0, 0], [1, 0]], [[1, 0], [0, 0]]), (0.05, 0.5)),  # there and back
    ],
)
def test_no_side_where_it_cannot_be_told(tmp_path: Path, several: Any, point: tuple[float, float]) -> None:
    relation = load(tmp_path, lines(*several)).relation(*point)
    assert relation.side is None
    assert relation.distance_km > 1


def test_a_point_on_the_line(tmp_path: Path) -> None:
    relation = load(tmp_path, line()).relation(50.5, 36.0)
    assert relation.distance_km < 1e-6
    assert relation.bearing is None


def test_inside_and_outside(tmp_path: Path) -> None:
    far = [[[lon + 30, lat] for lon, lat in SQUARE]]
    border = load(tmp_path, {"type": "MultiPolygon", "coordinates": [[SQUARE, HOLE], far]})
    shape = MultiPolygon([Polygon(SQUARE, [HOLE]), Polygon(far[0])])
    points = [(lat + 0.3, lon + 0.2) for lat in range(8, 24, 2) for lon in range(8, 54, 2)]
    for (lat, lon), relation in zip(points, border.relations(*zip(*points, strict=True)), strict=True):
        assert relation.side == ("inside" if shape.contains(Point(lon, lat)) else "outside")
    assert border.relation(15.0, 15.0).distance_km == pytest.approx(107.3, abs=1)  # in the hole


@pytest.mark.parametrize(
    "ring",
    [
        [[170, -10], [-170, -10], [-170, 10], [170, 10], [170, -10]],
        [[170, -10], [190, -10], [190, 10], [170, 10], [170, -10]],
        [[-190, -10], [-170, -10], [-170, 10], [-190, 10], [-190, -10]],
    ],
)
def test_a_polygon_over_the_antimeridian(tmp_path: Path, ring: Any) -> None:
    border = load(tmp_path, {"type": "Polygon", "coordinates": [ring]})
    sides = [border.relation(0, lon).side for lon in (179, 180, -180, -179, 169, -169, 0)]
    assert sides == ["inside"] * 4 + ["outside"] * 3
    exported = border.to_geojson()
    assert exported["bbox"] == [170, -10, -170, 10]
    assert all(-180 <= lon <= 180 for part in exported["geometry"]["coordinates"] for lon, _ in part)
    assert len(exported["geometry"]["coordinates"]) >= 2


def test_a_polygon_that_crosses_itself_is_taken_by_the_even_odd_rule(tmp_path: Path) -> None:
    bow_tie = [[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]
    border = load(tmp_path, {"type": "Polygon", "coordinates": [bow_tie]})
    sides = [border.relation(1, lon).side for lon in (0.2, 1.8)] + [border.relation(lat, 1).side for lat in (0.2, 1.8)]
    assert sides == ["inside"] * 2 + ["outside"] * 2
    flat = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [2, 2], [1, 1], [0, 0]]]}
    with pytest.raises(FormatError, match="not valid"):
        load(tmp_path, flat)


def test_a_polygon_round_the_pole(tmp_path: Path) -> None:
    ring = [[0, 60], [90, 60], [180, 60], [-90, 60], [0, 60]]
    border = load(tmp_path, {"type": "Polygon", "coordinates": [ring]})
    for lat, lon, side in ((90, 0, "inside"), (70, 45, "inside"), (61, -135, "inside"), (59, 10, "outside")):
        assert border.relation(lat, lon).side == side


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("", "line 1: not JSON"),
        ("{", "not JSON"),
        ("[]", "object is expected"),
        ("3", "object is expected"),
        ({}, "not a GeoJSON type"),
        ({"type": "Topology"}, "'Topology' is not a GeoJSON type"),
        ({"type": ["LineString"]}, "not a GeoJSON type"),
        ({"type": "FeatureCollection", "features": []}, "no line and no polygon"),
        ({"type": "FeatureCollection"}, "features: an array is expected, not null"),
        ({"type": "Point", "coordinates": [1, 2]}, "no line and no polygon"),
        (line([]), "0 different positions"),
        (line([[1, 2]]), "1 different positions"),
        (line([[1, 2], [1, 2]]), "a line needs 2"),
        (line([[1, 2], 3]), r"coordinates\[1\]: a position"),
        (line([[1, 2], ["x", 4]]), r"coordinates\[1\]: longitude and latitude must be numbers"),
        (line([[1, 2], [True, 4]]), "must be numbers"),
        (line([[5000000, 6000000], [5000001, 6000000]]), "degrees"),
        ('{"type": "LineString", "coordinates": [[0, 0], [NaN, 1]]}', "NaN"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}, "a ring needs 4"),
        ({"type": "Polygon", "coordinates": []}, "no line and no polygon"),
        (
            {"type": "FeatureCollection", "features": [feature(line()), feature(line([[1]]))]},
            r"features\[1\]\.geometry\.coordinates\[0\]",
        ),
        (
            {"type": "GeometryCollection", "geometries": [line(), {"type": "Polygon", "coordinates": [SQUARE]}]},
            "both lines and polygons",
        ),
        ("[" * 100_000, "JSON"),
    ],
)
def test_bad_files_are_refused_in_one_line(tmp_path: Path, document: Any, said: str) -> None:
    with pytest.raises(FormatError, match=said) as caught:
        load(tmp_path, document)
    message = str(caught.value)
    assert "front.geojson" in message and "\n" not in message and len(message) < 300


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        Border.load(str(tmp_path / "missing.geojson"))
    with pytest.raises(SourceError, match="no such file"):
        Border.load("missing.geojson")
    for folder in (tmp_path, str(tmp_path)):
        with pytest.raises(SourceError, match="a folder cannot be read as a border; give a file in it"):
            Border.load(folder)
    (tmp_path / "binary.geojson").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(SourceError, match="not UTF-8"):
        Border.load(tmp_path / "binary.geojson")
