"""The recogniser with a trained model: what the rules weigh, judged by a conditional random field.

The rules read the text first; the model sees their verdict among its features and has the last word on which words
are names of places and where a name ends. What a mention expects, which country its wording names and what to look
up for it come from the rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from geoloc._data import data_path
from geoloc.model import Document, Mention
from geoloc.recognition import words
from geoloc.recognition.crf import Crf
from geoloc.recognition.demonyms import find_demonym
from geoloc.recognition.evidence import Found
from geoloc.recognition.features import PlaceFeatures, Words
from geoloc.recognition.persons import Names
from geoloc.recognition.rules import Reading
from geoloc.recognition.vocabulary import CLOSED_BY_STOP

MODELS = {"en": "en.npz"}
WEAK_BIAS = -2.5
"""How much less sure than for a firm mention the model may be of a weak one."""


@cache
def _model(language: str) -> Crf:
    return Crf(data_path("models", MODELS[language]))


class TaggingRecogniser:
    """Finds mentions of places and demonyms in a language that there is a model for.

    Parameters
    ----------
    names : Names
        What a gazetteer knows of names.
    language : str
        A key of `MODELS`.
    model : Crf, optional
        Another model than the one that is shipped.
    """

    def __init__(self, names: Names, language: str, model: Crf | None = None) -> None:
        self._names = names
        self._words = Words(names, language)
        self._model = model or _model(language)

    def recognise(self, document: Document) -> list[Mention]:
        """Return the mentions of `document` in the order of the text; they do not overlap."""
        reading = Reading(document, self._names)
        tokens = reading.tokens
        places = PlaceFeatures(reading, self._words)
        features, joined = places.features(), places.joined()
        texts = [token.text for token in tokens]
        scores = self._model.scores(texts, [self._words.word(text) for text in texts], features)
        free = [bool(of_word) for of_word in features]
        ruled = {(found.first, found.last): found for found in reading.found}
        firm = list(_spans(self._model.best(scores, free, joined)))
        taken = {i for first, last, _ in firm for i in range(first, last)}
        mentions = [_mention(reading, ruled, *span) for span in firm]
        for span in _spans(self._model.best(scores, free, joined, WEAK_BIAS)):
            if span[2] == "P" and taken.isdisjoint(range(*span[:2])):
                mentions.append(_mention(reading, ruled, *span, weak=True))
        return sorted(mentions, key=lambda mention: mention.start)


def _spans(labels: list[str]) -> Iterator[tuple[int, int, str]]:
    """Yield (first, last, kind) of the names in a sequence of labels, last exclusive."""
    first = None
    for i, label in enumerate([*labels, "O"]):
        if first is not None and label[0] != "I":
            yield first, i, labels[first][2]
            first = None
        if label[0] == "B":
            first = i


def _mention(
    reading: Reading, ruled: dict[tuple[int, int], Found], first: int, last: int, kind: str, weak: bool = False
) -> Mention:
    page, tokens = reading.page, reading.tokens
    start, end = tokens[first].start, tokens[last - 1].end
    text = page.text[start:end]
    if kind == "D":
        name = page.span_text(first, last)
        demonym = find_demonym(tokens[first]) if last - first == 1 else words.demonyms()[0].get(name)
        lookup, country = (demonym.lookup, demonym.country) if demonym else (None, None)
        return Mention(start, end, text, "demonym", lookup=lookup, country=country)
    meaning = words.abbreviations().get(page.text[start : end + 1]) if page.text[end : end + 1] == "." else None
    found = ruled.get((first, last))
    if found is None:
        info = reading.names.info(page.span_text(first, last))
        found = Found(first, last, 0.0, info)
        page.before(found, None)
        page.after(found)
    if meaning or (page.text[end : end + 1] == "." and tokens[last - 1].lower in CLOSED_BY_STOP):
        end += 1
    if meaning and found.lookup is None:
        found.lookup, found.country = meaning.lookup, meaning.country
        found.expects = "region" if meaning.division else found.expects
    return Mention(
        start,
        end,
        page.text[start:end],
        embedded=found.embedded,
        expects=found.expects,
        lookup=found.lookup or page.lookup(start, end, first, last),
        country=found.country,
        weak=weak,
    )
