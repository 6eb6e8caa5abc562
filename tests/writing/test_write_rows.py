"""What lookup, distance, border and gazetteer answer with."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from geoloc.errors import UsageError
from geoloc.writing import WriteOptions, render_candidates, render_facts, render_rows

LOOKUP_KEYS = (
    "query match score id geonameid name kind feature_code country admin1 admin2 lat lon population layer near_km"
).split()
BORDERS: list[dict[str, object]] = [
    {"id": "RU-UA", "name": "Russia–Ukraine", "length_km": 1983.4, "countries": ["RU", "UA"]},
    {"id": "BE-NL", "name": "Belgium–Netherlands", "length_km": 450.0, "countries": ["BE", "NL"], "parts": 3},
]


def found(make: Any) -> list[Any]:
    return [("Kozinka", [make.candidate("Kozinka", "exact", 1.0), make.candidate(admin2="Rayon")]), ("Nowhere", [])]


def text(pieces: Any) -> str:
    return "".join(pieces)


def test_lookup_json_is_an_array_with_the_keys_of_a_place(make: Any) -> None:
    rows = json.loads(text(render_candidates(found(make), "json")))
    assert [list(row) for row in rows] == [LOOKUP_KEYS] * 2
    assert (rows[1]["query"], rows[1]["match"], rows[1]["score"]) == ("Kozinka", "fuzzy", 0.412)
    assert json.loads(text(render_candidates([], "json"))) == []
    lines = text(render_candidates(found(make), "jsonl")).splitlines()
    assert [json.loads(line) for line in lines] == rows


def test_lookup_csv_has_its_header_even_without_rows(make: Any) -> None:
    rows = list(csv.DictReader(io.StringIO(text(render_candidates(found(make), "csv")))))
    assert [list(row) for row in rows] == [LOOKUP_KEYS] * 2
    assert text(render_candidates([], "csv")) == ",".join(LOOKUP_KEYS) + "\n"


@pytest.mark.parametrize("format", ["geojson", "geojsonseq"])
def test_lookup_geojson(make: Any, format: str) -> None:
    document = text(render_candidates(found(make), format))
    features = json.loads(document)["features"] if format == "geojson" else list(map(json.loads, document.splitlines()))
    assert features[0]["geometry"] == {"type": "Point", "coordinates": [35.6026, 50.4613]}
    assert list(features[0]["properties"]) == [key for key in LOOKUP_KEYS if key not in ("lat", "lon")]


def test_lookup_table(make: Any) -> None:
    assert text(render_candidates(found(make))).splitlines() == [
        "Place    Kind  Where                              Lat,lon  Population  Match  Score      Id",
        "Kozinka  PPL   Lipetsk Oblast, RU         50.4613,35.6026        1097  exact   1.00  548917",
        "Kazinka  PPL   Rayon, Lipetsk Oblast, RU  50.4613,35.6026        1097  fuzzy   0.41  548917",
    ]
    assert text(render_candidates([("Nowhere", [])])) == ""
    two = [*found(make), ("東京" * 60, [make.candidate("x" * 80, geonameid=None, id="geoloc:abc")])]
    lines = text(render_candidates(two)).splitlines()
    assert lines[0].startswith("Query")
    assert max(map(len, lines)) <= 100


def test_rows_in_every_format() -> None:
    assert json.loads(text(render_rows(BORDERS, "json"))) == BORDERS
    assert [json.loads(line) for line in text(render_rows(BORDERS, "jsonl")).splitlines()] == BORDERS
    assert text(render_rows(BORDERS, "table", ["id", "length_km", "countries"])).splitlines() == [
        "id     length_km  countries",
        "RU-UA     1983.4  RU, UA",
        "BE-NL        450  BE, NL",
    ]
    assert text(render_rows(BORDERS, "csv", ["id", "length_km"])).splitlines() == [
        "id,length_km,name,countries,parts",
        'RU-UA,1983.4,Russia–Ukraine,"[""RU"",""UA""]",',
        'BE-NL,450.0,Belgium–Netherlands,"[""BE"",""NL""]",3',
    ]
    assert text(render_rows([], "table")) == ""


def test_rows_as_geojson() -> None:
    line = {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}
    rows: list[dict[str, object]] = [
        {"id": 1, "lat": 50, "lon": 36.12345678},
        {"id": 2, "geometry": line},
        {"id": 3, "lat": None, "lon": None},
    ]
    document = json.loads(text(render_rows(rows, "geojson")))
    assert [feature["geometry"] for feature in document["features"]] == [
        {"type": "Point", "coordinates": [36.123457, 50.0]},
        line,
        None,
    ]
    assert [feature["properties"] for feature in document["features"]] == [{"id": 1}, {"id": 2}, {"id": 3}]
    assert "geometry" not in text(render_rows(rows, "csv"))
    with pytest.raises(UsageError, match="no position"):
        text(render_rows(BORDERS, "geojson"))


def test_facts() -> None:
    facts = {"id": "RU-UA", "length_km": 1983.4, "countries": ["RU", "UA"], "open": True, "note": None}
    assert json.loads(text(render_facts(facts, "json"))) == facts
    assert text(render_facts(facts)).splitlines() == [
        "id         RU-UA",
        "length_km  1983.4",
        "countries  RU, UA",
        "open       yes",
        "note",
    ]
    assert json.loads(text(render_facts(facts, "jsonl"))) == facts
    assert text(render_facts(facts, "csv")).splitlines()[0] == "id,length_km,countries,open,note"
    assert text(render_facts({})) == ""


def test_long_facts_are_wrapped() -> None:
    facts = {"id": "RU-UA", "said": ["the first sentence", "the second sentence is too long for a line"]}
    assert text(render_facts(facts, options=WriteOptions(width=36))).splitlines() == [
        "id    RU-UA",
        "said  the first sentence",
        "      the second sentence is too",
        "      long for a line",
    ]


def test_unknown_format(make: Any) -> None:
    for refused in (render_rows(BORDERS, "json"), render_facts(BORDERS[0], "json")):
        assert text(refused)
    with pytest.raises(UsageError, match="known are"):
        render_rows(BORDERS, "kml")
    with pytest.raises(UsageError, match="known are"):
        render_facts(BORDERS[0], "kml")
    with pytest.raises(UsageError, match="known are"):
        render_candidates(found(make), "kml")
