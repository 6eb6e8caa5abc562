"""The texts that the project wrote itself; floors a little below what is measured."""

import json
from pathlib import Path

import pytest

from geoloc.reading import document_from_record

CORPUS = Path(__file__).parents[1] / "corpus" / "borders.jsonl"


@pytest.fixture(scope="module")
def parsed(geoparser):
    records = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]
    return [(record, geoparser.parse(document_from_record(record))) for record in records]


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_places_are_found_and_right(parsed, language):
    right = gold = 0
    for record, result in parsed:
        if record["lang"] == language:
            spans = {(m.start, m.end): m for m in result.mentions if m.place is not None}
            for toponym in record["toponyms"]:
                if toponym["kind"] == "place" and toponym["geonameid"]:
                    gold += 1
                    mention = spans.get((toponym["start"], toponym["end"]))
                    right += bool(mention) and result.places[mention.place].geonameid == toponym["geonameid"]
    assert right / gold > 0.83


def test_borders_are_chosen_right(parsed):
    right = sum(bool(result.border) and result.border.id == record["border"] for record, result in parsed)
    assert right >= len(parsed) - 1


def test_recognition(parsed):
    found = right = gold = 0
    for record, result in parsed:
        spans = {(t["start"], t["end"]) for t in record["toponyms"]}
        mine = {(m.start, m.end) for m in result.mentions}
        found, right, gold = found + len(mine), right + len(mine & spans), gold + len(spans)
    assert 2 * right / (found + gold) > 0.91
