"""``geoloc evaluate`` from outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

TEXT = "Shelling was heard near Grayvoron in Russia. She left Kyiv for Germany, she said."
PLACES = {
    "Grayvoron": (559034, 50.47893, 35.68087),
    "Russia": (2017370, 60.0, 100.0),
    "Kyiv": (703448, 50.45466, 30.5238),
}


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    toponyms = [
        {"start": TEXT.index(n), "end": TEXT.index(n) + len(n), "name": n, "geonameid": i, "lat": lat, "lon": lon}
        for n, (i, lat, lon) in PLACES.items()
    ]
    path = tmp_path / "gold.jsonl"
    rows = [
        {"id": "a", "lang": "en", "text": TEXT, "toponyms": toponyms},
        {"id": 2, "text": "Nothing.", "toponyms": []},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_three_figures_apart(run, gold) -> None:
    answer = run("evaluate", gold, "-f", "json", "--errors", "2")
    report = answer.json
    assert (report["docs"], report["recognition"]["gold"]) == (2, 3)
    assert report["recognition"]["exact"]["r"] == 1.0
    assert report["resolution"]["acc161"] == report["end_to_end"]["acc161"] == 1.0
    assert {row["kind"]: row["gold"] for row in report["kinds"]} == {"populated-place": 2, "country": 1}
    assert [(e["error"], e["text"]) for e in report["errors"]] == [("spurious", "Germany")]
    assert "left Kyiv for [Germany]" in report["errors"][0]["context"]


def test_the_output_of_batch_is_judged_like_geoloc_itself(run, gold, tmp_path) -> None:
    out = tmp_path / "out.jsonl"
    assert run("batch", gold, "-o", out, "-b", "none").code == 0
    of_batch = run("evaluate", gold, "--predicted", out, "-f", "json").json
    itself = run("evaluate", gold, "-f", "json").json
    assert of_batch["resolution"] is None
    assert of_batch["recognition"] == itself["recognition"] and of_batch["end_to_end"] == itself["end_to_end"]


def test_table(run, gold) -> None:
    answer = run("evaluate", gold, "--errors", "1")
    assert answer.code == 0
    assert "end to end" in answer.out and "spurious: Germany; document a" in answer.out


def test_missing_predictions_are_told(run, gold, tmp_path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    assert "2 of 2" in run("evaluate", gold, "--predicted", empty).err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", ["no documents"]),
        ("{}\n", ["line 1", '"id"']),
        ('{"id": 1, "text": "x"}\n', ["line 1", '"toponyms"']),
        ('\n{"id": 1, "text": "x", "toponyms": [{"start": 0, "end": 9}]}\n', ["line 2", "behind the text"]),
        ('{"id": 1, "text": "x", "toponyms": [{"start": 1, "end": 1}]}\n', ["line 1", '"start" before "end"']),
        ('{"id": 1, "text": "x", "toponyms": []}\n' * 2, ["line 2", "again"]),
        ("not json\n", ["line 1", "JSON"]),
        ('{"id": 1, "text": "x", "toponyms": [{"start": false, "end": true}]}\n', ["line 1", "span"]),
        ('{"id": 1, "text": "x", "toponyms": [{"start": 0.0, "end": 1.0}]}\n', ["line 1", "span"]),
        ('{"id": 1, "text": "x", "toponyms": [], "ignore": 3}\n', ["line 1", '"ignore"', "list"]),
        ('{"id": 1, "text": "x", "toponyms": [], "lang": 3}\n', ["line 1", '"lang"', "string"]),
        ('{"id": 1, "text": "x", "toponyms": [], "title": ["x"]}\n', ["line 1", '"title"', "string"]),
    ],
)
def test_bad_gold(run, tmp_path, content, words) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(content, encoding="utf-8")
    run("evaluate", path).failed(1, *words)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"lat": 50.4}, ['without "lon"']),
        ({"lat": "north", "lon": 30}, ['"lat"', "number"]),
        ({"lat": 50.4, "lon": 181}, ['"lon"', "180"]),
        ({"lat": True, "lon": 30}, ['"lat"', "number"]),
        ({"geonameid": "GB-x"}, ['"geonameid"', "integer"]),
        ({"geonameid": 1.5}, ['"geonameid"', "integer"]),
    ],
)
def test_bad_points_and_ids(run, tmp_path, wrong, words) -> None:
    path = tmp_path / "gold.jsonl"
    row = {"id": 1, "text": "Kyiv", "toponyms": [{"start": 0, "end": 4, **wrong}]}
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    run("evaluate", path).failed(1, "line 1", *words)


def test_bad_usage(run, gold, tmp_path) -> None:
    run("evaluate", tmp_path / "none.jsonl").failed(1, "no such file")
    run("evaluate", gold, "--demonyms", "maybe").failed(2, "count or skip")
    run("evaluate", gold, "-f", "csv").failed(2, "table or json")
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id": "a", "mentions": [{"start": 0, "end": 3, "place": 4}], "places": []}\n')
    run("evaluate", gold, "--predicted", bad).failed(1, "line 1", "point into")
