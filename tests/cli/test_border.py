"""geoloc border list, show and export."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


def test_list(run) -> None:
    rows = run("border", "list", "-f", "json").json
    assert len(rows) >= 325
    (row,) = [row for row in rows if row["id"] == "RU-UA"]
    assert row["length_km"] == pytest.approx(1983, abs=2)
    assert (row["name"], row["countries"], row["parts"], row["vertices"]) == ("Russia–Ukraine", ["RU", "UA"], 6, 5695)
    table = run("border", "list").out.splitlines()
    assert table[0].split() == ["id", "name", "length_km", "parts", "vertices", "same_as"]
    assert len(table) == len(rows) + 1
    assert len(run("border", "list", "-f", "jsonl").lines) == len(rows)
    assert run("border", "list", "-f", "csv").out.startswith(
        "id,name,countries,length_km,parts,gaps,vertices,bbox,same_as\n"
    )


def test_list_of_a_country(run) -> None:
    ids = [row["id"] for row in run("border", "list", "--country", "ua", "-f", "json").json]
    assert ids == ["BY-UA", "HU-UA", "MD-UA", "PL-UA", "RO-UA", "RU-UA", "SK-UA"]
    run("border", "list", "--country", "AU").failed(2, "'AU'")


def test_list_as_a_map(run) -> None:
    features = run("border", "list", "--country", "SK", "-f", "geojson").json["features"]
    assert [feature["properties"]["id"] for feature in features] == ["AT-SK", "CZ-SK", "HU-SK", "PL-SK", "SK-UA"]
    assert {feature["geometry"]["type"] for feature in features} == {"MultiLineString"}
    assert run("border", "list", "--country", "SK", "-f", "geojsonseq").lines == features


def test_show(run) -> None:
    facts = run("border", "show", "ua-ru", "-f", "json").json
    assert set(facts) == {"id", "name", "countries", "length_km", "error_km", "parts", "gaps", "vertices", "bbox"} | {
        "source", "licence", "attribution", "version", "disputed", "one_reading",
    }  # fmt: skip
    assert (facts["id"], facts["licence"]) == ("RU-UA", "ODbL 1.0")
    assert "OpenStreetMap contributors" in facts["attribution"]
    table = run("border", "show", "RU-UA").out
    assert "Russia–Ukraine" in table and "ODbL" in table
    assert run("border", "show", "RU-UA", "-f", "geojson").json["features"][0]["id"] == "RU-UA"


def test_show_a_file(run, tmp_path: Path) -> None:
    path = tmp_path / "line.geojson"
    path.write_text('{"type": "LineString", "coordinates": [[35, 50], [36, 50]]}')
    facts = run("border", "show", path, "-f", "json").json
    assert (facts["countries"], facts["parts"], facts["licence"]) == (None, 1, None)
    assert facts["length_km"] == pytest.approx(71.7, abs=0.1)


@pytest.mark.parametrize("command", ["show", "export"])
def test_unknown(run, tmp_path: Path, command: str) -> None:
    run("border", command, "RU-XX").failed(2, "RU-XX", "geoloc border list")
    run("border", command, tmp_path / "no.geojson").failed(1, "no such file")


def test_export(run, tmp_path: Path) -> None:
    collection = run("border", "export", "RU-UA").json
    (feature,) = collection["features"]
    assert collection["type"] == "FeatureCollection" and len(collection["bbox"]) == 4
    assert feature["geometry"]["type"] == "MultiLineString"
    lines = feature["geometry"]["coordinates"]
    assert len(lines) == 11 and sum(map(len, lines[:6])) == 5695, "six parts, then five gaps closed"
    assert feature["properties"]["attribution"]
    assert run("border", "export", "RU-UA", "-f", "geojsonseq").lines == [feature]
    assert run("border", "export", "RU-UA", "--rs").out.startswith("\x1e")
    coarse = run("border", "export", "RU-UA", "--precision", "2", "--compact").out
    assert len(coarse) < 150_000
    for name in ("b.geojson", "b.json"):
        assert run("border", "export", "RU-UA", "-o", tmp_path / name).out == ""
        assert json.loads((tmp_path / name).read_text("utf-8")) == collection
    run("border", "export", "RU-UA", "-f", "csv").failed(2, "geojsonseq")


def test_export_can_be_measured_to(run, tmp_path: Path) -> None:
    path = tmp_path / "b.geojson"
    run("border", "export", "RU-UA", "-o", path)
    row = run("distance", "50.4613,35.6026", "-b", path, "-f", "json").json[0]
    assert row["border"]["distance_km"] == pytest.approx(1.792, abs=0.002)


def test_disputed_ground_is_shown(run) -> None:
    facts = run("border", "show", "RU-UA", "-f", "json").json
    assert facts["disputed"] == "Crimea, 25,878 km²: UA; --worldview RU: RU"
    assert run("border", "show", "AT-CH", "-f", "json").json["disputed"] is None
    assert run("border", "show", "RU-UA", "--worldview", "RU", "-f", "json").json["parts"] == 7
    run("border", "show", "RU-UA", "--worldview", "FR").failed(2, "'FR'")


def test_ground_with_one_reading_is_shown(run) -> None:
    golan = run("border", "show", "IL-SY", "-f", "json").json["one_reading"]
    assert golan[0] == "Golan Heights: IL; claimed by IL, SY, held by Israel"
    kashmir = run("border", "show", "IN-PK").out
    assert "one_reading  Jammu, Kashmir valley and Ladakh: IN" in kashmir and "\n             Siachen" in kashmir
    assert "Abkhazia" in run("border", "show", "GE", "-f", "json").json["one_reading"][0]
    assert "Bir Tawil: in no polygon; claimed by nobody" in run("border", "show", "EG-SD").out
    assert run("border", "show", "AT-CH", "-f", "json").json["one_reading"] is None


def test_an_idle_worldview_is_said(run, tmp_path: Path) -> None:
    text = tmp_path / "a.txt"
    text.write_text("Shells fell on Kharkiv and Belgorod.")
    assert "moves no line of FI-RU" in run("resolve", text, "-b", "FI-RU", "--worldview", "RU").err
    assert "moves no line" not in run("resolve", text, "-b", "RU-UA", "--worldview", "RU").err
    for arguments, stdin in ((("60.5,29",), None), (("-",), "60.5,29\n")):
        said = run("distance", *arguments, "-b", "FI-RU", "--worldview", "RU", stdin=stdin).err
        assert "moves no line of FI-RU" in said
    for id, worldview in (("FI-RU", "RU"), ("RU-UA", "ua")):
        for command in ("show", "export"):
            result = run("border", command, id, "--worldview", worldview)
            assert result.err.splitlines() == [
                f"geoloc: --worldview {worldview.upper()} moves no line of {id}; see: geoloc border show"
            ]
    assert run("border", "show", "RU-UA", "--worldview", "RU").err == ""


def test_list_says_which_lines_are_the_same(run) -> None:
    rows = {row["id"]: row for row in run("border", "list", "--country", "FR", "-f", "json").json}
    same = {id: row["same_as"] for id, row in rows.items() if row["same_as"]}
    assert same == {"BR-FR": "BR-GF", "FR-SR": "GF-SR", "FR-NL": "MF-SX", "FR-SX": "MF-SX"}
    lines = {row["same_as"] or id: row["length_km"] for id, row in rows.items()}
    assert run("border", "show", "FR", "-f", "json").json["length_km"] == pytest.approx(sum(lines.values()), abs=0.1)


def test_export_of_a_zone(run) -> None:
    (feature,) = run("border", "export", "RU-UA", "--buffer", "30km").json["features"]
    assert feature["geometry"]["type"] == "MultiPolygon"
    assert (feature["properties"]["id"], feature["properties"]["buffer_km"]) == ("RU-UA", 30)
    run("border", "export", "RU-UA", "--buffer", "wide").failed(2, "30km")
    run("border", "export", "RU-UA", "--buffer", "0").failed(2, "zone")
