"""The five steps in order: recognise, resolve, choose a border, measure, gather."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import compress
from pathlib import Path

from geoloc.borders import Border, area_relation, checked_worldview, fitting_borders, point_error_km, rank_borders
from geoloc.focus import country_weights, focus_of
from geoloc.gazetteer import Gazetteer
from geoloc.gazetteer.where import Where
from geoloc.model import (
    NO_PLACE,
    BorderChoice,
    Candidate,
    Document,
    Mention,
    Place,
    ResolvedMention,
    Result,
)
from geoloc.reading import detect_language
from geoloc.recognition import Recogniser, make_recogniser, mentions_of_spans, sentence_around
from geoloc.resolution import Alternative, Choice, Overrides, Resolved, Resolver
from geoloc.resolution.model import Model
from geoloc.resolution.outlets import Answer, Profile

MIN_CONFIDENCE = 0.2
MOST_CANDIDATES_OPEN = 5
"""How many candidates a mention carries whose choice was left open."""


class Geoparser:
    """Reads documents: finds the places in them, and where they lie relative to a border.

    Parameters
    ----------
    gazetteer : Gazetteer, optional
        The bundled one if none is given.
    border : str or Path
        ``auto`` takes the land border between the two countries that a document is most about; ``none``
        measures nothing; else the id of a bundled border (``RU-UA``) or a GeoJSON file.
    min_confidence : float
        Places less probable than this are left open, with the reason ``low-confidence``. The default keeps out
        what is hardly more than a guess.
    language : str, optional
        ISO 639-1 code of the documents; detected for each if it is not given.
    overrides : str or Path, optional
        A CSV of what names mean here; see `geoloc.resolution.overrides`.
    alternatives : int
        How many other candidates each place carries.
    worldview : str, optional
        Alpha-2 code of the country whose reading of disputed ground is followed; see `Border.load`.
    within_km : float, optional
        Keep only places so near to the border, and what was not resolved.
    outlets : mapping of str to Profile, optional
        What the documents of each outlet are about; a document whose ``outlet`` is in it is resolved with that in mind.
    where : Where, optional
        What the user knows of where the documents play: countries, a point, a box. Places there are preferred, others
        stay possible.
    recogniser : str or Recogniser
        ``default``, ``accurate``, ``rules`` or ``spacy:MODEL``, see `geoloc.recognition.make_recogniser`; or one that
        was made.
    model : Model, optional
        Trees that choose the places; those that geoloc comes with if none are given.

    Examples
    --------
    >>> result = Geoparser().parse("Kozinka, a village near Grayvoron in Belgorod region, was shelled.")
    >>> [place.name for place in result.places]
    ['Kozinka', 'Grayvoron', 'Belgorod Oblast']
    >>> Geoparser().parse("").places
    ()
    """

    def __init__(
        self,
        *,
        gazetteer: Gazetteer | None = None,
        border: str | Path = "auto",
        min_confidence: float = MIN_CONFIDENCE,
        language: str | None = None,
        overrides: str | Path | None = None,
        alternatives: int = 0,
        worldview: str | None = None,
        within_km: float | None = None,
        outlets: Mapping[str, Profile] | None = None,
        where: Where | None = None,
        recogniser: str | Recogniser = "default",
        model: Model | None = None,
    ) -> None:
        self.gazetteer = gazetteer or Gazetteer.open()
        self._overrides = None
        if overrides is not None:
            self._overrides = Overrides(Path(overrides), self.gazetteer)
            self.gazetteer = self._overrides.gazetteer
        self._border_wanted = border
        self._min_confidence = min_confidence
        self._language = language
        self._alternatives = alternatives
        self._worldview = checked_worldview(worldview)
        self._within_km = within_km
        self._outlets = outlets or {}
        self._where = where
        self._recogniser = make_recogniser(recogniser, self.gazetteer) if isinstance(recogniser, str) else recogniser
        self._resolver = Resolver(self.gazetteer, model)
        self._borders: dict[str, Border] = {}
        if border not in ("auto", "none"):
            self.given_border  # noqa: B018  an unknown border is refused here, not at the first document

    @cached_property
    def given_border(self) -> Border:
        """The border that was asked for by id or file."""
        return Border.load(self._border_wanted, worldview=self._worldview)

    @property
    def measures(self) -> bool:
        """True unless the border is ``none``."""
        return self._border_wanted != "none"

    def border(self, id: str) -> Border:
        """Return a border that a result names, loaded once."""
        if self._border_wanted not in ("auto", "none"):
            return self.given_border
        if id not in self._borders:
            self._borders[id] = Border.load(id, worldview=self._worldview)
        return self._borders[id]

    def parse(self, document: str | Document) -> Result:
        """Return what was found in a text or document.

        An empty text, or one without places, gives an empty result.
        """
        if isinstance(document, str):
            document = Document(text=document)
        document, mentions = self._recognise(document)
        choices = self._resolve(document, mentions)
        kept = [choice.reason != "not-a-place" for choice in choices]
        mentions, choices = list(compress(mentions, kept)), list(compress(choices, kept))
        chosen = self._choose_border(self._places(choices)[0], mentions)
        choices = [self._sure_enough(choice) for choice in choices]
        places, place_of = self._places(choices)
        result = Result(
            document=document,
            border=chosen,
            focus=focus_of(places, mentions),
            mentions=tuple(
                ResolvedMention(
                    start=mention.start,
                    end=mention.end,
                    text=mention.text,
                    kind=mention.kind,
                    embedded=mention.embedded,
                    place=None if choice.row is None else place_of[choice.row],
                    confidence=choice.confidence,
                    context=sentence_around(document.text, mention.start, mention.end),
                    reason=choice.reason,
                    candidates=self._candidates(choice.alternatives) if choice.row is None else (),
                )
                for mention, choice in zip(mentions, choices, strict=True)
            ),
            places=tuple(self._measure(places, chosen)),
        )
        return result if self._within_km is None else near_border(result, self._within_km)

    def answers(self, document: Document) -> list[Answer]:
        """Return what the names of a document mean, for the profile of its outlet."""
        document, mentions = self._recognise(document)
        return self._resolved(document, [mention for mention in mentions if mention.override != NO_PLACE]).answers

    def _recognise(self, document: Document) -> tuple[Document, list[Mention]]:
        """Return the document with its language, and its mentions with what the user says of them."""
        if document.language is None:
            document = replace(document, language=self._language or detect_language(document.text))
        if document.spans is not None:
            mentions = mentions_of_spans(document)
        else:
            mentions = self._recogniser.recognise(document)
        if self._overrides is not None:
            mentions = self._overrides.apply(document, mentions)
        return document, mentions

    def _resolved(self, document: Document, mentions: Sequence[Mention]) -> Resolved:
        outlet = self._outlets.get(document.outlet) if document.outlet else None
        return self._resolver.resolve(
            document.text,
            mentions,
            alternatives=max(self._alternatives, MOST_CANDIDATES_OPEN),
            outlet=outlet,
            where=self._where,
            explain=self._alternatives > 0,
        )

    def _resolve(self, document: Document, mentions: Sequence[Mention]) -> list[Choice]:
        """Return a choice for each mention: what the user says, else what the resolver finds."""
        asked = [mention for mention in mentions if mention.override != NO_PLACE]
        found = iter(self._resolved(document, asked).choices)
        choices = []
        for mention in mentions:
            if mention.override is None:
                choices.append(next(found))
            elif mention.override == NO_PLACE:
                choices.append(Choice(None, None, reason="overridden"))
            else:
                next(found)
                choices.append(Choice(mention.override, 1.0))
        return choices

    def _sure_enough(self, choice: Choice) -> Choice:
        if choice.confidence is None or choice.confidence >= self._min_confidence:
            return choice
        if choice.row is None:
            return choice
        first = Alternative(
            choice.row, choice.match, round(choice.probability, 4), choice.speaks_for, choice.speaks_against
        )
        return Choice(None, None, "low-confidence", (first, *choice.alternatives)[:MOST_CANDIDATES_OPEN])

    def _candidates(self, alternatives: Sequence[Alternative]) -> tuple[Candidate, ...]:
        return tuple(
            Candidate(self.gazetteer.place(a.row), a.match, a.probability, None, a.speaks_for, a.speaks_against)
            for a in alternatives
        )

    def _places(self, choices: Sequence[Choice]) -> tuple[list[Place], dict[int, int]]:
        """Return the distinct places in the order of first mention, and the index of each row."""
        members: dict[int, list[int]] = defaultdict(list)
        for index, choice in enumerate(choices):
            if choice.row is not None:
                members[choice.row].append(index)
        places = []
        for row, indices in members.items():
            best = max((choices[i] for i in indices), key=lambda choice: choice.confidence or 0.0)
            places.append(
                replace(
                    self.gazetteer.place(row),
                    confidence=best.confidence,
                    mentions=tuple(indices),
                    alternatives=self._candidates(best.alternatives[: self._alternatives]),
                    speaks_for=best.speaks_for,
                    speaks_against=best.speaks_against,
                )
            )
        return places, {row: i for i, row in enumerate(members)}

    def _choose_border(self, places: Sequence[Place], mentions: Sequence[Mention]) -> BorderChoice | None:
        if self._border_wanted == "none":
            return None
        if self._border_wanted != "auto":
            return BorderChoice(self.given_border.id, self.given_border.name, "given")
        weights = country_weights(places, mentions)
        fitting = fitting_borders(
            weights,
            [
                (p.lat, p.lon, p.confidence or 0.0)
                for p in places
                if p.is_point and p.lat is not None and p.lon is not None
            ],
            in_passing=_in_passing(places, mentions),
            load=self.border,
        )
        if not fitting:
            return None
        chosen, *others = dict.fromkeys([*fitting, *(id for id, _ in rank_borders(weights))])
        return BorderChoice(chosen, self.border(chosen).name, "auto", others[0] if others else None)

    def _measure(self, places: Sequence[Place], chosen: BorderChoice | None) -> list[Place]:
        if chosen is None:
            return list(places)
        border = self.border(chosen.id)
        points = [place for place in places if place.is_point]
        errors = [point_error_km(place.population) for place in points]
        relations = iter(border.relations(*_coordinates(points), point_error_km=errors))
        return [
            replace(place, border=next(relations))
            if place.is_point
            else replace(place, area=area_relation(border, place))
            for place in places
        ]


def _coordinates(points: Sequence[Place]) -> tuple[list[float], list[float]]:
    return [p.lat for p in points if p.lat is not None], [p.lon for p in points if p.lon is not None]


def near_border(result: Result, km: float) -> Result:
    """Keep the places that are so near to the border, areas by their nearest point, and the names without a place.

    Mentions of other places are left out; indices are those of what is kept.
    """
    places = [i for i, place in enumerate(result.places) if _km_to_border(place) <= km]
    mentions = [i for i, mention in enumerate(result.mentions) if mention.place is None or mention.place in places]
    place_at = {old: new for new, old in enumerate(places)}
    mention_at = {old: new for new, old in enumerate(mentions)}
    focus = result.focus
    return replace(
        result,
        focus=focus and replace(focus, place=None if focus.place is None else place_at.get(focus.place)),
        mentions=tuple(
            replace(mention, place=None if mention.place is None else place_at[mention.place])
            for mention in (result.mentions[i] for i in mentions)
        ),
        places=tuple(
            replace(place, mentions=tuple(mention_at[i] for i in place.mentions))
            for place in (result.places[i] for i in places)
        ),
        left_out=len(result.places) - len(places),
    )


def _km_to_border(place: Place) -> float:
    if place.border:
        return place.border.distance_km
    return place.area.nearest_km if place.area else math.inf


def _in_passing(places: Sequence[Place], mentions: Sequence[Mention]) -> set[str]:
    """Return the countries of which a document has one demonym and nothing else."""
    named = [(place.country, mentions[i].kind) for place in places if place.country for i in place.mentions]
    often = Counter(country for country, _ in named)
    return {country for country, kind in named if kind == "demonym" and often[country] == 1}
