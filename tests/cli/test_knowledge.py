"""What the user and the outlet know of where a text plays, through the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SPRINGFIELD = "Firefighters in Springfield saved the barn."


@pytest.fixture
def records(tmp_path: Path) -> Path:
    texts = [f"The council of {town}, Ohio, met on Tuesday." for town in ("Dayton", "Cincinnati", "Columbus", "Toledo")]
    rows = [{"id": i, "source": "The Ohio Lamp", "text": text} for i, text in enumerate([*texts, SPRINGFIELD])]
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def division(record: dict) -> str | None:
    places = {place["name"]: place["admin1"] for place in record["places"]}
    return places.get("Springfield")


def test_the_other_records_of_an_outlet_count(run, records: Path) -> None:
    options = ("-b", "none", "--min-confidence", "0")
    assert division(run("batch", str(records), *options).lines[-1]) == "Ohio"
    assert division(run("batch", str(records), "--outlets", "off", *options).lines[-1]) != "Ohio"


def test_stored_outlets(run, records: Path, tmp_path: Path) -> None:
    stored, article = tmp_path / "outlets.json", tmp_path / "article.txt"
    assert run("batch", str(records), "-b", "none", "--save-outlets", str(stored)).code == 0
    article.write_text(SPRINGFIELD, "utf-8")
    options = ("-b", "none", "-f", "jsonl", "--min-confidence", "0")
    known = run("resolve", str(article), "--outlets", str(stored), "--outlet", "The Ohio Lamp", *options)
    assert division(known.lines[0]) == "Ohio"
    assert run("resolve", str(article), "--outlet", "The Ohio Lamp", *options).code == 2
    stored.write_text("[]", "utf-8")
    broken = run("resolve", str(article), "--outlets", str(stored), *options)
    assert broken.code == 1 and "--save-outlets" in broken.err


def test_workers_pool_alike(run, records: Path) -> None:
    one = run("batch", str(records), "-b", "none").out
    assert run("batch", str(records), "-b", "none", "--workers", "2").out == one


@pytest.mark.parametrize(
    ("option", "value", "wanted"),
    [
        ("--near", "42.1,-72.6", "Massachusetts"),
        ("--near", "Columbus", "Ohio"),
        ("--bbox", "-94,36.5,-92.5,38", "Missouri"),
        ("--country", "CA", None),
    ],
)
def test_priors(run, tmp_path: Path, option: str, value: str, wanted: str | None) -> None:
    article = tmp_path / "article.txt"
    article.write_text(SPRINGFIELD, "utf-8")
    answer = run("resolve", str(article), "-b", "none", "-f", "jsonl", "--min-confidence", "0", option, value)
    (place,) = answer.lines[0]["places"]
    assert place["admin1"] == wanted if wanted else place["country"] == value


@pytest.mark.parametrize(("option", "value"), [("--country", "Kenya"), ("--bbox", "1,2,3"), ("--near", "95,200")])
def test_bad_priors(run, tmp_path: Path, option: str, value: str) -> None:
    article = tmp_path / "article.txt"
    article.write_text(SPRINGFIELD, "utf-8")
    assert run("resolve", str(article), option, value).code == 2


def test_explain_in_table_and_json(run, tmp_path: Path) -> None:
    article = tmp_path / "article.txt"
    article.write_text("It rained in Paris, Texas, all week.", "utf-8")
    table = run("resolve", str(article), "-b", "none", "--explain").out
    assert "+ " in table and "Texas" in table and "    or Paris, " in table
    (record,) = run("resolve", str(article), "-b", "none", "--explain", "-f", "jsonl").lines
    paris = next(place for place in record["places"] if place["name"] == "Paris")
    assert paris["for"] and all(other["for"] or other["against"] for other in paris["alternatives"])
