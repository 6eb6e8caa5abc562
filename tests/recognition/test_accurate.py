"""The accurate recogniser: its pieces and windows, and what it finds."""

import json
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoloc._data import data_path
from geoloc.errors import DataError, UsageError
from geoloc.evaluation import score
from geoloc.model import Document
from geoloc.recognition import make_recogniser, remark_on_language
from geoloc.recognition.accurate_network import Network
from geoloc.recognition.accurate_pieces import SPECIAL, Pieces, windows
from geoloc.recognition.tokens import tokenise

CORPUS = Path(__file__).parents[1] / "corpus" / "borders.jsonl"
KNOWN = [*SPECIAL, "kup", "yan", "##sk", "'", "k", "##ya", "-", ",", "ha", "##i"]


@pytest.fixture(scope="module")
def recogniser(gazetteer):
    pytest.importorskip(
        "onnxruntime", reason="the accurate recogniser needs onnxruntime: pip install 'geoloc[accurate]'"
    )
    return make_recogniser("accurate", gazetteer)


def found(recogniser, text, language="en", kind="place"):
    mentions = recogniser.recognise(Document(text=text, language=language))
    return [m.text for m in mentions if m.kind == kind and not m.weak]


def named(pieces, numbers):
    return [KNOWN[number] for number in numbers]


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("Kup'yansk", ["kup", "'", "yan", "##sk"]),
        ("KUP", ["kup"]),
        ("Kúp", ["kup"]),
        ("kya", ["k", "##ya"]),
        ("kyx", ["[UNK]"]),
        ("Киев", ["[UNK]"]),
    ],
)
def test_words_are_cut_into_the_longest_known_pieces(word, parts):
    pieces = Pieces(KNOWN)
    assert named(pieces, pieces.of_word(word)) == parts


def test_signs_between_words_are_pieces_and_blanks_are_none():
    pieces = Pieces(KNOWN)
    tokens = tokenise("Kup, \nHai-kup kup ,,,,,,,,,,,,,,, " + "k" * 5000)
    signs = [named(pieces, pieces.of_token(token)[0]) for token in tokens]
    assert signs == [[], [","], ["-"], [], [","] * 4]
    assert pieces.of_token(tokens[-1])[1] == (SPECIAL.index("[UNK]"),)


@given(st.lists(st.tuples(st.integers(1, 9), st.booleans()), max_size=200), st.integers(9, 40), st.integers(0, 30))
def test_windows_hold_every_word_and_are_not_too_long(words, size, shared):
    lengths, opens = [length for length, _ in words], [begins for _, begins in words]
    stretches = windows(lengths, opens, size, shared)
    assert {i for first, last in stretches for i in range(first, last)} == set(range(len(words)))
    assert all(sum(lengths[first:last]) <= size for first, last in stretches)
    for (_, end), (begin, _) in pairwise(stretches):
        assert begin <= end and sum(lengths[begin:end]) <= shared


def test_windows_end_where_a_sentence_does_if_they_can():
    opens = [i == 18 for i in range(40)]
    assert windows([1] * 40, opens, 20, 0)[0] == (0, 18)


def test_without_onnxruntime(monkeypatch, gazetteer):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(UsageError, match=r"pip install 'geoloc\[accurate\]'"):
        make_recogniser("accurate", gazetteer)


@pytest.mark.parametrize("data", [b"", b"none", b"PK\x03\x04 cut off"])
def test_a_file_that_is_no_model(tmp_path, data):
    pytest.importorskip("onnxruntime", reason="needs onnxruntime: pip install 'geoloc[accurate]'")
    (tmp_path / "accurate.npz").write_bytes(data)
    with pytest.raises(DataError, match="no model that this geoloc reads"):
        Network(tmp_path / "accurate.npz")


def test_the_model_is_small():
    assert data_path("models", "accurate.npz").stat().st_size < 15_000_000


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("BELGOROD, Russia (AP) — Two people were hurt on Monday.", ["BELGOROD", "Russia"]),
        ("She moved from Paris, Texas, to Alexandria, Va., in the spring.", ["Paris", "Texas", "Alexandria", "Va."]),
        ("The village of Oberquellbach lies near Görlitz.", ["Oberquellbach", "Görlitz"]),
        ("Paris Hilton and Jordan Smith spoke to Mr. Lancaster on Tuesday.", []),
        ("Paris Johnson and Sydney Miller live in Perth.", ["Perth"]),
        ("Police said on Tuesday that nobody was hurt. They left in March.", []),
        ("They met in the Hexham Town Council on Friday.", ["Hexham"]),
    ],
)
def test_running_text(recogniser, text, places):
    assert found(recogniser, text) == places


def test_demonyms_and_names_in_organisations(recogniser):
    text = "Russian troops met a reporter of the Kyiv Post in Lviv."
    assert found(recogniser, text, kind="demonym") == ["Russian"]
    kyiv, lviv = (m for m in recogniser.recognise(Document(text=text, language="en")) if m.kind == "place")
    assert (kyiv.text, kyiv.embedded, lviv.text, lviv.embedded) == ("Kyiv", True, "Lviv", False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\n",
        "🙂🙃 🙂",
        "!!! ... ???",
        "12 345 6.789",
        "x" * 20_000,
        "а́б" * 3000,
        "Paris\x00 in\u200b Texas",
        "#" * 999,
    ],
)
def test_odd_texts(recogniser, text):
    mentions = recogniser.recognise(Document(text=text, language="en"))
    assert all(text[m.start : m.end] == m.text for m in mentions)


WORDS = st.sampled_from(
    ["Paris", "the", "in", "St.", "U.S.", "Козинке", "Mr.", "-", ",", ".", "\n", "🙂", "'s", "#AbCd"]
)


@settings(max_examples=40)
@given(st.one_of(st.text(max_size=100), st.lists(WORDS, max_size=40).map(" ".join)))
def test_any_text_gives_ordered_mentions_that_do_not_overlap(recogniser, text):
    mentions = recogniser.recognise(Document(text=text, language=None))
    assert all(text[m.start : m.end] == m.text for m in mentions)
    assert all(a.end <= b.start for a, b in pairwise(mentions))


def test_the_same_text_gives_the_same_however_long_it_is(recogniser):
    once = "Rockets fell near Shebekino and in Kharkiv on Monday, the governor of Belgorod region said. "
    text = once * 60
    places = found(recogniser, text)
    assert places == found(recogniser, text)
    assert (
        places == ["Shebekino", "Kharkiv", "Belgorod"] * 60
        or places == ["Shebekino", "Kharkiv", "Belgorod region"] * 60
    )


@pytest.mark.parametrize(
    ("text", "language"),
    [("Обстреляли село Козинка под Белгородом.", "ru"), ("Bei Görlitz wurde die Brücke gesperrt.", "de")],
)
def test_other_languages_are_read_by_the_default_recogniser(recogniser, gazetteer, text, language):
    document = Document(text=text, language=language)
    assert recogniser.recognise(document) == make_recogniser("default", gazetteer).recognise(document)


def test_what_users_are_told_of_other_languages():
    assert (
        remark_on_language("accurate", "ru") == "the accurate recogniser reads English only; the default one was used"
    )
    assert remark_on_language("accurate", "en") is remark_on_language("accurate", None) is None
    assert remark_on_language("default", "ru") is None


def test_own_texts(recogniser):
    rows = [row for line in CORPUS.read_text("utf-8").splitlines() if (row := json.loads(line))["lang"] == "en"]
    answers = {}
    for row in rows:
        mentions = recogniser.recognise(Document(text=row["text"], language="en"))
        spans = [{"start": m.start, "end": m.end, "kind": m.kind, "place": None} for m in mentions if not m.weak]
        answers[row["id"]] = {"mentions": spans, "places": []}
    assert score({row["id"]: row for row in rows}, answers, "count").recognition.exact.f1 >= 0.9
