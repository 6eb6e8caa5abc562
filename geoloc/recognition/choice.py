"""Which recogniser reads a document: a trained one for the languages that have a model, else the rules."""

from __future__ import annotations

from typing import Protocol

from geoloc.errors import UsageError
from geoloc.model import Document, Mention
from geoloc.recognition.persons import Names
from geoloc.recognition.rules import RuleRecogniser

KNOWN = "default, rules or spacy:MODEL"


class Recogniser(Protocol):
    """Finds mentions in a document."""

    def recognise(self, document: Document) -> list[Mention]:
        """Return the mentions of `document` in the order of the text; they do not overlap."""


def make_recogniser(name: str, names: Names) -> Recogniser:
    """Return a recogniser by its name.

    Parameters
    ----------
    name : str
        ``default``: a trained model for English, Russian and Ukrainian, rules for other languages. ``rules``: rules for
        all. ``spacy:MODEL``: an installed pipeline of spaCy.
    names : Names
        What a gazetteer knows of names.

    Raises
    ------
    UsageError
        If there is no such recogniser, or it is not installed.
    """
    if name == "default":
        return ByLanguage(names)
    if name == "rules":
        return RuleRecogniser(names)
    if name.startswith("spacy:"):
        from geoloc.recognition.spacy import SpacyRecogniser

        return SpacyRecogniser(name.removeprefix("spacy:"), names)
    raise UsageError(f"unknown recogniser {name!r}; known are {KNOWN}")


class ByLanguage:
    """Hands each document to the recogniser for its language; a language that is not known counts as English."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._rules = RuleRecogniser(names)
        self._trained: dict[str, Recogniser] = {}

    def recognise(self, document: Document) -> list[Mention]:
        """Return the mentions of `document` in the order of the text; they do not overlap."""
        return self._for(document.language or "en").recognise(document)

    def _for(self, language: str) -> Recogniser:
        from geoloc.recognition.tagger import MODELS, TaggingRecogniser

        if language not in MODELS:
            return self._rules
        if language not in self._trained:
            self._trained[language] = TaggingRecogniser(self._names, language)
        return self._trained[language]
