"""The adapter for spaCy, on a stand-in for it: spaCy itself is no dependency of geoloc or its tests."""

import sys
from types import SimpleNamespace

import pytest

from geoloc.errors import UsageError
from geoloc.model import Document
from geoloc.recognition import make_recogniser

TEXT = "The Boston Police met Russian and Buddhist guests in the village of Kozinka, and in Paris, Ky."
LABELS = {
    "Boston": "GPE",
    "Russian": "NORP",
    "Buddhist": "NORP",
    "Kozinka": "LOC",
    "Paris": "GPE",
    "Ky.": "GPE",
    "Police": "ORG",
}


def load(name):
    if name != "stub":
        raise OSError("[E050] Can't find model")

    def pipeline(text):
        found = sorted((text.index(word), word, label) for word, label in LABELS.items())
        ents = [SimpleNamespace(start_char=at, end_char=at + len(w), text=w, label_=label) for at, w, label in found]
        return SimpleNamespace(ents=ents)

    return pipeline


def test_entities_become_mentions(monkeypatch, gazetteer):
    monkeypatch.setitem(sys.modules, "spacy", SimpleNamespace(load=load))
    mentions = make_recogniser("spacy:stub", gazetteer).recognise(Document(text=TEXT, language="en"))
    assert [(m.text, m.kind) for m in mentions] == [
        ("Boston", "place"),
        ("Russian", "demonym"),
        ("Kozinka", "place"),
        ("Paris", "place"),
        ("Ky.", "place"),
    ]
    by_name = {m.text: m for m in mentions}
    assert by_name["Boston"].embedded and by_name["Kozinka"].expects == "populated-place"
    assert (by_name["Russian"].lookup, by_name["Ky."].lookup) == ("Russia", "Kentucky")
    assert all(TEXT[m.start : m.end] == m.text for m in mentions)


def test_a_missing_model_is_named_with_the_command_that_installs_it(monkeypatch, gazetteer):
    monkeypatch.setitem(sys.modules, "spacy", SimpleNamespace(load=load))
    with pytest.raises(UsageError, match="spacy download en_core_web_sm"):
        make_recogniser("spacy:en_core_web_sm", gazetteer)


def test_without_spacy(monkeypatch, gazetteer):
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(UsageError, match="pip install spacy"):
        make_recogniser("spacy:en_core_web_sm", gazetteer)


def test_unknown_recogniser(gazetteer):
    with pytest.raises(UsageError, match="spacy:MODEL"):
        make_recogniser("best", gazetteer)
