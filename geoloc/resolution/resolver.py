"""Choose a place for each name of a document: a linear model over the features, in a few rounds.

The first round knows names and candidates only. Each later round sees how probable the candidates of the
other names were in the round before, so that what is sure supports what is not. ``weights.json`` holds the
weights and says how they were fitted (``benchmarks/fit_resolver.py``).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from geoloc.gazetteer import Gazetteer
from geoloc.model import PLACE_KINDS, Mention, Reason
from geoloc.resolution.features import (
    EARTH_RADIUS_KM,
    FEATURES,
    Candidates,
    Floats,
    context,
    gather,
    neighbours,
    softmax_by_group,
)
from geoloc.resolution.groups import Group, group_mentions

ROUNDS = 3
SAME_PLACE_KM = 161.0
WEAK_KM = 75.0
SUPPORT_KM = 150.0
SMALL, FEW, STRAY_KM = 20_000, 2, 300.0
STRAY = 0.5
"""What remains of the confidence in a small place (below `SMALL` inhabitants) that lies further than `STRAY_KM` from
the other towns of a document that names at least a `FEW`; one announced as a village is then not in the gazetteer."""
UNSUPPORTED = 0.5
"""What remains of the confidence in another romanisation that no other place of the document speaks for."""
_COSINE_SAME = float(np.cos(SAME_PLACE_KM / EARTH_RADIUS_KM))


@dataclass(frozen=True, slots=True)
class Choice:
    """What was decided for one mention.

    Attributes
    ----------
    row : int or None
        The row of the gazetteer, None with a `reason`.
    confidence : float or None
        Probability that the point is within 161 km of the true one.
    alternatives : tuple of (row, match, probability)
        The other candidates, best first.
    """

    row: int | None
    confidence: float | None
    reason: Reason | None = None
    alternatives: tuple[tuple[int, str, float], ...] = ()


@cache
def _weights() -> tuple[Floats, Floats, float]:
    model = json.loads(files("geoloc.resolution").joinpath("weights.json").read_text("utf-8"))
    first = np.array([model["first"].get(name, 0.0) for name in FEATURES])
    later = np.array([model["later"].get(name, 0.0) for name in FEATURES])
    return first, later, float(model["temperature"])


class Resolver:
    """Resolves the mentions of a document against a gazetteer."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def resolve(self, text: str, mentions: Sequence[Mention], *, alternatives: int = 0) -> list[Choice]:
        """Return a choice for each mention, in their order, with so many alternatives."""
        groups = group_mentions(list(mentions), self._gazetteer)
        candidates = gather(groups, self._gazetteer)
        probability = self._rounds(text, mentions, groups, candidates)
        choices: list[Choice | None] = [None] * len(mentions)
        firm = np.array([not group.weak for group in groups])
        for g, group in enumerate(groups):
            span = slice(int(candidates.starts[g]), int(candidates.starts[g + 1]))
            if group.weak and not _near_firm(candidates, span, probability, firm):
                choice = Choice(None, None, reason="not-a-place")
            else:
                choice = _choose(group, candidates, span, probability, alternatives)
            for index in group.mentions:
                choices[index] = choice
        return [choice for choice in choices if choice is not None]

    @staticmethod
    def _rounds(text: str, mentions: Sequence[Mention], groups: list[Group], candidates: Candidates) -> Floats:
        first, later, temperature = _weights()
        pairs = neighbours(groups, mentions, text)
        probability = softmax_by_group(candidates, candidates.static @ first)
        for number in range(ROUNDS):
            scores = context(candidates, groups, pairs, probability) @ later
            last = number == ROUNDS - 1
            probability = softmax_by_group(candidates, scores / (temperature if last else 1.0))
        return probability


def _choose(
    group: Group,
    c: Candidates,
    span: slice,
    probability: Floats,
    alternatives: int,
) -> Choice:
    if span.start == span.stop:
        return Choice(None, None, reason="not-in-gazetteer")
    mine = probability[span]
    order = np.argsort(-mine, kind="stable")
    best = int(order[0])
    others = tuple(
        (int(c.rows[span.start + i]), group.hits[i].match, round(float(mine[i]), 4))
        for i in order[1 : alternatives + 1]
    )
    if not c.has_point[span.start + best]:
        same = np.zeros(len(mine), bool)
    else:
        xyz = c.xyz[span]
        same = c.has_point[span] & (xyz @ xyz[best] >= _COSINE_SAME)
    same[best] = True
    confidence = float(mine[same].sum())
    hit = group.hits[best]
    loose = hit.match in ("romanised", "fuzzy")
    if loose and not _supported(c, span.start + best, probability):
        if hit.match == "fuzzy" or _elsewhere(c, span, best, probability):
            return Choice(None, None, reason="not-in-gazetteer")
        confidence *= UNSUPPORTED
    stray = _is_stray(c, span, best, probability)
    if group.announced and (stray or _elsewhere(c, span, best, probability)):
        return Choice(None, None, reason="not-in-gazetteer")
    if stray:
        confidence *= STRAY
    if hit.match == "fuzzy":
        confidence *= max(0.0, 1 - 3 * (1 - hit.similarity))
    confidence = min(confidence, 0.995)
    return Choice(hit.row, confidence, alternatives=others)


def _elsewhere(c: Candidates, span: slice, best: int, probability: Floats) -> bool:
    """Tell whether the document names places, and none in the country of the best candidate."""
    others = (probability > 0.5) & (c.country > 0)
    others[span] = False
    return bool(others.any() and not (c.country[others] == c.country[span.start + best]).any())


def _anchors(c: Candidates, span: slice, probability: Floats) -> NDArray[np.bool_]:
    """Return which candidates are towns of other names that are probable so far."""
    anchors = (c.kind == PLACE_KINDS.index("populated-place")) & c.has_point & (probability > 0.5)
    anchors[span] = False
    return anchors  # type: ignore[no-any-return]


def _is_stray(c: Candidates, span: slice, best: int, probability: Floats) -> bool:
    """Tell whether the best candidate is a small place far from all towns of a document that names several."""
    row = span.start + best
    if c.kind[row] != PLACE_KINDS.index("populated-place") or c.weight[row] >= SMALL or not c.has_point[row]:
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
    towns = (c.kind == PLACE_KINDS.index("populated-place")) & c.has_point
    anchors = towns & (probability > 0.5) & (c.rows != c.rows[best])
    reach = np.where(firm[c.group[anchors]], WEAK_KM, WEAK_KM / 3)
    return bool(towns[best] and (c.xyz[anchors] @ c.xyz[best] >= np.cos(reach / EARTH_RADIUS_KM)).any())


def _supported(c: Candidates, index: int, probability: Floats) -> bool:
    """Tell whether another name of the document lies in the same first-order division, or within `SUPPORT_KM`."""
    other = (c.group != c.group[index]) & (probability > 0.5) & c.has_point
    same_division = (c.admin1 == c.admin1[index]) & (c.admin1 > 0)
    near = c.xyz @ c.xyz[index] >= np.cos(SUPPORT_KM / EARTH_RADIUS_KM)
    return bool((other & (same_division | near)).any())
