"""json and jsonl: the keys of DESIGN §4, word for word, and text that no encoder likes."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import geoloc.writing as writing
from geoloc.errors import FormatError, UsageError
from geoloc.model import BorderChoice, Document, Result
from geoloc.writing import WriteOptions, render, write

TOP_KEYS = "id source outlet title date language border focus mentions places".split()
MENTION_KEYS = "start end text kind embedded place confidence context reason".split()
PLACE_KEYS = (
    "id geonameid name kind feature_code country admin1 admin2 lat lon population geo_precision "
    "confidence mentions border border_reason layer"
).split()
BORDER_KEYS = "distance_km uncertainty_km side nearest bearing".split()
CANDIDATE_KEYS = (
    "match score id geonameid name kind feature_code country admin1 admin2 lat lon population layer near_km"
).split()


def loaded(result: Any, format: str = "json", **options: Any) -> Any:
    return json.loads(write(result, format, **options))


def test_the_keys_are_those_of_the_design_in_that_order(make: Any) -> None:
    document = loaded(make.raid())
    assert list(document) == TOP_KEYS
    assert list(document["border"]) == ["id", "name", "chosen"]
    assert list(document["focus"]) == ["place", "country"]
    assert all(list(mention) == MENTION_KEYS for mention in document["mentions"])
    assert all(list(place) == PLACE_KEYS for place in document["places"])
    assert list(document["places"][1]["border"]) == BORDER_KEYS


def test_text_and_alternatives_come_only_when_asked_for(make: Any) -> None:
    document = loaded(make.raid(), with_text=True, explain=True)
    assert list(document) == [*TOP_KEYS[:6], "text", *TOP_KEYS[6:]]
    assert document["text"].startswith("Russian troops")
    assert all(list(place) == [*PLACE_KEYS, "alternatives", "for", "against"] for place in document["places"])
    assert document["places"][0]["alternatives"] == []
    (alternative,) = document["places"][1]["alternatives"]
    assert list(alternative) == [*CANDIDATE_KEYS, "for", "against"]
    assert (alternative["match"], alternative["score"]) == ("fuzzy", 0.412)


def test_values_are_rounded_as_the_design_says(make: Any) -> None:
    _, town, village = loaded(make.raid())["places"]
    assert village["border"] == {
        "distance_km": 1.792,
        "uncertainty_km": 0.5,
        "side": "RU",
        "nearest": [50.451212, 35.582999],
        "bearing": 231.5,
    }
    assert (village["lat"], village["lon"], village["geo_precision"]) == (50.4613, 35.6026, 1)
    assert (town["confidence"], town["mentions"]) == (0.951, [1, 4, 5])
    assert town["border"]["bearing"] == 0.0, "359.97 rounds to north, not to 360"


def test_every_mention_is_listed(make: Any) -> None:
    result = make.raid()
    mentions = loaded(result, kinds=frozenset({"country"}))["mentions"]
    assert [mention["text"] for mention in mentions] == [mention.text for mention in result.mentions]
    assert [mention["kind"] for mention in mentions].count("demonym") == 2
    assert mentions[4]["embedded"] is True
    assert (mentions[3]["place"], mentions[3]["reason"]) == (None, "not-in-gazetteer")


def test_an_area_has_no_border_distance(make: Any) -> None:
    russia = loaded(make.raid())["places"][0]
    assert (russia["geo_precision"], russia["border"], russia["border_reason"]) == (3, None, "no-outline")


def test_a_place_without_a_position_or_bearing(make: Any) -> None:
    place = loaded(make.one(lat=None, lon=None))["places"][0]
    assert (place["lat"], place["lon"]) == (None, None)
    place = loaded(make.one(border=make.relation(0.0, bearing=None, side=None)))["places"][0]
    assert (place["border"]["bearing"], place["border"]["side"]) == (None, None)


def test_not_a_number_never_reaches_the_file(make: Any) -> None:
    bad = make.one(lat=float("nan"), confidence=float("inf"), border=make.relation(float("inf")))
    place = loaded(bad)["places"][0]
    assert (place["lat"], place["lon"], place["confidence"], place["border"]["distance_km"]) == (None,) * 4
    with pytest.raises(FormatError, match="cannot be written as JSON"):
        write(Result(Document("", id=float("nan"))))


def test_empty_result() -> None:
    assert loaded(Result(Document(""))) == dict.fromkeys(TOP_KEYS) | {"mentions": [], "places": []}


@pytest.mark.parametrize("identifier", [7, "7", None, 1.5, {"a": [1]}])
def test_id_is_echoed_unchanged(identifier: object) -> None:
    echoed = loaded(Result(Document("", id=identifier)), "jsonl")["id"]
    assert echoed == identifier
    assert type(echoed) is type(identifier)


@pytest.mark.parametrize("indent", [None, 0, 2])
@pytest.mark.parametrize("compact", [False, True])
def test_an_object_for_one_and_an_array_for_several(make: Any, indent: int | None, compact: bool) -> None:
    options: dict[str, Any] = {"indent": indent, "compact": compact}
    one, other, third = make.raid("a"), make.raid("b"), make.one()
    assert loaded(one, **options)["source"] == "a"
    assert loaded([one], **options) == loaded(one)
    assert loaded(iter([one, other, third]), **options) == [loaded(result) for result in (one, other, third)]
    assert loaded([], **options) == []
    assert write([], **options) == "[]\n"


def test_indented_and_compact_are_what_json_itself_would_give(make: Any) -> None:
    text = write([make.raid("a"), make.raid("b")], indent=2)
    assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"
    text = write(make.raid(), compact=True)
    assert text == json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":")) + "\n"


def test_jsonl_is_one_object_a_line_whatever_the_options(make: Any) -> None:
    text = write([make.raid("a"), make.one("x\ny\u2028z\u0085")], "jsonl", indent=2)
    assert len(text.splitlines()) == 2, "readers that split on Unicode line ends must not be misled"
    assert json.loads(text.splitlines()[1])["places"][0]["name"] == "x\ny\u2028z\u0085"


def test_jsonl_streams(make: Any) -> None:
    def results() -> Any:
        yield make.raid()
        raise AssertionError("asked for more than one")

    assert json.loads(next(render(results(), "jsonl")))["id"] == 7


def test_hostile_text_stays_harmless_and_offsets_stay_right(make: Any) -> None:
    text = write(make.one("a\ud800b\x9b31mשלום\x1b[0m"))
    assert not any("\x7f" <= char <= "\x9f" or (char < " " and char != "\n") for char in text)
    assert json.loads(text)["places"][0]["name"] == "a\ufffdb\x9b31mשלום\x1b[0m"
    assert "שלום" in text, "letters are not escaped"


@given(st.text(alphabet=st.characters(), max_size=30))
def test_any_text_can_be_encoded_and_read_back(make: Any, name: str) -> None:
    raw = write(make.one(name), indent=1).encode("utf-8")
    back = json.loads(raw)["places"][0]["name"]
    assert len(back) == len(name)
    assert back == "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in name)


def test_given_border(make: Any) -> None:
    result = dataclasses.replace(make.raid(), border=BorderChoice("x.geojson", "my line", "given"), focus=None)
    document = loaded(result)
    assert document["border"] == {"id": "x.geojson", "name": "my line", "chosen": "given"}
    assert document["focus"] is None


@pytest.mark.parametrize("format", writing.FORMATS)
def test_bytes_are_deterministic_and_end_in_a_line_end(make: Any, format: str) -> None:
    text = write([make.raid(), make.one()], format)
    same = text == write([make.raid(), make.one()], format)
    assert same
    if format in writing.BINARY_FORMATS:
        assert isinstance(text, bytes)
        return
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize("format", ["pdf", "xml", ""])
def test_unknown_format_is_refused_at_once(make: Any, format: str) -> None:
    with pytest.raises(UsageError, match="known are table, json, jsonl, geojson, geojsonseq, csv"):
        render([make.raid()], format)


@pytest.mark.parametrize(
    "bad", [{"precision": 9}, {"precision": -1}, {"indent": -1}, {"per": "word"}, {"kinds": {"town"}}, {"width": 3}]
)
def test_options_that_no_format_can_honour(bad: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        WriteOptions(**bad)
