"""GeoJSON collections read feature by feature, in whatever layout."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoloc.errors import FormatError
from geoloc.reading import features as module
from geoloc.reading.features import FeatureStream, read_features

POINT = {"type": "Point", "coordinates": [35.6, 50.4]}
COLLECTION = {
    "type": "FeatureCollection",
    "name": 'raids, "]}"',
    "features": [{"type": "Feature", "geometry": POINT, "properties": {"n": n, "a": [{}, "]"]}} for n in range(5)],
    "bbox": [1, 2, 3, 4],
    "about": {"features": [1]},
}


def stream(text: str) -> FeatureStream:
    return read_features(text.encode().splitlines(keepends=True), "x")


def whole(text: str) -> dict[str, Any]:
    """Read a collection, and put it together again."""
    found = stream(text)
    values = [feature.value for record in found.records for feature in record.features]
    assert found.collection
    return found.collection.members | {"features": values} | found.collection.late


LAYOUTS = [
    json.dumps(COLLECTION, indent=1),
    json.dumps(COLLECTION, indent=0).replace("\n", "\r\n\n"),
    json.dumps(COLLECTION).replace("}, {", "},\n{"),
    json.dumps(COLLECTION).replace('": ', '":\n'),
    "\n  " + json.dumps(COLLECTION, indent=4) + "\n \n",
]


@pytest.mark.parametrize("text", LAYOUTS, ids=range(len(LAYOUTS)))
def test_layouts(text: str) -> None:
    value = json.loads(text)
    assert whole(text) == value
    assert list(whole(text)) == ["type", "name", "features", "bbox", "about"]


def test_a_long_line_is_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LONG_LINE", 100)
    assert whole(json.dumps(COLLECTION)) == COLLECTION
    two = stream(f"{json.dumps(COLLECTION)}\n{json.dumps(COLLECTION)}\n")
    assert (two.framing, [len(record.features) for record in two.records]) == ("lines", [5, 5])
    one = stream(json.dumps(POINT | {"long": "x" * 200}))
    assert (one.framing, len(list(one.records))) == ("document", 1)


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False, allow_infinity=False),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=6,
    ),
    st.integers(0, 3),
)
def test_any_properties_in_any_layout(anything: Any, indent: int) -> None:
    feature = {"type": "Feature", "geometry": None, "properties": {"a": anything}}
    value = {"type": "FeatureCollection", "x": anything, "features": [feature] * 2, "y": anything}
    assert whole(json.dumps(value, indent=indent, ensure_ascii=False)) == value


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"type": "FeatureCollection",\n"features": [\n', 2),
        ('{"type": "FeatureCollection",\n"features": [\n{"type": "Feature"}', 3),
        ('{"type": "FeatureCollection",\n"features": [\n{"type": "Feature"},\n]}', 4),
        ('{"type": "FeatureCollection",\n"features": [\n{"type": "Feature"} {"type": "Feature"}]}', 3),
        ('{"type": "FeatureCollection",\n"features": [\n{"type": "Feature"}\n]}\n{}', 5),
        ('{"type": "FeatureCollection",\n"features": [\n7]}', 3),
        ('{"type": "FeatureCollection",\n"features": [],\n}', 3),
        ('{"type": "FeatureCollection",\n"features": [], 7}', 2),
        ('{"type": "FeatureCollection",,\n"features": []}', 1),
        ('{"type": "FeatureCollection",\n"features": {}}', 1),
        ('{"type": "FeatureCollection",\n"a": NaN, "features": []}', 2),
        ('{"type": "FeatureCollection",\n"features": [], "crs": {"properties": {"name": "EPSG:3857"}}}', 1),
    ],
)
def test_malformed(text: str, line: int) -> None:
    with pytest.raises(FormatError, match=f"^x, line {line}\\b"):
        for _ in stream(text).records:
            pass


def test_what_is_no_collection_in_the_usual_order_is_read_whole() -> None:
    turned = dict(reversed(COLLECTION.items()))
    found = stream(json.dumps(turned, indent=1))
    (record,) = found.records
    assert (found.framing, record.value) == ("document", turned)
    feature = stream(json.dumps({"type": "Feature", "geometry": POINT, "properties": {}}, indent=1))
    assert [record.features[0].point for record in feature.records] == [(50.4, 35.6)]
