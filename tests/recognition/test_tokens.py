import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc.recognition.tokens import sentence_around, tokenise


@given(st.text(max_size=200))
def test_tokens_and_gaps_are_the_text(text):
    end = 0
    for token in tokenise(text):
        written = re.sub(r"[-\u00ad]\r?\n|\u00ad", "", text[token.start : token.end])
        assert token.text.replace(" ", "") == unicodedata.normalize("NFC", written)
        assert token.start >= end
        end = token.end


@given(st.text(min_size=1, max_size=300), st.data())
def test_a_sentence_is_one_line_and_holds_its_span(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    sentence = sentence_around(text, start, end)
    assert "\n" not in sentence
    assert " ".join(text[start:end].split()) in sentence


def test_sentences_open_after_full_stops_but_not_after_titles():
    opening = [t.text for t in tokenise("Mr. Smith left St. Louis. He went home! So did I.") if t.opens]
    assert opening == ["Mr", "He", "So"]


def test_sentence_around_stops_at_its_neighbours():
    text = "It rained. Shells fell near Kozinka, they said. Nobody slept."
    start = text.index("Kozinka")
    assert sentence_around(text, start, start + 7) == "Shells fell near Kozinka, they said."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("bound for Ger-\nmany's coast", ["bound", "for", "Germany", "coast"]),
        ("near Gora-\nPodol", ["near", "Gora", "Podol"]),
        ("bound for Ger-\r\nmany's coast", ["bound", "for", "Germany", "coast"]),
        ("in Gra\u00adfen\u00adwöhr now", ["in", "Grafenwöhr", "now"]),
        ("in Go\u0308rlitz, Bogota\u0301's twin", ["in", "Görlitz", "Bogotá", "twin"]),
        ("Грай\u00adворон и\u0306", ["Грайворон", "й"]),
        ("#NongKhai and NongKhai", ["Nong Khai", "and", "NongKhai"]),
    ],
)
def test_words_are_read_as_they_are_meant(text, words):
    tokens = tokenise(text)
    assert [token.text for token in tokens] == words
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)


def test_a_wrapped_line_ends_no_sentence():
    wrapped = "The officials who met here on Monday flew back to New\nYork at once."
    assert next(t for t in tokenise(wrapped) if t.text == "York").gap == " "
    assert next(t for t in tokenise("Kyiv\nLviv") if t.text == "Lviv").opens


def test_a_wrapped_line_may_end_as_in_windows():
    wrapped = "The officials who met here on Monday flew back to New\r\nYork at once."
    assert next(t for t in tokenise(wrapped) if t.text == "York").gap == " "


def test_offsets_are_those_of_the_decomposed_text():
    text = "He left Go\u0308rlitz at noon."
    token = tokenise(text)[2]
    assert (token.text, text[token.start : token.end]) == ("Görlitz", "Go\u0308rlitz")
