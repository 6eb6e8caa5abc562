"""The labelling of sequences, against all labellings of short ones."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoloc.errors import DataError
from geoloc.recognition.crf import Crf, save
from geoloc.recognition.features import Word

LABELS = ["B-P", "I-P", "O"]
TRANSITIONS = np.array([[0.1, 0.9, -0.2], [0.0, 0.4, 0.3], [0.5, 0.0, 0.6]])
WEIGHTS = {"0w=paris": [2.0, -1.0, -2.0], "-1w=in": [1.0, 0.0, 0.0], "2$": [0.0, 0.0, 0.5], "title": [-3.0, 0.0, 1.0]}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "m.npz"
    save(path, LABELS, WEIGHTS, TRANSITIONS)
    return Crf(path)


def total(labels, scores, joined):
    """Return the score of a labelling, None if it is not allowed."""
    value = 0.0
    previous = "O"
    for label, row, joins in zip(labels, scores, joined, strict=True):
        if label == "I-P" and (previous == "O" or not joins):
            return None
        value += TRANSITIONS[LABELS.index(previous), LABELS.index(label)] + row[LABELS.index(label)]
        previous = label
    return value


SCORES = st.lists(st.tuples(*[st.floats(-5, 5)] * 3), min_size=1, max_size=5)


@settings(max_examples=100)
@given(SCORES, st.data())
def test_the_best_of_all_labellings_is_found(model, scores, data):
    joined = data.draw(st.lists(st.booleans(), min_size=len(scores), max_size=len(scores)))
    found = model.best(np.array(scores), [True] * len(scores), joined)
    values = {labels: total(labels, scores, joined) for labels in product(LABELS, repeat=len(scores))}
    best = max(value for value in values.values() if value is not None)
    assert values[tuple(found)] == pytest.approx(best)


@settings(max_examples=50)
@given(SCORES, st.floats(0.1, 3.0))
def test_a_scaled_model_weighs_words_and_pairs_alike(model, scores, share):
    joined = [True] * len(scores)
    found = model.scaled(share).best(share * np.array(scores), joined, joined)
    assert total(tuple(found), scores, joined) == pytest.approx(
        total(tuple(model.best(np.array(scores), joined, joined)), scores, joined)
    )


def test_words_that_are_not_free_are_outside(model):
    scores = np.array([[9.0, 0.0, 0.0]] * 3)
    assert model.best(scores, [True, False, True], [True] * 3) == ["B-P", "O", "B-P"]
    assert model.best(scores[:0], [], []) == []


def test_a_bias_against_outside_finds_more(model):
    scores = np.array([[0.0, -9.0, 2.0]])
    assert model.best(scores, [True], [True]) == ["O"]
    assert model.best(scores, [True], [True], -4.0) == ["B-P"]


def test_scores_are_sums_of_weights(model):
    known = [Word((f"w={text}",), (f"w={text}",), "") for text in ("in", "paris")]
    scores = model.scores(["in", "paris"], known, [["title", "unknown"], []])
    # "in" stands two before the end, so nothing is known of the place after next of either word.
    assert scores[0] == pytest.approx([-3.0, 0.0, 1.5], abs=1e-3)
    assert scores[1] == pytest.approx([3.0, -1.0, -1.5], abs=1e-3)


def test_a_damaged_model_is_reported(tmp_path):
    path = tmp_path / "m.npz"
    path.write_bytes(b"no model")
    with pytest.raises(DataError, match="reinstall"):
        Crf(path)
