"""Recall and placing by the kind of the annotated place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from geoloc.evaluation.matching import Gold, Row, match
from geoloc.evaluation.scoring import NEAR_KM


@dataclass(frozen=True, slots=True)
class KindScore:
    """The toponyms of one kind.

    Attributes
    ----------
    gold, linked : int
        How many there are, and how many of them have a point.
    found : float
        The share that is recognised exactly.
    acc161, exact_id : float or None
        Of those with a point, the shares placed within 161 km and given the annotated id.
    """

    kind: str
    gold: int
    found: float
    linked: int
    acc161: float | None
    exact_id: float | None


def score_by_kind(
    gold: Mapping[Any, Row], predicted: Mapping[Any, Row], kind_of: Callable[[Row], str]
) -> list[KindScore]:
    """Return a score for each kind of toponym, the most frequent kind first.

    `kind_of` gives the kind of an annotated toponym.
    """
    by_kind: dict[str, list[Gold]] = defaultdict(list)
    for id, document in gold.items():
        for toponym in match(document, predicted.get(id))[0]:
            by_kind[kind_of(toponym.toponym)].append(toponym)
    scores = []
    for kind, golds in by_kind.items():
        linked = [g for g in golds if g.toponym.get("lat") is not None]
        near = sum(g.error_km is not None and g.error_km <= NEAR_KM for g in linked)
        ids = sum(g.has_id for g in linked)
        scores.append(
            KindScore(
                kind,
                len(golds),
                sum(g.mention is not None for g in golds) / len(golds),
                len(linked),
                near / len(linked) if linked else None,
                sum(g.same_id for g in linked) / ids if ids else None,
            )
        )
    return sorted(scores, key=lambda s: (-s.gold, s.kind))
