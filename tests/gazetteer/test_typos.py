import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from geoloc.gazetteer.typos import SkeletonIndex, order, write_skeletons

WORDS = st.text("abcdez ё1", min_size=1, max_size=12)


def index_of(skeletons):
    encoded = sorted((s.encode() for s in skeletons), key=lambda s: order(s) + s)
    with tempfile.TemporaryDirectory() as folder:
        assert write_skeletons(Path(folder), encoded) == len(encoded)
        return SkeletonIndex(Path(folder)), [s.decode() for s in encoded]


@settings(max_examples=200)
@given(st.lists(WORDS, max_size=40, unique=True), WORDS, st.integers(0, 3))
def test_all_within_reach_are_found_and_nothing_else(skeletons, key, edits):
    index, in_order = index_of(skeletons)
    found = index.within(key, edits)
    near = {i: OSA.distance(key, s) for i, s in enumerate(in_order) if s.isascii() and key.isascii()}
    assert dict(found) == {i: distance for i, distance in near.items() if distance <= edits}
    assert [distance for _, distance in found] == sorted(distance for _, distance in found)


@settings(max_examples=100)
@given(st.lists(WORDS, max_size=40, unique=True), WORDS)
def test_a_skeleton_is_found_where_it_stands(skeletons, key):
    index, in_order = index_of(skeletons)
    assert len(index) == len(in_order)
    assert [index.find(s) for s in in_order] == list(range(len(in_order)))
    assert index.find(key) == (in_order.index(key) if key in in_order else -1)
