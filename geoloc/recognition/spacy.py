"""Names from a pipeline of spaCy that the user has installed; never needed by geoloc itself."""

from __future__ import annotations

from typing import Any

from geoloc.errors import UsageError
from geoloc.model import Document, Mention
from geoloc.recognition.demonyms import is_demonym
from geoloc.recognition.mentions import mention_of
from geoloc.recognition.persons import Names
from geoloc.recognition.rules import Reading

PLACES = frozenset(("GPE", "LOC", "FAC"))
GROUPS = "NORP"
"""Nationalities, and religious and political groups: only those that are demonyms count."""


class SpacyRecogniser:
    """Takes the entities of a spaCy pipeline; what their wording says comes from geoloc's rules.

    Parameters
    ----------
    model : str
        What ``spacy.load`` takes: the name of an installed package, or a folder.
    names : Names
        What a gazetteer knows of names.

    Raises
    ------
    UsageError
        If spaCy or the model is not installed.
    """

    def __init__(self, model: str, names: Names) -> None:
        try:
            import spacy
        except ImportError:
            raise UsageError(f"spacy:{model} needs spaCy, which is not installed; run: pip install spacy") from None
        try:
            self._pipeline: Any = spacy.load(model)
        except OSError:
            raise UsageError(
                f"spaCy has no model {model!r}; run: python -m spacy download {model}, or name an installed one"
            ) from None
        self._names = names

    def recognise(self, document: Document) -> list[Mention]:
        """Return the mentions of `document` in the order of the text; they do not overlap."""
        reading = Reading(document, self._names)
        starts = {token.start: i for i, token in enumerate(reading.tokens)}
        ends = {token.end: i + 1 for i, token in enumerate(reading.tokens)}
        ruled = {(found.first, found.last): found for found in reading.found}
        mentions = []
        for entity in self._pipeline(document.text).ents:
            kind = _kind(entity)
            if kind is None:
                continue
            first, last = starts.get(entity.start_char), ends.get(entity.end_char, ends.get(entity.end_char - 1))
            if first is not None and last is not None and first < last:
                mentions.append(mention_of(reading, ruled, first, last, kind))
            elif kind == "P":
                mentions.append(Mention(entity.start_char, entity.end_char, entity.text))
        return mentions


def _kind(entity: Any) -> str | None:
    """Return P for a place, D for a demonym, which small pipelines take for a place now and then, or None."""
    if entity.label_ in PLACES | {GROUPS} and is_demonym(entity.text):
        return "D"
    return "P" if entity.label_ in PLACES else None
