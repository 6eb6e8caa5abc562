"""What an outlet writes about: the resolver's own answers on its other documents, pooled.

A local paper seldom says in which state its towns lie. The countries, first-order divisions and points that its
other documents were resolved to say it. No gold is involved, and the document in hand never counts for itself.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from geoloc.errors import FormatError, SourceError
from geoloc.gazetteer import Gazetteer
from geoloc.resolution.candidates import COUNTRY, REGION, Floats, unit_vectors
from geoloc.resolution.features import EARTH_RADIUS_KM, Candidates, max_by_group

OUTLET = (
    "outlet_country", "outlet_admin1", "outlet_near", "outlet_row", "outlet_admin1_gap", "outlet_near_gap",
    "outlet_documents",
)  # fmt: skip
_NEAR_KM = 60.0
_SURE = 0.5
_MOST_POINTS = 400
_MOST = 2.0**53
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
        rest = Profile(
            self.documents,
            defaultdict(float, self.rows),
            defaultdict(float, self.country),
            defaultdict(float, self.admin1),
            self.xyz,
        )
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
        point = _point(c.xyz[i], bool(c.has_point[i]), int(c.kind[i]))
        answers.append(Answer(int(c.rows[i]), int(c.country[i]), int(c.admin1[i]), float(probability[i]), point))
    return answers


def outlet_features(c: Candidates, profile: Profile) -> Floats:
    """Return the features `OUTLET` of all candidates of a document."""
    f: Floats = np.zeros((len(OUTLET), len(c.rows)))
    if not profile.documents or not len(c.rows):
        return np.ascontiguousarray(f.T)
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
    return np.ascontiguousarray(f.T)


def save_outlets(outlets: Mapping[str, Profile], gazetteer: Gazetteer) -> str:
    """Return profiles as JSON that `load_outlets` reads."""
    stored = {}
    for name, profile in sorted(outlets.items()):
        weights = {gazetteer.place(row).id: round(w, 3) for row, w in profile.rows.items() if w >= 0.01}
        stored[name] = {"documents": profile.documents, "places": dict(sorted(weights.items()))}
    return json.dumps({"outlets": stored}, ensure_ascii=False, indent=1) + "\n"


def load_outlets(path: Path, gazetteer: Gazetteer) -> dict[str, Profile]:
    """Read stored profiles; places that the gazetteer does not have are passed over.

    Raises
    ------
    SourceError
        If the file cannot be read.
    FormatError
        If it holds no profiles.
    """
    try:
        outlets = json.loads(path.read_text("utf-8"))["outlets"]
        return {name: _profile(entry["documents"], entry["places"], gazetteer) for name, entry in outlets.items()}
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise FormatError(f"{path} holds no outlet profiles; see: geoloc batch --save-outlets") from None


def _profile(documents: int, places: Mapping[str, float], gazetteer: Gazetteer) -> Profile:
    layers = gazetteer.layers
    if not all(0 <= number < _MOST for number in (documents, *places.values())):
        raise ValueError("a number of an outlet is negative or not finite")
    found = [(row, float(weight)) for id, weight in places.items() if (row := layers.row_of(id)) is not None]
    rows = np.array([row for row, _ in found], np.int64)
    kind, country = layers.column("kind", rows), layers.column("country", rows)
    admin1 = np.where(kind == REGION, rows, layers.column("admin1", rows))
    xyz, has_point = unit_vectors(layers, rows)
    profile = Profile()
    profile.add(
        [
            Answer(row, int(country[i]), int(admin1[i]), weight, _point(xyz[i], bool(has_point[i]), int(kind[i])))
            for i, (row, weight) in enumerate(found)
        ]
    )
    profile.documents = int(documents)
    return profile


def _point(xyz: Floats, has_point: bool, kind: int) -> tuple[float, float, float] | None:
    """Return the vector of a place that is small enough to say where an outlet is."""
    if not has_point or kind in (COUNTRY, REGION):
        return None
    x, y, z = xyz.tolist()
    return x, y, z
