"""The scores by hand-worked cases; the rules are those of the docstrings."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc.evaluation import find_errors, score, score_by_kind
from geoloc.evaluation.matching import great_circle_km, trim

TEXT = "The Hague's mayor met Russians in Paris, Texas, and in Old Kyiv Street."
HAGUE, PARIS, TEXAS, KYIV = (0, 11), (34, 39), (41, 46), (59, 63)


def toponym(span, **more):
    return {"start": span[0], "end": span[1], "name": TEXT[slice(*span)], **more}


def mention(span, place=None, **more):
    return {"start": span[0], "end": span[1], "kind": "place", "place": place, **more}


@pytest.fixture
def gold():
    toponyms = [
        toponym(HAGUE, geonameid=2747373, lat=52.077, lon=4.299),
        toponym(PARIS, geonameid=4717560, lat=33.661, lon=-95.556),
        toponym(TEXAS),
    ]
    return {1: {"id": 1, "text": TEXT, "toponyms": toponyms, "ignore": [{"start": KYIV[0] - 4, "end": KYIV[1] + 7}]}}


def answer(*mentions):
    places = [
        {"geonameid": 2747373, "lat": 0.0, "lon": 0.0},
        {"geonameid": 2988507, "lat": 48.853, "lon": 2.349},
        {"geonameid": None, "lat": 33.0, "lon": -95.0},
    ]
    return {1: {"id": 1, "mentions": list(mentions), "places": places}}


def test_everything_right(gold):
    scores = score(gold, answer(mention((4, 9), 0), mention(PARIS, 2), mention(TEXAS)))
    assert scores.recognition.exact.f1 == scores.recognition.overlap.f1 == 1.0
    # The id of The Hague is right although its point is not; Paris has the wrong id but is near.
    assert (scores.resolution.linked, scores.resolution.acc161, scores.resolution.exact_id) == (2, 1.0, 0.5)
    assert scores.resolution.auroc is None


def test_wrong_city_and_missed_city(gold):
    scores = score(gold, answer(mention(PARIS, 1, confidence=0.75)))
    exact = scores.recognition.exact
    assert (exact.p, exact.r, exact.f1) == (1.0, 1 / 3, 0.5)
    paris = great_circle_km((33.661, -95.556), (48.853, 2.349))
    resolution = scores.resolution
    assert resolution.acc161 == 0.0
    assert resolution.mean_km == resolution.median_km == (20039.0 + paris) / 2
    assert resolution.auc == pytest.approx((1 + math.log(paris + 1) / math.log(20040)) / 2)
    assert resolution.ece == 0.75


def test_overlap_is_not_exact(gold):
    scores = score(gold, answer(mention((PARIS[0], TEXAS[1]))))
    assert (scores.recognition.exact.f1, scores.recognition.overlap.r) == (0.0, 2 / 3)


def test_what_does_not_count(gold):
    twice = answer(mention(KYIV), mention(PARIS), mention(PARIS))
    assert score(gold, twice).recognition.predicted == 1
    demonym = answer(mention((22, 30)) | {"kind": "demonym"}, mention(PARIS))
    assert score(gold, demonym).recognition.predicted == 2
    assert score(gold, demonym, demonyms="skip").recognition.predicted == 1


def test_a_demonym_that_is_annotated_counts_when_others_are_skipped():
    gold = {1: {"id": 1, "text": TEXT, "toponyms": [toponym((22, 30))]}}
    demonym = answer(mention((22, 30)) | {"kind": "demonym"})
    assert score(gold, demonym, demonyms="skip").recognition.exact.f1 == 1.0


def test_documents_without_a_prediction_are_missed(gold):
    scores = score(gold, {})
    assert (scores.docs, scores.unanswered, scores.recognition.exact.f1, scores.resolution.acc161) == (1, 1, 0.0, 0.0)
    assert score({}, {}).resolution.acc161 is None


def test_errors_are_named_with_their_context(gold):
    errors = find_errors(gold, answer(mention((22, 30)), mention(PARIS, 1), mention((TEXAS[0] - 1, TEXAS[1]))))
    assert [(e.error, e.text) for e in errors] == [
        ("missed", "Hague"),
        ("spurious", "Russians"),
        ("boundary", "Texas"),
        ("misplaced", "Paris"),
    ]
    assert "Russians in [Paris], Texas" in errors[-1].context
    assert errors[-1].km > 7000


def test_by_kind(gold):
    kinds = score_by_kind(gold, answer(mention(PARIS, 2)), lambda t: "town" if t.get("geonameid") else "other")
    assert [(k.kind, k.gold, k.found, k.acc161) for k in kinds] == [("town", 2, 0.5, 0.5), ("other", 1, 0.0, None)]


@pytest.mark.parametrize(
    ("text", "trimmed"),
    [("The Gambia", "Gambia"), ("Kyiv’s", "Kyiv"), ("Theydon", "Theydon"), ("the  Hague's", "Hague")],
)
def test_article_and_possessive_are_no_part_of_a_span(text, trimmed):
    assert text[slice(*trim(text, 0, len(text)))] == trimmed


POINT = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(POINT, POINT)
def test_distance_is_symmetric_and_bounded(a, b):
    assert great_circle_km(a, b) == pytest.approx(great_circle_km(b, a), abs=1e-6)
    assert 0 <= great_circle_km(a, b) <= 20015.2
