"""The three figures that must never be mixed: recognition, resolution, and both together.

Recognition is precision, recall and F1 over all annotated toponyms, by exact and by overlapping span. Resolution
is, of the toponyms that have a point, the share that is answered within 161 km (100 miles, the field's
convention), the share with the annotated GeoNames id, and the error; no answer counts as 20,039 km. On predictions
for the annotated spans it is toponym resolution, on predictions for raw text the end-to-end score.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geoloc.evaluation.matching import NO_ANSWER_KM, Gold, Row, match

NEAR_KM = 161


@dataclass(frozen=True, slots=True)
class Prf:
    """Precision, recall and their harmonic mean."""

    p: float
    r: float
    f1: float

    @classmethod
    def of(cls, right: int, predicted: int, found: int, gold: int) -> Prf:
        """Return the figures of so many right among the predicted, and found among the gold ones."""
        p, r = right / predicted if predicted else 0.0, found / gold if gold else 0.0
        return cls(p, r, 2 * p * r / (p + r) if p + r else 0.0)


@dataclass(frozen=True, slots=True)
class Recognition:
    """How well spans are found; `gold` and `predicted` are counts."""

    exact: Prf
    overlap: Prf
    gold: int
    predicted: int


@dataclass(frozen=True, slots=True)
class Resolution:
    """How well places are chosen; a figure is None if nothing is there to compute it from.

    Attributes
    ----------
    linked : int
        Toponyms that have a point.
    acc161, exact_id : float or None
        Shares within 161 km, and with the annotated id.
    mean_km, median_km : float or None
    auc : float or None
        Mean of the logarithm of the error, 0 best to 1 (area under the curve of sorted log errors).
    ece : float or None
        Expected calibration error of the confidence, in ten bins.
    auroc : float or None
        Probability that a right answer has a higher confidence than a wrong one.
    """

    linked: int
    acc161: float | None
    exact_id: float | None
    mean_km: float | None
    median_km: float | None
    auc: float | None
    ece: float | None
    auroc: float | None


@dataclass(frozen=True, slots=True)
class Scores:
    """All figures of a corpus; `unanswered` counts the documents without a prediction."""

    docs: int
    unanswered: int
    recognition: Recognition
    resolution: Resolution


def score(gold: Mapping[Any, Row], predicted: Mapping[Any, Row], demonyms: str = "count") -> Scores:
    """Score predictions against annotated documents.

    Parameters
    ----------
    gold : mapping of id to document
        With ``text``, ``toponyms`` and perhaps ``ignore``.
    predicted : mapping of id to result
        With ``mentions`` and ``places`` as `geoloc.write` gives them.
    demonyms : {"count", "skip"}
        Whether a predicted demonym that is not annotated is an error; "skip" is for corpora that annotate none.
    """
    right = found = over_right = over_found = n_predicted = 0
    golds: list[Gold] = []
    for id, document in gold.items():
        annotated, counted = match(document, predicted.get(id), demonyms)
        spans = {(g.start, g.end) for g in annotated}
        golds += annotated
        n_predicted += len(counted)
        right += sum((p.start, p.end) in spans for p in counted)
        over_right += sum(p.touches for p in counted)
        found += sum(g.mention is not None for g in annotated)
        over_found += sum(g.touched for g in annotated)
    recognition = Recognition(
        Prf.of(right, n_predicted, found, len(golds)),
        Prf.of(over_right, n_predicted, over_found, len(golds)),
        len(golds),
        n_predicted,
    )
    return Scores(len(gold), sum(id not in predicted for id in gold), recognition, _resolution(golds))


def _resolution(golds: list[Gold]) -> Resolution:
    linked = [g for g in golds if g.toponym.get("lat") is not None]
    answers = [g.error_km for g in linked]
    errors = [NO_ANSWER_KM if error is None else error for error in answers]
    ids = sum(g.has_id for g in linked)
    if not errors:
        return Resolution(0, None, None, None, None, None, None, None)
    sure = [(_confidence(g), error <= NEAR_KM) for g, error in zip(linked, answers, strict=True) if error is not None]
    return Resolution(
        linked=len(linked),
        acc161=sum(error is not None and error <= NEAR_KM for error in answers) / len(linked),
        exact_id=sum(g.same_id for g in linked) / ids if ids else None,
        mean_km=statistics.fmean(errors),
        median_km=statistics.median(errors),
        auc=statistics.fmean(math.log(error + 1) / math.log(NO_ANSWER_KM + 1) for error in errors),
        ece=_calibration_error(sure),
        auroc=_separation(sure),
    )


def _confidence(gold: Gold) -> float:
    confidence = gold.mention.get("confidence") if gold.mention else None
    return 1.0 if confidence is None else confidence


def _calibration_error(sure: list[tuple[float, bool]]) -> float | None:
    if not sure:
        return None
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, right in sure:
        bins[min(int(confidence * 10), 9)].append((confidence, right))
    gaps = (abs(sum(c for c, _ in members) - sum(right for _, right in members)) for members in bins.values())
    return sum(gaps) / len(sure)


def _separation(sure: list[tuple[float, bool]]) -> float | None:
    right = [c for c, ok in sure if ok]
    wrong = [c for c, ok in sure if not ok]
    if not right or not wrong:
        return None
    return sum((r > w) + (r == w) / 2 for r in right for w in wrong) / (len(right) * len(wrong))
