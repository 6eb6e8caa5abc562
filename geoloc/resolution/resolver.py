"""Choose a place for each name of a document: boosted trees over the features, in a few rounds.

The first round begins with what name and population say. Each later round sees how probable the candidates of the
other names were in the round before, so that what is sure supports what is not. Where the outlet of the document
is known, one more round sees what it writes about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geoloc.gazetteer import Gazetteer
from geoloc.gazetteer.where import Where
from geoloc.model import Mention, Reason
from geoloc.resolution.candidates import DISTRICT, MATCHES, STATIC, TOWN, CandidateFinder, Floats
from geoloc.resolution.decision import confidence_features
from geoloc.resolution.explain import Explainer
from geoloc.resolution.features import (
    EARTH_RADIUS_KM,
    Candidates,
    context,
    crude_probability,
    gather,
    rank,
    weigh_words,
)
from geoloc.resolution.groups import Group, group_mentions
from geoloc.resolution.model import Model, load_model
from geoloc.resolution.outlets import FEWEST_DOCUMENTS, OUTLET, Answer, Profile, answers_of, outlet_features
from geoloc.resolution.prior import prior_scores

WEAK_KM = 75.0
SUPPORT_KM = 150.0
SMALL, FEW, STRAY_KM = 20_000, 2, 300.0
UNSUPPORTED = 0.5
"""What remains of the confidence in another romanisation that no other place of the document speaks for."""
STRAY = 0.5
"""What remains of the confidence in a small place (below `SMALL` inhabitants) that lies further than `STRAY_KM` from
the other towns of a document that names at least a `FEW`; one announced as a village is then not in the gazetteer."""
OUTSIDE = 0.3
"""What remains of the confidence in a town or district where the text names a country or region that holds it, and
none of the candidates lies there: the one that is meant is then hardly among them."""
ALIKE, UNLIKE = 0.8, 0.45
"""Likeness of the spellings from which a misspelled name keeps its confidence, and down to which it loses all of it."""
MOST_SURE = 0.995
_ANNOUNCED = STATIC.index("announced")
_ROMANISED, _FUZZY = MATCHES.index("romanised"), MATCHES.index("fuzzy")


@dataclass(frozen=True, slots=True)
class Alternative:
    """A candidate that was considered."""

    row: int
    match: str
    probability: float
    speaks_for: tuple[str, ...] = ()
    speaks_against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """What was decided for one mention.

    Attributes
    ----------
    row : int or None
        The row of the gazetteer, None with a `reason`.
    confidence : float or None
        Probability that the point is within 161 km of the true one.
    alternatives : tuple of Alternative
        The other candidates, best first.
    speaks_for, speaks_against : tuple of str
        Why, in words, where that was asked for.
    """

    row: int | None
    confidence: float | None
    reason: Reason | None = None
    alternatives: tuple[Alternative, ...] = ()
    speaks_for: tuple[str, ...] = ()
    speaks_against: tuple[str, ...] = ()
    match: str = "exact"
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class Resolved:
    """What was decided for the mentions of a document, in their order, and the answers that count for its outlet."""

    choices: list[Choice]
    answers: list[Answer]


class Resolver:
    """Resolves the mentions of a document against a gazetteer, by the model that geoloc comes with or another."""

    def __init__(self, gazetteer: Gazetteer, model: Model | None = None) -> None:
        self._finder = CandidateFinder(gazetteer)
        self._layers = gazetteer.layers
        self._model = model

    def resolve(
        self,
        text: str,
        mentions: Sequence[Mention],
        *,
        alternatives: int = 0,
        outlet: Profile | None = None,
        where: Where | None = None,
        explain: bool = False,
    ) -> Resolved:
        """Choose a place for each mention.

        Parameters
        ----------
        text : str
        mentions : sequence of Mention
            In the order of the text.
        alternatives : int
            How many other candidates each choice carries.
        outlet : Profile, optional
            What the documents of the outlet were resolved to, this one included.
        where : Where, optional
            What the user knows: a prior.
        explain : bool
            Say in words what spoke for and against each candidate.
        """
        groups = group_mentions(text, mentions, self._finder)
        if not groups:
            return Resolved([], [])
        c = gather(text, mentions, groups, self._layers.countries)
        prior = prior_scores(c, where, self._layers) if where is not None else None
        if prior is not None:
            prior *= np.array([group.held is None for group in groups])[c.group]  # what the text says goes before
            c.untaught += prior
        model = self._model or load_model()
        weigh_words(c, model.levels, model.homes)
        probability = crude_probability(c)
        for stage in model.stages:
            probability = rank(c, stage, context(c, probability))
        answers, judge, pooled = answers_of(c, probability), model.judge, None
        if outlet is not None and outlet.documents >= FEWEST_DOCUMENTS:
            rest = outlet_features(c, outlet.without(answers))
            probability = rank(c, model.outlet, np.hstack([context(c, probability), rest]))
            judge, pooled = model.outlet_judge, rest[:, OUTLET.index("outlet_admin1")]
        last = context(c, probability)
        features, best_of = confidence_features(c, last, probability)
        sure = 1 / (1 + np.exp(-judge(features))) if best_of else np.empty(0)
        best = {g: (position, p) for (g, position), p in zip(best_of, sure.tolist(), strict=True)}
        explainer = None
        if explain:
            explainer = Explainer(c, groups, last, probability, self._layers, outlet=pooled, prior=prior)
        choices: dict[int, Choice] = {}
        firm = np.array([not group.weak for group in groups])
        for g, group in enumerate(groups):
            span = slice(int(c.starts[g]), int(c.starts[g + 1]))
            if group.weak and not _near_firm(c, span, probability, firm):
                choice = Choice(None, None, reason="not-a-place")
            elif g not in best:
                choice = Choice(None, None, reason="not-in-gazetteer")
            else:
                choice = _choose(group, c, span, *best[g], probability, alternatives, explainer)
            choices |= dict.fromkeys(group.mentions, choice)
        return Resolved([choices[index] for index in range(len(mentions))], answers)


def _choose(
    group: Group,
    c: Candidates,
    span: slice,
    best: int,
    confidence: float,
    probability: Floats,
    alternatives: int,
    explainer: Explainer | None,
) -> Choice:
    at = span.start + best
    match = int(c.match[at])
    if match == _FUZZY and group.village and c.weight[at] >= SMALL:
        return Choice(None, None, reason="not-in-gazetteer")
    if match in (_ROMANISED, _FUZZY) and not _supported(c, at, probability):
        if match == _FUZZY or _elsewhere(c, span, best, probability):
            return Choice(None, None, reason="not-in-gazetteer")
        confidence *= UNSUPPORTED if c.static[at, _ANNOUNCED] <= 0 else 1.0
    stray = _is_stray(c, span, best, probability, village=group.village)
    lost = _elsewhere(c, span, best, probability) and not _supported(c, at, probability)
    if group.announced and (group.outside or stray or lost):
        return Choice(None, None, reason="not-in-gazetteer")
    if stray:
        confidence *= STRAY
    if group.outside and c.kind[at] in (TOWN, DISTRICT):
        confidence *= OUTSIDE
    if match == _FUZZY:
        confidence *= min(max((float(c.similarity[at]) - UNLIKE) / (ALIKE - UNLIKE), 0.0), 1.0)
    mine = probability[span]
    order = [i for i in np.argsort(-mine, kind="stable").tolist() if i != best]
    said = explainer.reasons if explainer else lambda i: ((), ())
    others = tuple(
        Alternative(int(c.rows[i]), MATCHES[c.match[i]], round(float(probability[i]), 4), *said(i))
        for i in (span.start + i for i in order[:alternatives])
    )
    return Choice(
        int(c.rows[at]), min(confidence, MOST_SURE), None, others, *said(at), MATCHES[match], float(mine[best])
    )


def _elsewhere(c: Candidates, span: slice, best: int, probability: Floats) -> bool:
    """Tell whether the document names places, and none in the country of the best candidate."""
    others = (probability > 0.5) & (c.country > 0)
    others[span] = False
    return bool(others.any() and not (c.country[others] == c.country[span.start + best]).any())


def _anchors(c: Candidates, span: slice, probability: Floats) -> NDArray[np.bool_]:
    """Return which candidates are towns of other names that are probable so far."""
    anchors = (c.kind == TOWN) & c.has_point & (probability > 0.5)
    anchors[span] = False
    return anchors  # type: ignore[no-any-return]


def _is_stray(c: Candidates, span: slice, best: int, probability: Floats, *, village: bool) -> bool:
    """Tell whether the best candidate is a small place far from all towns of a document that names several.

    One that the wording calls a village strays whatever its size.
    """
    row = span.start + best
    if c.kind[row] != TOWN or (c.weight[row] >= SMALL and not village) or not c.has_point[row]:
        return False
    anchors = _anchors(c, span, probability)
    division_named = ((c.rows == c.admin1[row]) & (probability > 0.5)).any()
    if anchors.sum() < FEW or division_named:
        return False
    return not (c.xyz[anchors] @ c.xyz[row] >= np.cos(STRAY_KM / EARTH_RADIUS_KM)).any()


def _near_firm(c: Candidates, span: slice, probability: Floats, firm: NDArray[np.bool_]) -> bool:
    """Tell whether the best candidate of a weak name lies near a town that the document names for certain.

    Two weak names that mean towns next to each other make one another certain.
    """
    if span.start == span.stop:
        return False
    best = span.start + int(probability[span].argmax())
    towns = (c.kind == TOWN) & c.has_point
    anchors = towns & (probability > 0.5) & (c.rows != c.rows[best])
    reach = np.where(firm[c.group[anchors]], WEAK_KM, WEAK_KM / 3)
    return bool(towns[best] and (c.xyz[anchors] @ c.xyz[best] >= np.cos(reach / EARTH_RADIUS_KM)).any())


def _supported(c: Candidates, index: int, probability: Floats) -> bool:
    """Tell whether another name of the document lies in the same first-order division, or within `SUPPORT_KM`."""
    other = (c.group != c.group[index]) & (probability > 0.5) & c.has_point
    same_division = (c.admin1 == c.admin1[index]) & (c.admin1 > 0)
    near = c.xyz @ c.xyz[index] >= np.cos(SUPPORT_KM / EARTH_RADIUS_KM)
    return bool((other & (same_division | near)).any())
