"""Which recogniser reads a document: a trained one for the languages that have a model, else the rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from geoloc.errors import UsageError
from geoloc.model import Document, Mention
from geoloc.recognition.persons import Names
from geoloc.recognition.rules import RuleRecogniser

KNOWN = "default, accurate, rules or spacy:MODEL"
ACCURATE = "accurate"


class Recogniser(Protocol):
    """Finds mentions in a document."""

    def recognise(self, document: Document) -> list[Mention]:
        """Return the mentions of `document` in the order of the text; they do not overlap."""


def make_recogniser(name: str, names: Names) -> Recogniser:
    """Return a recogniser by its name.

    Parameters
    ----------
    name : str
        ``default``: a trained model for English, Russian and Ukrainian, rules for other languages. ``accurate``: the
        same with a larger model for English, which needs onnxruntime. ``rules``: rules for all. ``spacy:MODEL``: an
        installed pipeline of spaCy.
    names : Names
        What a gazetteer knows of names.

    Raises
    ------
    UsageError
        If there is no such recogniser, or it is not installed.
    """
    if name == "default":
        return ByLanguage(names)
    if name == ACCURATE:
        from geoloc.recognition.accurate import AccurateRecogniser

        return ByLanguage(names, {"en": AccurateRecogniser(names)})
    if name == "rules":
        return RuleRecogniser(names)
    if name.startswith("spacy:"):
        from geoloc.recognition.spacy import SpacyRecogniser

        return SpacyRecogniser(name.removeprefix("spacy:"), names)
    raise UsageError(f"unknown recogniser {name!r}; known are {KNOWN}")


def remark_on_language(name: str, language: str | None) -> str | None:
    """Return what a user of a recogniser should know of how it reads a language, if anything."""
    if name == ACCURATE and (language or "en") != "en":
        return "the accurate recogniser reads English only; the default one was used"
    return None


class ByLanguage:
    """Hands each document to the recogniser for its language; a language that is not known counts as English.

    Parameters
    ----------
    names : Names
        What a gazetteer knows of names.
    chosen : mapping, optional
        Recognisers for some languages in place of the default ones.
    """

    def __init__(self, names: Names, chosen: Mapping[str, Recogniser] | None = None) -> None:
        self._names = names
        self._rules = RuleRecogniser(names)
        self._trained = dict(chosen or {})

    def recognise(self, document: Document) -> list[Mention]:
        """Return the mentions of `document` in the order of the text; they do not overlap."""
        return self._for(document.language or "en").recognise(document)

    def _for(self, language: str) -> Recogniser:
        from geoloc.recognition.tagger import MODELS, TaggingRecogniser

        if language not in self._trained:
            if language not in MODELS:
                return self._rules
            self._trained[language] = TaggingRecogniser(self._names, language)
        return self._trained[language]
