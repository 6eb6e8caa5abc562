"""The recogniser with a trained model: what the rules weigh, judged by a conditional random field.

The rules read the text first; the model sees their verdict among its features and has the last word on which words
are names of places and where a name ends. What a mention expects, which country its wording names and what to look
up for it come from the rules.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

from geoloc._data import data_path
from geoloc.model import Document, Mention
from geoloc.recognition.bounds import Span, apart, bounded, completed, trimmed
from geoloc.recognition.crf import Crf
from geoloc.recognition.datelines import DATELINE, datelines
from geoloc.recognition.demonyms import is_demonym
from geoloc.recognition.features import PlaceFeatures, Words
from geoloc.recognition.mentions import Ruled, mention_of
from geoloc.recognition.persons import Names
from geoloc.recognition.rules import Reading
from geoloc.recognition.trust import trusted
from geoloc.recognition.vocabulary import ACCEPT, LIST_WORDS, WEAK

MODELS = {"en": "en.npz", "ru": "ru.npz", "uk": "ru.npz"}
"""The Russian model reads Ukrainian too: what it knows of grammar and gazetteer holds there, its words do not."""
TRUST_DEMONYM = 2.0
"""What it counts that a list knows a word for a demonym. Corpora annotate them unevenly; geoloc means to find them."""
TRUST_DEMONYM_PAIR = 8.0
"""The same for a demonym of two words, which is hardly ever anything else: Sri Lankan."""
AGREEMENT = 4.0
"""How strongly the mentions of a name in a document that were labelled differently are drawn to what most are."""
WEAK_BIAS = -2.5
"""How much less sure than for a firm mention the model may be of a weak one."""

_POSSESSIVE_GAPS = ("' ", "’ ", "'s ", "’s ")

_is_demonym = lru_cache(maxsize=8192)(is_demonym)


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
        self._language = language

    def recognise(self, document: Document) -> list[Mention]:
        """Return the mentions of `document` in the order of the text; they do not overlap."""
        return self.decide(*self.weigh(document))

    def weigh(self, document: Document) -> tuple[Reading, Any, list[bool], list[bool]]:
        """Return what the rules make of a document, and the model's scores of the labels of each word.

        The two lists tell which words may be in names, and which may go on the name that the word before is in.
        """
        reading = Reading(document, self._names)
        places = PlaceFeatures(reading, self._words)
        features, joined = places.features(), places.joined()
        scores = self._scores(reading, features, joined)
        return reading, scores, [bool(of_word) for of_word in features], joined

    def decide(self, reading: Reading, scores: Any, free: list[bool], joined: list[bool]) -> list[Mention]:
        """Return the mentions that scores and rules together make."""
        scores = scores.copy()
        opened = datelines(reading) if self._language == "en" else []
        self._lean_on_rules(reading, scores, opened)
        ruled = {(found.first, found.last): found for found in reading.found}
        labels = self._model.best(scores, free, joined)
        if self._agree(reading, scores, labels):
            labels = self._model.best(scores, free, joined)
        found = completed(reading, self._parted(reading, ruled, trimmed(reading, _spans(labels))))
        names = (
            span
            for span in found
            if span[:2] in opened or not (_is_stopped(reading, ruled, *span) or self._is_person(reading, *span))
        )
        firm = apart(self._with_owner(reading, *self._bounded(reading, *span)) for span in names)
        taken = {i for first, last, _ in firm for i in range(first, last)}
        mentions = [mention_of(reading, ruled, *span) for span in firm]
        unsure = trimmed(reading, _spans(self._model.best(scores, free, joined, WEAK_BIAS)))
        doubtful = list(self._parted(reading, ruled, unsure))
        doubtful += [(f.first, f.last, "P") for f in reading.found if f.info and f.score >= WEAK]
        for span in doubtful:
            if span[2] == "P" and taken.isdisjoint(range(*span[:2])) and not self._is_person(reading, *span):
                mentions.append(mention_of(reading, ruled, *span, weak=True))
                taken.update(range(*span[:2]))
        if reading.page.slavic:
            return reading.with_demonyms(mentions, taken)
        return sorted(mentions, key=lambda mention: mention.start)

    def _scores(self, reading: Reading, features: Sequence[Sequence[str]], joined: Sequence[bool]) -> Any:
        """Return the score of each label for each word; features and joined as `PlaceFeatures` gives them."""
        texts = [token.text for token in reading.tokens]
        return self._model.scores(texts, [self._words.word(text) for text in texts], features)

    def _agree(self, reading: Reading, scores: Any, labels: list[str]) -> bool:
        """Draw the mentions of a name together that were labelled differently; tell whether there are any."""
        words = [token.lower for token in reading.tokens]
        found = Counter(tuple(words[first:last]) for first, last, kind in _spans(labels) if kind == "P")
        by_first: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for name in found:
            by_first[name[0]].append(name)
        mentions: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for i, token in enumerate(reading.tokens):
            if token.capital:
                for name in by_first.get(token.lower, ()):
                    if len(name) == 1 or tuple(words[i : i + len(name)]) == name:
                        mentions[name].append(i)
        differ = [(name, at, found[name] / len(at)) for name, at in mentions.items() if found[name] < len(at)]
        for name, at, share in differ:
            for i in at:
                scores[i : i + len(name), self._model.outside] -= AGREEMENT * (share - 0.5)
        return bool(differ)

    def _parted(self, reading: Reading, ruled: Ruled, spans: Iterable[Span]) -> Iterator[Span]:
        """Part two listed names that an "and" or a possessive joins, unless together they are one.

        Trinidad and Tobago is one, "the Netherlands' Limburg" is not.
        """
        for first, last, kind in spans:
            joints = [i for i in range(first + 1, last - 1) if reading.tokens[i].lower in LIST_WORDS]
            owned = [i for i in range(first + 1, last) if self._is_owned(reading, first, i)]
            starts = sorted([first, *(i + 1 for i in joints), *owned])
            parts = list(zip(starts, sorted([*joints, *owned, last]), strict=True))
            found = ruled.get((first, last))
            if (
                len(parts) > 1
                and not (found and found.score >= ACCEPT)
                and not self._is_listed(reading, first, last)
                and all(start < end for start, end in parts)
                and (reading.page.slavic or all(self._is_listed(reading, *part) for part in parts))
            ):
                yield from ((start, end, kind) for start, end in parts)
            else:
                yield first, last, kind

    def _bounded(self, reading: Reading, first: int, last: int, kind: str) -> Span:
        span = _without_organisation(reading, first, last, kind)
        return bounded(reading, *span) if self._language == "en" else span

    def _is_owned(self, reading: Reading, first: int, at: int) -> bool:
        """Tell whether the words from `first` are a country with a possessive before word `at`."""
        if reading.tokens[at].gap not in _POSSESSIVE_GAPS:
            return False
        owner = self._names.info(reading.page.span_text(first, at))
        return owner is not None and owner.has("country")

    def _with_owner(self, reading: Reading, first: int, last: int, kind: str) -> Span:
        """Return a name with the possessive before it if the gazetteer holds both as one: Prince George's County."""
        tokens = reading.tokens
        if kind == "P" and first and tokens[first].gap in _POSSESSIVE_GAPS:
            for start in (first - 2, first - 1):
                if start >= 0 and all(token.capital for token in tokens[start:first]):
                    text = reading.page.text[tokens[start].start : tokens[last - 1].end]
                    info = self._names.info(text)
                    if info is not None and info.match == "listed":
                        return start, last, kind
        return first, last, kind

    def _is_person(self, reading: Reading, first: int, last: int, kind: str) -> bool:
        """Tell whether a person bears the names of two places: Jordan Israel."""
        return (
            last - first == 2
            and {first, first + 1} <= reading.page.persons
            and all(self._is_listed(reading, i, i + 1) for i in (first, first + 1))
            and not self._is_listed(reading, first, last)
        )

    def _is_listed(self, reading: Reading, first: int, last: int) -> bool:
        return self._names.info(reading.page.span_text(first, last)) is not None

    def _lean_on_rules(self, reading: Reading, scores: Any, opened: Iterable[tuple[int, int]]) -> None:
        """Take from the score of "outside" where the rules, a dateline or the list of demonyms speak for a name."""
        outside = self._model.outside
        for found, trust in trusted(reading, self._language):
            scores[found.first : found.last, outside] -= trust
            if found.suffered and found.last < len(scores) and not reading.tokens[found.last].capital:
                scores[found.last, outside] += trust
        for first, last in opened:
            scores[first:last, outside] -= DATELINE
        for i, token in enumerate(reading.tokens):
            if not token.capital:
                continue
            if i and token.gap == " " and _is_demonym(reading.page.span_text(i - 1, i + 1)):
                scores[i - 1 : i + 1, outside] -= TRUST_DEMONYM_PAIR
            elif i not in reading.page.persons and _is_demonym(token.text):
                scores[i, outside] -= TRUST_DEMONYM


def _is_stopped(reading: Reading, ruled: Ruled, first: int, last: int, kind: str) -> bool:
    """Tell whether a name is one that nearly always means something else, and the rules do not take it: Red Cross."""
    found = ruled.get((first, last))
    if kind != "P" or (found is not None and found.score >= ACCEPT):
        return False
    return reading.page.span_text(first, last).lower() in reading.page.stop_places


def _without_organisation(reading: Reading, first: int, last: int, kind: str) -> tuple[int, int, str]:
    """Return the place in the name of an organisation if the rules see one: Oxford of "University of Oxford"."""
    if kind == "P" and last - first > 1:
        for found in reading.found:
            inside = first <= found.first and found.last <= last and found.last - found.first < last - first
            if inside and found.embedded and found.score >= ACCEPT:
                return found.first, found.last, kind
    return first, last, kind


def _spans(labels: list[str]) -> Iterator[tuple[int, int, str]]:
    """Yield (first, last, kind) of the names in a sequence of labels, last exclusive."""
    first = None
    for i, label in enumerate([*labels, "O"]):
        if first is not None and label[0] != "I":
            yield first, i, labels[first][2]
            first = None
        if label[0] == "B":
            first = i
