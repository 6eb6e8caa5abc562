import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from geoloc.gazetteer.strings import StringTable
from geoloc.gazetteer.typos import TypoIndex, typo_arrays

WORDS = st.text("abcdez ё1", max_size=12)


def index_of(skeletons):
    encoded = [s.encode() for s in skeletons]
    offsets = np.cumsum([0, *map(len, encoded)]).astype(np.uint32)
    table = StringTable(np.frombuffer(b"".join(encoded) or b" ", np.uint8), offsets)
    arrays = typo_arrays(skeletons)
    return TypoIndex(table, *(arrays[f"typo_{label}"] for label in ("order", "starts", "letters", "ends")))


@settings(max_examples=300)
@given(st.lists(WORDS, max_size=40, unique=True), WORDS, st.integers(0, 3))
def test_all_within_reach_are_found_and_nothing_else(skeletons, key, edits):
    found = index_of(skeletons).within(key, edits)
    near = {i: OSA.distance(key, s) for i, s in enumerate(skeletons) if s.isascii()}
    assert dict(found) == {i: distance for i, distance in near.items() if distance <= edits}
    assert [distance for _, distance in found] == sorted(distance for _, distance in found)


def test_every_name_of_a_sample_is_found_with_one_letter_left_out(gazetteer):
    store = gazetteer.store
    for index in range(0, len(store.skeletons), 15_013):
        skeleton = store.skeletons[index]
        if skeleton.isascii() and len(skeleton) > 5:
            misspelled = skeleton[:2] + skeleton[3:]
            assert index in dict(store.typos.within(misspelled, 1)), skeleton
