"""geoloc lookup and geoloc gazetteer."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest


def test_json(run) -> None:
    answer = run("lookup", "Kozinka", "-f", "json")
    assert (answer.code, answer.err) == (0, "")
    first = answer.json[0]
    assert (first["query"], first["geonameid"], first["name"], first["country"]) == ("Kozinka", 543229, "Kozinka", "RU")
    assert (first["lat"], first["lon"]) == pytest.approx((50.4613, 35.6026), abs=1e-3)
    assert 0 < first["score"] <= 1


@pytest.mark.parametrize("name", ["Graivoron", "Hraivoron", "Grajvoron", "Грайворон", "Грайвороне", "GRAYVORON"])
def test_spellings(run, name: str) -> None:
    assert run("lookup", name, "-f", "json").json[0]["geonameid"] == 559034


def test_limit(run) -> None:
    assert len(run("lookup", "Paris", "-n", "3", "-f", "jsonl").lines) == 3
    run("lookup", "Paris", "-n", "0").failed(2, "--limit")


def test_formats(run, tmp_path: Path) -> None:
    table = run("lookup", "Kozinka", "Paris").out
    assert table.startswith("Query") and "543229" in table
    rows = list(csv.DictReader(io.StringIO(run("lookup", "Kozinka", "-f", "csv").out)))
    assert rows[0]["geonameid"] == "543229"
    feature = run("lookup", "Kozinka", "-f", "geojson").json["features"][0]
    assert feature["geometry"]["coordinates"] == pytest.approx([35.6026, 50.4613], abs=1e-3)
    sequence = run("lookup", "Kozinka", "-f", "geojsonseq", "--rs").out
    assert sequence.startswith("\x1e{")
    assert run("lookup", "Kozinka", "-o", tmp_path / "k.json").out == ""
    assert (tmp_path / "k.json").read_text("utf-8").startswith("[")


def test_nothing_found(run) -> None:
    answer = run("lookup", "Qqqqzzzx", "Kozinka", "-f", "json")
    assert answer.code == 0
    assert answer.err == "geoloc: 'Qqqqzzzx': nothing in the gazetteer comes near it\n"
    assert {row["query"] for row in answer.json} == {"Kozinka"}
    nothing = run("lookup", "Qqqqzzzx", "-q", "--fail-empty", "-f", "json")
    assert (nothing.code, nothing.err, nothing.json) == (3, "", [])
    assert run("lookup", "Qqqqzzzx", "-f", "geojson").json["features"] == []
    assert run("lookup", "", "   ").code == 0
    assert run("lookup", "Kozinka", "--fail-empty").code == 0


def test_names_from_stdin(run) -> None:
    rows = run("lookup", "-", "-n", "1", "-f", "json", stdin="Kozinka\r\n\nГрайворон\n".encode()).json
    assert [row["geonameid"] for row in rows] == [543229, 559034]
    assert run("lookup", "-", "-f", "json").json == []


@pytest.mark.parametrize("name", ["\x1b[31m", "a" * 5000, "\udce9", "%s{}", "\0", "😀", "'; --"])
def test_odd_names(run, name: str) -> None:
    assert run("lookup", name).code == 0


def test_gazetteer_info(run) -> None:
    facts = run("gazetteer", "info", "-f", "json").json
    assert facts["rows"] == sum(facts["kinds"].values()) > 280_000
    assert facts["kinds"]["populated-place"] > 230_000
    assert facts["licence"] and "GeoNames" in facts["attribution"]
    assert Path(facts["path"]).is_dir() and facts["size_mb"] > 1
    table = run("gazetteer", "info").out
    assert "rows of populated-place" in table and facts["path"] in table


def test_gazetteer_list(run) -> None:
    (row,) = run("gazetteer", "list", "-f", "json").json
    assert row["name"] == "bundled"
    assert "bundled" in run("gazetteer", "list").out
    assert run("gazetteer", "list", "-f", "csv").out.startswith("name,version,rows")
    run("gazetteer", "list", "-f", "geojson").failed(2, "no position")
