"""geojson and geojsonseq against RFC 7946 and RFC 8142."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc.errors import FormatError, UsageError
from geoloc.model import Document, Result
from geoloc.writing import WriteOptions, render_features, write

PROPERTIES = (
    "name mention count geonameid country admin1 feature_code confidence border_id border_km border_side "
    "border_bearing reason source kind border_nearest_km border_farthest_km border_touches border_part focus focus_country"
).split()
BORDER = {
    "type": "Feature",
    "properties": {"id": "RU-UA", "attribution": "© OpenStreetMap contributors"},
    "geometry": {
        "type": "MultiLineString",
        "coordinates": [[[35.123456789, 50.1], [36.5, 51]], [[34, 52.0], [35, 52.5]]],
    },
}


def check_rfc7946(document: Any) -> None:
    assert document["type"] == "FeatureCollection"
    assert "crs" not in document
    assert "coordinates" not in document
    if "bbox" in document:
        west, south, east, north = document["bbox"]
        assert -180 <= west <= 180
        assert -180 <= east <= 180
        assert -90 <= south <= north <= 90
    for feature in document["features"]:
        assert set(feature) == {"type", "geometry", "properties"}
        assert feature["type"] == "Feature"
        assert "source" in feature["properties"]
        if feature["geometry"] is not None and feature["geometry"]["type"] == "Point":
            lon, lat = feature["geometry"]["coordinates"]
            assert -180 <= lon <= 180
            assert -90 <= lat <= 90


def loaded(result: Any, **options: Any) -> Any:
    document = json.loads(write(result, "geojson", **options))
    check_rfc7946(document)
    return document


def named(document: Any) -> list[tuple[Any, Any, Any]]:
    return [
        (f["properties"]["name"], f["properties"]["mention"], f["properties"]["count"]) for f in document["features"]
    ]


def test_a_point_a_place_with_flat_properties(make: Any) -> None:
    document = loaded(make.raid())
    village = document["features"][2]
    assert village["geometry"] == {"type": "Point", "coordinates": [35.6026, 50.4613]}
    assert all(list(feature["properties"]) == PROPERTIES for feature in document["features"])
    assert village["properties"] == {
        "name": "Kozinka",
        "mention": "Kozinka",
        "count": 1,
        "geonameid": 543229,
        "country": "RU",
        "admin1": "Belgorod Oblast",
        "feature_code": "PPL",
        "confidence": 0.97,
        "border_id": "RU-UA",
        "border_km": 1.792,
        "border_side": "RU",
        "border_bearing": 231.5,
        "reason": None,
        "source": "raid.txt",
        "kind": "populated-place",
        "border_nearest_km": None,
        "border_farthest_km": None,
        "border_touches": None,
        "border_part": None,
        "focus": False,
        "focus_country": "RU",
    }
    assert [f["properties"]["name"] for f in document["features"] if f["properties"]["focus"]] == ["Grayvoron"]
    assert document["features"][0]["properties"]["border_km"] is None, "a country has no distance"


def test_unresolved_names_have_null_geometry_and_a_reason(make: Any) -> None:
    document = loaded(make.raid())
    assert named(document) == [
        ("Russia", "Russia", 1),
        ("Grayvoron", "Graivoron", 3),
        ("Kozinka", "Kozinka", 1),
        (None, "Hlotove", 2),
    ]
    assert document["features"][3]["geometry"] is None
    assert document["features"][3]["properties"]["reason"] == "not-in-gazetteer"


def test_demonyms_only_when_asked_for(make: Any) -> None:
    people = Result(
        Document(""), mentions=(make.mention("Russian", 0, kind="demonym"),), places=(make.place("Russia"),)
    )
    assert loaded(people)["features"] == []
    assert named(loaded(people, demonyms=True)) == [("Russia", "Russian", 1)]
    assert named(loaded(make.raid(), demonyms=True))[0] == ("Russia", "Russian", 2)
    assert named(loaded(make.raid(), demonyms=True))[-1] == (None, "Martians", 1)


def test_what_only_names_of_organisations_hold(make: Any) -> None:
    """The Freedom of Russia Legion puts no pin on Russia; the Kyiv Post puts one on Kyiv."""
    legion, post = make.mention("Russia", 0, embedded=True), make.mention("Kyiv", 1, embedded=True)
    places = make.place("Russia", kind="country"), make.place("Kyiv", mentions=(1,))
    embedded = Result(Document(""), mentions=(legion, post), places=places)
    assert named(loaded(embedded)) == [("Kyiv", "Kyiv", 1)]
    assert named(loaded(embedded, demonyms=True)) == [("Russia", "Russia", 1), ("Kyiv", "Kyiv", 1)]


def test_a_feature_a_mention(make: Any) -> None:
    document = loaded(make.raid(), per="mention")
    assert [mention for _, mention, _ in named(document)] == [
        *("Graivoron", "Kozinka", "Hlotove", "Grayvoron", "Graivoron", "Russia", "Hlotove"),
    ]
    assert {count for *_, count in named(document)} == {1}
    properties = document["features"][1]["properties"]
    assert list(properties) == [*PROPERTIES, "start", "end", "context"]
    assert (properties["start"], properties["end"], properties["context"]) == (31, 38, "Shells fell on Kozinka.")


def test_kinds_keep_the_unresolved(make: Any) -> None:
    assert [name for name, *_ in named(loaded(make.raid(), kinds={"country"}))] == ["Russia", None]
    only = loaded(make.raid(), kinds={"country"}, per="mention")
    assert [mention for _, mention, _ in named(only)] == ["Hlotove", "Russia", "Hlotove"]


def test_one_collection_for_several_sources(make: Any) -> None:
    document = loaded([make.raid("a"), Result(Document("")), make.raid("b"), make.raid(None)])
    assert [f["properties"]["source"] for f in document["features"]] == ["a"] * 4 + ["b"] * 4 + [7] * 4


def test_nothing_found_is_a_valid_collection() -> None:
    assert loaded(Result(Document(""))) == {"type": "FeatureCollection", "features": []}
    assert loaded([]) == {"type": "FeatureCollection", "features": []}


@pytest.mark.parametrize("options", [{}, {"indent": 2}, {"compact": True}, {"indent": 0, "compact": True}])
def test_layout_does_not_change_the_document(make: Any, options: dict[str, Any]) -> None:
    assert loaded(make.raid(), **options) == loaded(make.raid())


@pytest.mark.parametrize("precision", [5, 6, 7, 0])
def test_precision(make: Any, precision: int) -> None:
    document = loaded(make.at((50.123456789, -0.00000001)), precision=precision)
    (feature,) = document["features"]
    lon, lat = feature["geometry"]["coordinates"]
    assert lat == round(50.123456789, precision)
    assert (lon, math.copysign(1, lon)) == (0.0, 1.0), "no minus zero"
    assert document["bbox"] == [lon, lat, lon, lat]


def test_a_place_whose_position_nobody_knows(make: Any) -> None:
    (feature,) = loaded(make.one(lat=None, lon=None))["features"]
    assert feature["geometry"] is None
    assert feature["properties"]["geonameid"] == 543229


@pytest.mark.parametrize(
    ("points", "box"),
    [
        ([(50.0, 35.0)], [35, 50, 35, 50]),
        ([(50.0, 35.0), (40.0, -74.0)], [-74, 40, 35, 50]),
        ([(-20.0, 177.0), (-16.0, -178.0)], [177, -20, -178, -16]),  # Fiji, RFC 7946 §5.2
        ([(-20.0, 177.0), (-16.0, -178.0), (-17.0, 179.0)], [177, -20, -178, -16]),
        ([(64.7, 177.5), (64.5, -165.4), (55.7, 37.6)], [37.6, 55.7, -165.4, 64.7]),
        ([(0.0, -90.0), (0.0, 90.0)], [-90, 0, 90, 0]),
        ([(0.0, 180.0), (0.0, -180.0)], [180, 0, -180, 0]),
        ([(90.0, 12.0), (70.0, 20.0)], [-180, 70, 180, 90]),
    ],
)
def test_bbox(make: Any, points: list[tuple[float, float]], box: list[float]) -> None:
    assert loaded(make.at(*points))["bbox"] == box


@given(
    st.lists(st.tuples(st.floats(-89, 89), st.floats(-180, 180)), min_size=1, max_size=6),
)
def test_bbox_holds_all_points_and_is_no_wider_than_the_plain_one(make: Any, points: list[tuple[float, float]]) -> None:
    document = loaded(make.at(*points))
    west, south, east, north = document["bbox"]
    lons = [feature["geometry"]["coordinates"][0] for feature in document["features"]]
    for feature in document["features"]:
        lon, lat = feature["geometry"]["coordinates"]
        assert south <= lat <= north
        assert west <= lon <= east if west <= east else lon >= west or lon <= east
    width = east - west if west <= east else east - west + 360
    assert width <= max(lons) - min(lons) + 1e-9


def test_the_border_line_comes_along_when_asked_for(make: Any) -> None:
    assert len(loaded(make.raid(), border_features=[BORDER])["features"]) == 4
    document = loaded(make.one(), border_features=[BORDER], with_border=True)
    line = document["features"][-1]
    assert line["properties"] == {"source": "a.txt", **BORDER["properties"]}  # type: ignore[dict-item]
    assert line["geometry"]["coordinates"] == [[[35.123457, 50.1], [36.5, 51]], [[34, 52.0], [35, 52.5]]]
    assert document["bbox"] == [34, 50.1, 36.5, 52.5]
    several = loaded([make.raid("a"), make.raid("b")], border_features=[BORDER], with_border=True)
    assert several["features"][-1]["properties"]["source"] is None


def test_a_line_that_is_cut_at_the_antimeridian_has_a_narrow_box() -> None:
    cut: dict[str, object] = {
        "type": "Feature",
        "properties": None,
        "geometry": {"type": "MultiLineString", "coordinates": [[[170, 60], [180, 61]], [[-180, 61], [-170, 62]]]},
    }
    assert json.loads("".join(render_features([cut])))["bbox"] == [170, 60, -170, 62]
    points = {"type": "MultiPoint", "coordinates": [[179, 1], [-179, 2]]}
    both: dict[str, object] = {"type": "Feature", "geometry": {"type": "GeometryCollection", "geometries": [points]}}
    assert json.loads("".join(render_features([both])))["bbox"] == [179, 1, -179, 2]


def test_ready_made_features_pass_untouched() -> None:
    feature: dict[str, object] = {
        "type": "Feature",
        "id": "x",
        "geometry": {"type": "Point", "coordinates": [1.123456789, 2, 3]},
        "properties": {"a": [1]},
        "extra": 1,
    }
    assert json.loads("".join(render_features([feature])))["features"] == [feature]
    assert json.loads("".join(render_features([feature], "geojsonseq"))) == feature
    with pytest.raises(UsageError):
        render_features([feature], "csv")
    with pytest.raises(FormatError):
        "".join(render_features([{"type": "Feature", "geometry": None, "properties": {"x": math.nan}}]))


@pytest.mark.parametrize("rs", [False, True])
def test_geojsonseq(make: Any, rs: bool) -> None:
    results = [make.raid("a"), make.one("two\nlines")]
    text = write(results, "geojsonseq", rs=rs, indent=2, with_border=True, border_features=[BORDER])
    records = text.split("\x1e")[1:] if rs else text.splitlines()
    assert text.count("\x1e") == (len(records) if rs else 0)
    assert [json.loads(record) for record in records] == loaded(results, with_border=True, border_features=[BORDER])[
        "features"
    ]


def test_geojsonseq_ignores_defaults(make: Any) -> None:
    assert WriteOptions().rs is False
    assert write(Result(Document("")), "geojsonseq") == ""
