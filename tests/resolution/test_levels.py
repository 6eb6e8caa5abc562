"""What words speak for that name no place."""

import numpy as np

from geoloc.model import Mention
from geoloc.resolution.levels import WordModel, cues_of

MODEL = WordModel({"1=sheriff": 0, "1=government": 1}, np.array([[0, 2], [2, 0], [0.5, 0]], np.float32))


def test_words_tip_the_scales():
    assert np.argmax(MODEL([("1=sheriff",)])) == 1
    assert np.argmax(MODEL([("1=government", "unknown")])) == 0
    assert np.argmax(MODEL([])) == 0


def test_probabilities_add_up_to_one():
    assert np.isclose(np.exp(MODEL([("1=sheriff",), ("1=government",)])).sum(), 1)


def test_a_stored_model_is_the_same():
    again = WordModel.load(MODEL.arrays("x"), "x")
    assert np.array_equal(again([("1=sheriff",)]), MODEL([("1=sheriff",)]))


def test_numbers_and_ends_are_seen_as_such():
    text = "Zubovka 17"
    cues = cues_of(text, Mention(0, 7, "Zubovka"))
    assert "1=0" in cues and "-1=^" in cues
