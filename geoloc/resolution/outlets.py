"""What an outlet writes about: the resolver's own answers on its other documents, pooled.

A local paper seldom says in which state its towns lie. The countries, first-order divisions and points that its
other documents were resolved to say it. No gold is involved, and the document in hand never counts for itself.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from geoloc.resolution.candidates import COUNTRY, REGION, Floats
from geoloc.resolution.features import EARTH_RADIUS_KM, Candidates, max_by_group

OUTLET = (
    "outlet_country", "outlet_admin1", "outlet_near", "outlet_row", "outlet_admin1_gap", "outlet_near_gap",
    "outlet_documents",
)  # fmt: skip
_NEAR_KM = 60.0
_SURE = 0.5
_MOST_POINTS = 400
FEWEST_DOCUMENTS = 3


@dataclass(slots=True)
class Profile:
    """What some documents of an outlet were resolved to.

    Attributes
    ----------
    documents : int
    rows : dict
        By row of the gazetteer, how often it was chosen, each document counting once, weighed by probability.
    country, admin1 : dict
        The same by country and by the row of the first-order division.
    xyz : dict
        Unit vectors of the rows that are points.
    """

    documents: int = 0
    rows: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    country: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    admin1: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    xyz: dict[int, tuple[float, float, float]] = field(default_factory=dict)

    def add(self, answers: list[Answer], sign: float = 1.0) -> None:
        """Add the answers of one document, or take them away."""
        self.documents += int(sign)
        for answer in answers:
            for table, key in ((self.rows, answer.row), (self.country, answer.country), (self.admin1, answer.admin1)):
                if key >= 0:
                    table[key] += sign * answer.weight
            if answer.xyz is not None:
                self.xyz[answer.row] = answer.xyz

    def without(self, answers: list[Answer]) -> Profile:
        """Return the profile without the answers of one document that it holds."""
        rest = Profile(self.documents, *(defaultdict(float, t) for t in (self.rows, self.country, self.admin1)), self.xyz)
        rest.add(answers, -1.0)
        return rest


@dataclass(frozen=True, slots=True)
class Answer:
    """One name of a document as it was resolved."""

    row: int
    country: int
    admin1: int
    weight: float
    xyz: tuple[float, float, float] | None


def answers_of(c: Candidates, probability: Floats) -> list[Answer]:
    """Return what the names of a document were resolved to."""
    answers = []
    for i in np.flatnonzero(probability > _SURE).tolist():
        named = c.kind[i] != COUNTRY
        point = tuple(c.xyz[i].tolist()) if c.has_point[i] and named and c.kind[i] != REGION else None
        answers.append(
            Answer(int(c.rows[i]), int(c.country[i]), int(c.admin1[i]), float(probability[i]), point)  # type: ignore[arg-type]
        )
    return answers


def outlet_features(c: Candidates, profile: Profile) -> Floats:
    """Return the features `OUTLET` of all candidates of a document."""
    f = np.zeros((len(OUTLET), len(c.rows)))
    if not profile.documents or not len(c.rows):
        return f.T
    for row, table, column in ((0, profile.country, c.country), (1, profile.admin1, c.admin1)):
        total = sum(table.values())
        if total > 0:
            f[row] = [max(table.get(key, 0.0), 0.0) / total for key in column.tolist()]
    points = sorted(((w, row) for row, w in profile.rows.items() if w > 0.1 and row in profile.xyz), reverse=True)
    points = points[:_MOST_POINTS]
    if points:
        xyz = np.array([profile.xyz[row] for _, row in points])
        weight = np.array([w for w, _ in points])
        km = EARTH_RADIUS_KM * np.arccos(np.clip(c.xyz @ xyz.T, -1, 1))
        f[2] = c.has_point * (np.exp(-km / _NEAR_KM) * weight).sum(axis=1) / weight.sum()
    f[3] = [max(profile.rows.get(row, 0.0), 0.0) / profile.documents for row in c.rows.tolist()]
    f[4] = f[1] - max_by_group(c, f[1])
    f[5] = f[2] - max_by_group(c, f[2])
    f[6] = np.log(profile.documents)
    return f.T
