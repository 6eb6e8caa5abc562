"""geoloc distance: points and names, and GeoJSON from stdin."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from geoloc.borders import Border

RS = "\x1e"
KOZINKA: dict[str, Any] = {
    "type": "Feature",
    "id": 7,
    "geometry": {"type": "Point", "coordinates": [35.6026, 50.4613, 120]},
    "properties": {"name": "Козинка", "border_km": "old"},
    "note": [1],
}
LINE: dict[str, Any] = {
    "type": "Feature",
    "geometry": {"type": "LineString", "coordinates": [[35, 50], [36, 51]]},
    "properties": None,
}
NULLS = dict.fromkeys(("border_id", "border_km", "border_side", "border_bearing", "border_reason"))
NOWHERE = NULLS | {"border_reason": "no-position"}
ACROSS = NULLS | {
    "border_id": "RU-UA",
    "border_km": 0.0,
    "border_nearest_km": 0.0,
    "border_farthest_km": 59.284,
    "border_touches": True,
}
MEASURED = {"border_id": "RU-UA", "border_km": 1.792, "border_side": "RU"}


def has_relation(feature: dict[str, Any]) -> bool:
    properties = feature["properties"]
    return (
        (properties["border_id"], properties["border_side"]) == ("RU-UA", "RU")
        and abs(properties["border_km"] - 1.79) < 0.02
        and 200 < properties["border_bearing"] < 250
    )


def test_names(run) -> None:
    answer = run("distance", "Kozinka", "Graivoron", "Belgorod", "-f", "json")
    assert answer.code == 0
    assert [row["border_id"] for row in answer.json] == ["RU-UA"] * 3
    assert [row["border"]["distance_km"] for row in answer.json] == pytest.approx([1.8, 7.5, 32.1], abs=0.1)
    assert {row["border"]["side"] for row in answer.json} == {"RU"}
    assert list(answer.json[0]) == [
        "query", "id", "geonameid", "name", "kind", "country", "admin1", "lat", "lon", "border_id", "border",
        "border_reason",
    ]  # fmt: skip
    assert list(answer.json[0]["border"]) == ["distance_km", "uncertainty_km", "side", "nearest", "bearing"]
    assert answer.err.splitlines() == [
        "geoloc: Kozinka: Kozinka, Belgorod Oblast, RU (geonames:543229)",
        "geoloc: Graivoron: Grayvoron, Belgorod Oblast, RU (geonames:559034)",
        "geoloc: Belgorod: Belgorod, Belgorod Oblast, RU (geonames:578072)",
        "geoloc: measured to the border RU-UA (Russia–Ukraine), the nearest",
        "geoloc: Kozinka to Graivoron: 5.9 km",
        "geoloc: Graivoron to Belgorod: 65.3 km",
    ]
    assert run("distance", "Kozinka", "-q").err == ""


@pytest.mark.parametrize(
    "point", ["50.45,35.6", "50.45, 35.6", "50.45 35.6", "50°27'N 35°36'E", "50°27′00″N, 35°36′0″E", "N50 27 E35 36"]
)
def test_coordinates(run, point: str) -> None:
    (row,) = run("distance", point, "-f", "json").json
    assert (row["lat"], row["lon"], row["country"]) == (50.45, 35.6, "RU")
    assert row["id"] is row["geonameid"] is row["name"] is row["kind"] is row["admin1"] is None


def test_southern_and_western_points_need_no_dashes(run) -> None:
    rows = run("distance", "-33.9,18.4", "-34.6,-58.4", "33°55'S 18°25'E", "-q", "-f", "json").json
    assert [row["country"] for row in rows] == ["ZA", "AR", "ZA"]
    assert [row["lat"] for row in rows] == pytest.approx([-33.9, -34.6, -33.916667])
    assert (
        run("distance", "-f", "json", "-q", "--", "-33.9,18.4").json
        == run("distance", "-33.9,18.4", "-f", "json", "-q").json
    )


@pytest.mark.parametrize(
    ("point", "words"),
    [
        ("95,10", "swapped"),
        ("400,500", "no point on earth"),
        ("50,46 35,60", "LAT,LON"),
        ("12", "LAT,LON"),
        ("1.2.3,4", "LAT,LON"),
        ("50°87'N 35°36'E", "LAT,LON"),
        ("50°27'N 35°36'N", "LAT,LON"),
        ("--foo", "no such option"),
        ("-x", "no such option"),
    ],
)
def test_no_point(run, point: str, words: str) -> None:
    run("distance", point).failed(2, point, words)


def test_unknown_name(run) -> None:
    run("distance", "Kozinka", "Qqqqzzzx", "-q").failed(1, "Qqqqzzzx", "geoloc lookup")


def test_areas_are_measured_by_their_outline(run) -> None:
    answer = run("distance", "Texas", "-b", "MX-US", "-f", "json")
    border = answer.json[0]["border"]
    assert (border["distance_km"], border["nearest_km"], border["touches"]) == (None, 0.0, True)
    assert 600 < border["farthest_km"] < 900
    assert "region" in answer.err and "area" in answer.err
    nothing = run("distance", "Sahara", "-b", "MX-US", "-f", "json")
    assert (nothing.code, nothing.json[0]["border"]) == (0, None)


def test_a_city_is_meant_where_its_region_bears_its_name(run) -> None:
    rows = run("distance", "New York", "Luxembourg", "-q", "-f", "json").json
    assert [row["kind"] for row in rows] == ["populated-place"] * 2


def test_borders(run, tmp_path: Path) -> None:
    auto = run("distance", "50.45,30.52", "-f", "json")
    assert auto.json[0]["border_id"] == "BY-UA"
    given = run("distance", "50.45,30.52", "-b", "ru-ua", "-f", "json")
    assert (given.json[0]["border_id"], given.err) == ("RU-UA", "")
    line = tmp_path / "line.geojson"
    line.write_text('{"type": "LineString", "coordinates": [[35, 50], [35, 52]]}')
    row = run("distance", "51,36", "-b", line, "-f", "json").json[0]
    assert (row["border_id"], row["border"]["side"]) == (str(line), "right")
    run("distance", "51,36", "-b", "none").failed(2, "needs a border")
    run("distance", "51,36", "-b", "RU-XX").failed(2, "RU-XX")


def test_no_border_fits(run) -> None:
    answer = run("distance", "-33.87,151.21", "-f", "json")
    assert (answer.code, answer.json[0]["country"], answer.json[0]["border"]) == (0, "AU", None)
    assert "no land border fits" in answer.err
    assert run("distance", "0,-30", "-f", "json", "-q").json[0]["country"] is None


def test_formats(run) -> None:
    arguments = ("distance", "50.4613,35.6026", "-q")
    assert "1.79 km RU" in run(*arguments).out
    (row,) = csv.DictReader(io.StringIO(run(*arguments, "-f", "csv").out))
    assert (row["lat"], row["border_km"], row["border_side"], row["name"]) == ("50.4613", "1.792", "RU", "")
    (feature,) = run(*arguments, "-f", "geojson").json["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [35.6026, 50.4613]}
    assert has_relation(feature)
    assert run(*arguments, "-f", "geojsonseq").lines == [feature]
    assert run(*arguments, "-f", "jsonl").lines == run(*arguments, "-f", "json").json
    assert run(*arguments, "-f", "geojson", "--precision", "1").json["features"][0]["geometry"]["coordinates"] == [
        35.6,
        50.5,
    ]


def test_stdin_keeps_a_feature(run) -> None:
    answer = run("distance", "-", stdin=json.dumps(KOZINKA))
    feature = answer.json
    assert has_relation(feature)
    assert {key: feature[key] for key in ("type", "id", "geometry", "note")} == {
        key: KOZINKA[key] for key in ("type", "id", "geometry", "note")
    }
    assert feature["properties"]["name"] == "Козинка"
    assert answer.err == "geoloc: measured to the border RU-UA (Russia–Ukraine), the nearest\n"


def test_stdin_keeps_a_collection(run) -> None:
    collection = {"type": "FeatureCollection", "name": "raids", "features": [KOZINKA, LINE], "bbox": [1, 2, 3, 4]}
    for indent in (None, 2):
        answer = run("distance", "-", stdin=json.dumps(collection, indent=indent))
        assert (answer.json["name"], answer.json["bbox"]) == ("raids", [1, 2, 3, 4])
        assert has_relation(answer.json["features"][0])
        assert answer.json["features"][1]["properties"] == ACROSS
    indented = run("distance", "-", "--indent", "1", stdin=json.dumps(collection))
    assert indented.json == answer.json and '\n "name"' in indented.out
    empty = run("distance", "-", stdin='{"type": "FeatureCollection", "features": []}')
    assert (empty.code, empty.json["features"]) == (0, [])


def test_stdin_gives_a_geometry_properties(run) -> None:
    feature = run("distance", "-", stdin=json.dumps(KOZINKA["geometry"])).json
    assert feature["type"] == "Feature" and has_relation(feature)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"])
def test_stdin_keeps_lines(run, end: str) -> None:
    text = end.join(map(json.dumps, [KOZINKA, LINE, KOZINKA["geometry"]])) + end
    answer = run("distance", "-", "-b", "RU-UA", stdin="\ufeff" + text)
    first, second, third = answer.lines
    assert has_relation(first) and has_relation(third)
    assert second["properties"] == ACROSS
    assert answer.err == ""


def test_stdin_keeps_record_separators(run) -> None:
    text = "".join(f"{RS}{json.dumps(value, indent=1)}\n" for value in (KOZINKA, KOZINKA))
    out = run("distance", "-", "-q", stdin=text).out
    records = out.split(RS)
    assert records[0] == "" and all(has_relation(json.loads(record)) for record in records[1:])
    lines = f"{json.dumps(KOZINKA)}\n{json.dumps(KOZINKA)}\n"
    assert run("distance", "-", "-q", "--rs", stdin=lines).out == out


def test_stdin_changes_shape_on_demand(run, tmp_path: Path) -> None:
    lines = f"{json.dumps(KOZINKA)}\n{json.dumps(LINE)}\n"
    sequence = run("distance", "-", stdin=lines).lines
    collection = run("distance", "-", "-f", "geojson", stdin=lines).json
    assert collection == {"type": "FeatureCollection", "features": sequence}
    run("distance", "-", "-o", tmp_path / "x.geojson", stdin=lines)
    assert json.loads((tmp_path / "x.geojson").read_text("utf-8")) == collection
    back = run("distance", "-", "-f", "geojsonseq", stdin=json.dumps(collection))
    assert back.lines == sequence
    run("distance", "-", "-f", "csv", stdin=lines).failed(2, "geojsonseq")


def test_stdin_rounds_on_demand_only(run) -> None:
    exact = KOZINKA | {"geometry": {"type": "Point", "coordinates": [35.60261234567, 50.46131234567]}}
    kept = run("distance", "-", stdin=json.dumps(exact)).json
    assert kept["geometry"] == exact["geometry"]
    rounded = run("distance", "-", "--precision", "2", stdin=json.dumps(exact)).json
    assert rounded["geometry"]["coordinates"] == [35.6, 50.46]
    assert rounded["properties"] == kept["properties"]


def test_stdin_in_chunks(run, monkeypatch: pytest.MonkeyPatch) -> None:
    points = [{"type": "Point", "coordinates": [35 + i / 100, 50.5]} for i in range(10)]
    text = "\n".join(json.dumps(point) for point in [LINE["geometry"], *points])
    whole = run("distance", "-", stdin=text)
    monkeypatch.setattr("geoloc.annotation.CHUNK", 1)
    assert run("distance", "-", stdin=text).out == whole.out
    assert len(whole.lines) == 11


@pytest.mark.parametrize("text", ["", "\n \n", "\ufeff"])
def test_stdin_empty(run, text: str) -> None:
    answer = run("distance", "-", stdin=text)
    assert (answer.code, answer.out) == (0, "")
    assert answer.err == "geoloc: standard input holds no features\n"


def test_stdin_null_geometries(run) -> None:
    features = [
        {"type": "Feature", "geometry": None, "properties": {}},
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": []}, "properties": {}},
        {"type": "Feature"},
    ]
    answer = run("distance", "-", stdin="\n".join(map(json.dumps, features)))
    assert [feature["properties"] for feature in answer.lines] == [NOWHERE] * 3
    assert answer.err == ("geoloc: 3 of 3 features have no position; their border_* are null, border_reason says so\n")


@pytest.mark.parametrize(
    "bad",
    [
        b'{"type": "Feature", "geometry": ',
        b"{]",
        b"[1, 2]",
        b"7",
        b"null",
        b"no JSON",
        b'{"type": "Topology"}',
        b'{"type": "FeatureCollection", "features": {}}',
        b'{"type": "FeatureCollection", "features": [7]}',
        b'{"type": "Feature", "geometry": {"type": "Blob"}, "properties": {}}',
        b'{"type": "Feature", "geometry": null, "properties": []}',
        b'{"type": "Point", "coordinates": [35, 150]}',
        b'{"type": "Point", "coordinates": [1e400, 5]}',
        b'{"type": "Point", "coordinates": [NaN, 5]}',
        b'{"type": "Point", "coordinates": [' + b"9" * 5000 + b", 5]}",
        b'{"type": "Point", "coordinates": ["35", "50"]}',
        b'{"type": "Point", "coordinates": [true, 5]}',
        b'{"type": "Point", "coordinates": [35]}',
        b'{"type": "Point"}',
        b"[" * 100_000,
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b'{"type": "\xff"}',
    ],
    ids=lambda bad: repr(bad[:40]),
)
def test_stdin_malformed(run, tmp_path: Path, bad: bytes) -> None:
    target = tmp_path / "out.geojsonl"
    target.write_text("before")
    good = json.dumps(KOZINKA).encode()
    run("distance", "-", "-o", target, stdin=good + b"\n\n" + bad + b"\n").failed(1, "standard input, line 3")
    run("distance", "-", "-o", target, stdin=bad).failed(1, "standard input, line 1")
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_stdin_malformed_deep_in_a_document(run) -> None:
    text = '{"type": "FeatureCollection",\n"features": [\n{"type": "Feature",, "geometry": null}]}'
    run("distance", "-", stdin=text).failed(1, "line 3")
    run("distance", "-", stdin=f'{RS}{json.dumps(KOZINKA)}\n{RS}{{\n"type" 1}}').failed(1, "line 3")


def test_stdin_stands_alone(run) -> None:
    run("distance", "-", "Kozinka").failed(2, "alone")


def test_each_point_has_its_own_nearest_border(run) -> None:
    answer = run("distance", "50.46,35.6", "46.0,26.0", "-f", "json")
    assert [row["border_id"] for row in answer.json] == ["RU-UA", "MD-RO"]
    assert "RU-UA, MD-RO" in answer.err
    assert "MD-RO" in run("distance", "50.46,35.6", "46.0,26.0").out


def test_not_a_number_is_no_point(run) -> None:
    run("distance", "nan,nan").failed(2, "nan,nan", "LAT,LON")


def feature_properties(run, geometry: Any, *arguments: str) -> dict[str, Any]:
    return run("distance", "-", "-b", "RU-UA", "-q", *arguments, stdin=json.dumps(geometry)).json["properties"]


def test_stdin_lines_and_polygons(run) -> None:
    square = {"type": "Polygon", "coordinates": [[[36, 50.6], [37, 50.6], [37, 51], [36, 51], [36, 50.6]]]}
    found = feature_properties(run, square)
    assert (found["border_touches"], found["border_side"], found["border_bearing"]) == (False, "RU", None)
    grid = [(50.6 + 0.01 * i, 36 + 0.025 * j) for i in range(41) for j in range(41)]
    distances = Border.load("RU-UA").distances_km(*zip(*grid, strict=True))
    assert found["border_km"] == found["border_nearest_km"] <= min(distances)
    assert found["border_km"] == pytest.approx(min(distances), abs=1)
    assert found["border_farthest_km"] == pytest.approx(max(distances), rel=0.01)
    around = {"type": "Polygon", "coordinates": [[[20, 40], [50, 40], [50, 60], [20, 60], [20, 40]]]}
    assert feature_properties(run, around)["border_touches"], "a polygon that holds the whole border meets it"
    several = {"type": "MultiPoint", "coordinates": [[35.6026, 50.4613], [36, 51]]}
    assert feature_properties(run, several)["border_km"] == 1.792
    bad = {"type": "LineString", "coordinates": [[35, 150], [36, 50]]}
    run("distance", "-", "-b", "RU-UA", stdin=json.dumps(bad)).failed(1, "line 1", "WGS 84")


def test_stdin_table(run) -> None:
    out = run("distance", "-", "-q", stdin="name;Latitude;lng\n=x;50.4613;35.6026\nnowhere;;\n").out
    header, first, second = csv.reader(io.StringIO(out), delimiter=";")
    assert header == [
        "name",
        "Latitude",
        "lng",
        "border_id",
        "border_km",
        "border_side",
        "border_bearing",
        "border_reason",
    ]
    assert first == ["=x", "50.4613", "35.6026", "RU-UA", "1.792", "RU", "225.7", ""]
    assert second == ["nowhere", "", "", "", "", "", "", "no-position"]
    table = "id,n,e\n7,50.4613,35.6026\n"
    named = run("distance", "-", "-q", "--lat", "n", "--lon", "e", "-f", "geojsonseq", stdin=table).lines
    assert named[0]["properties"]["id"] == "7" and has_relation(named[0])
    run("distance", "-", "--lat", "n", "--lon", "x", stdin=table).failed(1, "'x'", "line 1")
    run("distance", "-", stdin="lat,lon\n50.4,35\n50.4\n").failed(1, "line 3")
    run("distance", "-", stdin="lat,lon\n95,35\n").failed(1, "line 2", "degrees")


def test_stdin_plain_points(run) -> None:
    out = run("distance", "-", "-q", stdin="50.4613,35.6026\n\n50.4613 35.6026\n").out
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["lat"], row["lon"], row["border_km"]) for row in rows] == [("50.4613", "35.6026", "1.792")] * 2
    run("distance", "-", stdin="50.4613,35.6026\nKozinka\n").failed(1, "line 2", "LAT,LON")


def test_within(run) -> None:
    rows = run("distance", "Kozinka", "Belgorod", "-b", "RU-UA", "--within", "30km", "-f", "json").json
    assert [row["name"] for row in rows] == ["Kozinka"]
    lines = "50.4613,35.6026\n50.60343,36.58091\n"
    answer = run("distance", "-", "-b", "RU-UA", "--within", "2000m", stdin=lines)
    assert answer.out.count("\n") == 2 and "1 of 2 rows lie within 2 km" in answer.err
    collection = {"type": "FeatureCollection", "name": "raids", "features": [KOZINKA, LINE]}
    near = run("distance", "-", "-b", "RU-UA", "--within", "1", "-q", stdin=json.dumps(collection)).json
    assert near["name"] == "raids" and [f["geometry"]["type"] for f in near["features"]] == ["LineString"]
    run("distance", "Kozinka", "--within", "far").failed(2, "'far'", "30km")


def test_a_whole_country_and_divisions(run) -> None:
    row = run("distance", "Kozinka", "-b", "RU", "-q", "-f", "json").json[0]
    assert (row["border_id"], row["border"]["part"], row["border"]["side"]) == ("RU", "RU-UA", "RU")
    assert "RU-UA" in run("distance", "Kozinka", "-b", "RU", "-q").out
    coarse = run("distance", "Kozinka", "-b", "Belgorod/Kursk", "-q", "-f", "json").json[0]
    assert (coarse["border_id"], coarse["border"]["side"]) == ("RU-BEL/RU-KRS", "RU-BEL")
    assert coarse["border"]["uncertainty_km"] > 2


def test_a_long_run_of_digits_is_refused_at_once(run) -> None:
    assert run("distance", "-", "-b", "RU-UA", stdin="9" * 5000 + "\n").code == 1


def test_a_border_file_in_another_coordinate_system_is_refused(run, tmp_path) -> None:
    line = tmp_path / "line.geojson"
    text = '{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"%s"}},"features":[%s]}'
    feature = '{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[0,0],[100,0]]}}'
    line.write_text(text % ("urn:ogc:def:crs:EPSG::3857", feature))
    run("distance", "1,1", "-b", line).failed(1, "coordinate system")
    for name in ("urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326"):
        line.write_text(text % (name, feature))
        assert run("distance", "1,1", "-b", line).code == 0


def test_what_an_earlier_run_said_of_another_border_does_not_stay(run) -> None:
    point = '{"type":"Feature","geometry":{"type":"Point","coordinates":[36,50]},"properties":%s}'
    (feature,) = run(
        "distance", "-", "-b", "RU-UA", stdin=point % '{"border_part":"EE-RU","border_touches":true}'
    ).lines
    assert feature["properties"]["border_id"] == "RU-UA"
    assert not {"border_part", "border_touches"} & set(feature["properties"])


def test_why_an_area_has_no_distance(run) -> None:
    answer = run("distance", "Sahara", "-b", "RU-UA", "-f", "json")
    assert (answer.json[0]["border"], answer.json[0]["border_reason"]) == (None, "no-outline")
    assert "not bundled" in answer.err and "LAT,LON" in answer.err
    assert run("distance", "Sahara", "-q", "-f", "geojson").json["features"][0]["properties"]["border_reason"] == (
        "no-outline"
    )
    (row,) = csv.DictReader(io.StringIO(run("distance", "Sahara", "-q", "-f", "csv").out))
    assert row["border_reason"] == "no-outline"
    assert "no outline" in run("distance", "Sahara", "-q").out
    assert run("distance", "Iceland", "-q", "-f", "json").json[0]["border_reason"] == "no-border"
    assert run("distance", "Kozinka", "-q", "-f", "json").json[0]["border_reason"] is None


@pytest.mark.parametrize(
    ("name", "border"),
    [("Ukraine", "UA"), ("Belgorod Oblast", "RU-UA"), ("Texas", "MX-US"), ("Zakarpattia Oblast", "UA")],
)
def test_areas_alone_are_measured_to_the_border_that_they_touch(run, name: str, border: str) -> None:
    answer = run("distance", name, "-f", "json")
    (row,) = answer.json
    assert (row["border_id"], row["border"]["nearest_km"], row["border"]["touches"]) == (border, 0.0, True)
    assert "measured by its outline" in answer.err


@pytest.mark.parametrize(
    ("query", "admin1", "country"),
    [
        ("Paris, Texas", "Texas", "US"),
        ("Paris, TX", "Texas", "US"),
        ("Paris, Texas, USA", "Texas", "US"),
        ("Kozinka, Belgorod Oblast", "Belgorod Oblast", "RU"),
        ("Kozinka, Grayvoronsky District, Russia", "Belgorod Oblast", "RU"),
        ("Козинка, Белгородская область", "Belgorod Oblast", "RU"),
        ("New York, New York", "New York", "US"),
        ("Londonderry, UK", "Northern Ireland", "GB"),
    ],
)
def test_names_carry_what_they_lie_in(run, query: str, admin1: str, country: str) -> None:
    (row,) = run("distance", query, "-q", "-f", "json").json
    assert (row["query"], row["admin1"], row["country"]) == (query, admin1, country)


def test_no_such_name_there(run) -> None:
    run("distance", "Paris, Chad", "-q").failed(1, "Paris, Texas, US")


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(KOZINKA),
        json.dumps(KOZINKA["geometry"]),
        json.dumps({"type": "FeatureCollection", "features": [KOZINKA]}),
        "50.4613,35.6026\n",
        f"{RS}{json.dumps(KOZINKA)}\n",
    ],
)
def test_geojson_is_a_collection_always(run, text: str) -> None:
    collection = run("distance", "-", "-q", "-f", "geojson", stdin=text).json
    (feature,) = collection["features"]
    assert collection["type"] == "FeatureCollection" and has_relation(feature)
    nothing = run("distance", "-", "-q", "-f", "geojson", "--within", "1km", stdin=text).json
    assert nothing == {"type": "FeatureCollection", "features": []}


def test_geojson_of_nothing_is_an_empty_collection(run) -> None:
    answer = run("distance", "-", "-f", "geojson", stdin="")
    assert (answer.code, answer.json) == (0, {"type": "FeatureCollection", "features": []})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id;n;e\n7;50;35\n", ("line 1", "'id', 'n', 'e'", "--lat and --lon")),
        ("id,lat,e\n7,50,35\n", ("line 1", "no longitudes", "'e'")),
        ("\n95.1,35.6\n", ("line 2", "'95.1,35.6'", "swapped")),
        ("Kozinka\nBelgorod\n", ("line 1", "'Kozinka'", "LAT,LON", "geoloc distance NAME")),
        ("<kml></kml>", ("line 1", "XML", "ogr2ogr")),
        ("[1, 2]", ("line 1", "array", "jq")),
    ],
)
def test_stdin_that_is_no_table(run, text: str, words: tuple[str, ...]) -> None:
    run("distance", "-", stdin=text).failed(1, *words)


def test_columns_of_unusual_names(run) -> None:
    table = "id,%s,%s\n7,50.4613,35.6026\n"
    for names in (("geo_lat", "geo_lon"), ("GPS Latitude", "GPS Longitude"), ("Широта", "Долгота"), ("LAT_DD", "X")):
        (row,) = csv.DictReader(io.StringIO(run("distance", "-", "-q", stdin=table % names).out))
        assert row["border_km"] == "1.792", names
    twice = "start_lat,start_lon,end_lat,end_lon\n1,2,3,4\n"
    run("distance", "-", stdin=twice).failed(1, "start_lat", "--lat")


BOW_TIE = {"type": "Polygon", "coordinates": [[[36, 51], [37, 52], [37, 51], [36, 52], [36, 51]]]}
ODD_SHAPES: list[tuple[Any, bool]] = [
    (None, False),
    ({"type": "Polygon", "coordinates": []}, False),
    ({"type": "Polygon", "coordinates": [[]]}, False),
    ({"type": "MultiPoint", "coordinates": []}, False),
    ({"type": "GeometryCollection", "geometries": []}, False),
    (BOW_TIE, True),
    ({"type": "Polygon", "coordinates": [[[36, 51], [37, 52], [36, 51]]]}, True),
    ({"type": "Polygon", "coordinates": [[[36, 51]]]}, True),
    ({"type": "Polygon", "coordinates": [[[36, 51], [37, 51], [37, 52]]]}, True),
    ({"type": "Polygon", "coordinates": [[[36, 51], [37, 52], [38, 53], [36, 51]]]}, True),
    ({"type": "LineString", "coordinates": [[36, 51], [36, 51]]}, True),
    ({"type": "LineString", "coordinates": [[36, 51]]}, True),
    ({"type": "MultiPolygon", "coordinates": [[], [[[36, 51], [37, 51], [37, 52], [36, 51]]]]}, True),
    ({"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [36, 51]}, BOW_TIE]}, True),
]


def test_odd_shapes_do_not_stop_a_stream(run) -> None:
    shapes = [shape for shape, _ in ODD_SHAPES]
    lines = "".join(json.dumps({"type": "Feature", "geometry": s, "properties": {}}) + "\n" for s in shapes)
    answer = run("distance", "-", "-b", "RU-UA", stdin=lines)
    found = [feature["properties"] for feature in answer.lines]
    assert [row["border_km"] is not None for row in found] == [measured for _, measured in ODD_SHAPES]
    assert [row["border_reason"] for row in found] == [None if ok else "no-position" for _, ok in ODD_SHAPES]
    assert [feature["geometry"] for feature in answer.lines] == shapes
    assert answer.err.count("\n") == 1 and "5 of 14 features have no position" in answer.err
    km = Border.load("RU-UA").distances_km([51], [36])[0]
    assert found[10]["border_km"] == found[11]["border_km"] == pytest.approx(km, abs=2e-3)


def test_what_a_polygon_that_crosses_itself_encloses(run, tmp_path: Path) -> None:
    line = tmp_path / "line.geojson"
    line.write_text('{"type": "LineString", "coordinates": [[36.2, 51.45], [36.2, 51.55]]}')
    inside = run("distance", "-", "-b", line, "-q", stdin=json.dumps(BOW_TIE)).json["properties"]
    assert (inside["border_km"], inside["border_touches"]) == (0.0, True)
    line.write_text('{"type": "LineString", "coordinates": [[36.5, 51.1], [36.5, 51.2]]}')
    outside = run("distance", "-", "-b", line, "-q", stdin=json.dumps(BOW_TIE)).json["properties"]
    assert outside["border_km"] > 5 and not outside["border_touches"]


def test_shapes_together_are_measured_as_alone(run) -> None:
    shapes = [
        {"type": "Polygon", "coordinates": [[[x, 50], [x + 0.7, 50.2], [x + 0.3, 51.1], [x, 50]]]}
        for x in range(26, 44)
    ]
    alone = [feature_properties(run, shape) for shape in shapes]
    together = run("distance", "-", "-b", "RU-UA", "-q", stdin="\n".join(map(json.dumps, shapes))).lines
    assert [feature["properties"] for feature in together] == alone


def test_a_table_keeps_its_decimal_style(run) -> None:
    text = "имя;lat;lon\nКозинка;50,4613;35,6026\nцелые;50;36\nнигде;n/a;\n"
    answer = run("distance", "-", "-b", "RU-UA", stdin=text)
    rows = [line.split(";") for line in answer.out.splitlines()]
    assert rows[1] == ["Козинка", "50,4613", "35,6026", "RU-UA", "1,792", "RU", "225,7", ""]
    assert rows[2][:3] == ["целые", "50", "36"] and "," in rows[2][4]
    assert rows[3] == ["нигде", "n/a", "", "", "", "", "", "no-position"]
    assert answer.err == "geoloc: 1 of 3 rows have no position; their border_* are empty, border_reason says so\n"
    quoted = run("distance", "-", "-b", "RU-UA", "-q", stdin='lat,lon\n"50,4613","35,6026"\n').out
    assert next(csv.DictReader(io.StringIO(quoted)))["border_km"] == "1,792"
    plain = run("distance", "-", "-b", "RU-UA", "-q", stdin="50,4613;35,6026\n").out
    assert plain.splitlines()[1] == "50,4613;35,6026;RU-UA;1,792;RU;225,7;"


def test_a_table_keeps_its_header(run) -> None:
    added = "border_id,border_km,border_side,border_bearing,border_reason"
    assert run("distance", "-", "-q", stdin='"name, long",lat,lon\n').out == f'"name, long",lat,lon,{added}\n'
    all_quoted = run("distance", "-", "-q", stdin='"a","lat","lon"\n').out
    assert all_quoted.startswith('"a","lat","lon","border_id"')
    unnamed = "lat;lon;;\n50.4613;35.6026;x;y\n50.4613;35.6026;x;y;;\n"
    out = run("distance", "-", "-q", "-b", "RU-UA", stdin=unnamed).out
    assert out.splitlines()[0].startswith("lat;lon;;;border_id;")
    assert out.splitlines()[1] == out.splitlines()[2] == "50.4613;35.6026;x;y;RU-UA;1.792;RU;225.7;"
    again = run("distance", "-", "-q", "-b", "PL-UA", stdin=run("distance", "-", "-q", stdin="50.4613,35.6026").out).out
    assert again.count("border_id") == 1 and "PL-UA" in again and "RU-UA" not in again


def test_long_cells(run) -> None:
    long = "x" * 200_000
    out = run("distance", "-", "-q", "-b", "RU-UA", stdin=f"note,lat,lon\n{long},50.4613,35.6026\n").out
    assert long in out and "1.792" in out


def test_cells_of_degrees_and_minutes(run) -> None:
    out = run("distance", "-", "-q", "-b", "RU-UA", stdin="lat;lon\n50°27'40.7\"N;35°36'09.4\"E\n").out
    assert next(csv.DictReader(io.StringIO(out), delimiter=";"))["border_km"] == "1.793"


@pytest.mark.parametrize("where", ["collection", "feature", "geometry"])
def test_another_coordinate_system_is_refused(run, where: str) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    values: dict[str, dict[str, Any]] = {
        "collection": {"type": "FeatureCollection", "features": [KOZINKA]},
        "feature": KOZINKA,
        "geometry": KOZINKA["geometry"],
    }
    run("distance", "-", stdin=json.dumps(values[where] | {"crs": crs})).failed(1, "EPSG::3857", "WGS 84", "ogr2ogr")
    crs["properties"] = {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}
    assert run("distance", "-", "-q", stdin=json.dumps(values[where] | {"crs": crs})).code == 0


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8-sig", None), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("cp1251", "cp1251")],
)
def test_a_table_in_any_encoding(run, encoding: str, said: str | None) -> None:
    rows = "".join(f"{number};Село Козинка Грайворонского района;50.4613;35.6026\n" for number in range(5))
    answer = run("distance", "-", "-b", "RU-UA", stdin=f"id;название;lat;lon\n{rows}".encode(encoding))
    first = next(csv.DictReader(io.StringIO(answer.out), delimiter=";"))
    assert (first["id"], first["название"]) == ("0", "Село Козинка Грайворонского района")
    assert answer.err == (f"geoloc: standard input: no UTF-8, read as {said}\n" if said else "")


def test_an_encoding_that_shows_late(run) -> None:
    head = "name,lat,lon\n" + "plain,50.4613,35.6026\n" * 5000
    text = head.encode() + "Село Козинка Грайворонского района,50.4613,35.6026\n".encode("cp1251")
    out = run("distance", "-", "-q", "-b", "RU-UA", stdin=text).out
    assert "Село Козинка Грайворонского района" in out
    mixed = "имя,lat,lon\n".encode() + "Село,50,36\n".encode("cp1251")
    run("distance", "-", stdin=mixed).failed(1, "line 2", "UTF-8")


def test_what_is_within(run) -> None:
    answer = run("distance", "-", "-b", "RU-UA", "--within", "30km", stdin=f"{json.dumps(KOZINKA)}\n{json.dumps(LINE)}")
    assert answer.err == "geoloc: 2 of 2 features lie within 30 km\n"


def test_cells_stay_to_the_letter(run) -> None:
    rows = ['"x"\t5" gun\t50.4613\t35.6026', '"two\nlines"\t\t50.4613\t35.6026']
    text = "id\tnote\tlat\tlon\n" + "".join(f"{row}\r\n" for row in rows)
    out = run("distance", "-", "-q", "-b", "RU-UA", stdin=text).out
    assert out.split("\n", 1)[1] == "".join(f"{row}\tRU-UA\t1.792\tRU\t225.7\t\n" for row in rows)


def test_what_is_packed_is_refused(run) -> None:
    import gzip

    run("distance", "-", stdin=gzip.compress(b"lat,lon\n50,36\n" * 1000)).failed(1, "binary", "gzip -dc")


def test_near_takes_a_name_with_its_state(run) -> None:
    answer = run("resolve", "-", "--near", "Paris, Texas", "-q", "-f", "json", stdin="A storm hit Paris at noon.")
    assert [place["admin1"] for place in answer.json["places"]] == ["Texas"]
    run("resolve", "-", "--near", "Paris, Chad", stdin="x").failed(2, "--near", "Paris, Chad")


def test_shapes_of_many_corners_in_small_chunks(run, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = [[36 + 0.001 * i, 51 + 0.01 * (i % 2)] for i in range(300)]
    shapes = [
        {"type": "LineString", "coordinates": ring},
        {"type": "GeometryCollection", "geometries": [LINE["geometry"]]},
    ]
    text = "\n".join(map(json.dumps, shapes * 3))
    whole = run("distance", "-", "-q", "-b", "RU-UA", stdin=text).out
    monkeypatch.setattr("geoloc.annotation.CHUNK", 2)
    monkeypatch.setattr("geoloc.borders.areas._MOST_VERTICES", 10)
    assert run("distance", "-", "-q", "-b", "RU-UA", stdin=text).out == whole


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("Козинка", "cp1251"), ("Київ", "cp1251"), ("Сумы", "koi8_r"), ("Köln", "latin-1"), ("Łódź", "cp1250")],
)
def test_one_word_shows_the_encoding_of_a_table(run, name: str, encoding: str) -> None:
    out = run("distance", "-", "-q", "-b", "RU-UA", stdin=f"name;lat;lon\n{name};50.4;35.6\n".encode(encoding)).out
    assert next(csv.DictReader(io.StringIO(out), delimiter=";"))["name"] == name
