"""How sure the choice of a place is: the probability that it lies within 161 km of the true one."""

from __future__ import annotations

import numpy as np

from geoloc.resolution.candidates import Floats
from geoloc.resolution.features import EARTH_RADIUS_KM, FEATURES, Candidates

SAME_PLACE_KM = 161.0
"""100 miles, the distance within which the field counts an answer as right."""

_OF_CHOICE = (
    "match", "similarity", "log_weight", "weight_gap", "weight_rank", "share", "level", "candidates", "towns",
    "in_same_country", "has_country", "has_region", "announced", "hinted_country", "demonym", "holds_namesake",
    "admin_after", "admin_beside", "holds_neighbour", "admin1_beside", "near_beside", "country_share",
    "admin1_share", "country_named", "admin1_named", "near_25km", "near_100km", "near_400km", "same_place_named",
    "namesake_elsewhere", "names", "mentions", "no_point",
)  # fmt: skip
DECISION = ("probability", "margin", "same_place", *_OF_CHOICE)
_COLUMNS = [FEATURES.index(name) for name in _OF_CHOICE]
_COSINE_SAME = float(np.cos(SAME_PLACE_KM / EARTH_RADIUS_KM))


def best_of_groups(c: Candidates, probability: Floats) -> list[tuple[int, int]]:
    """Return (group, position of its most probable candidate in it) for each group that has candidates."""
    found = []
    for g in range(len(c.starts) - 1):
        begin, end = int(c.starts[g]), int(c.starts[g + 1])
        if begin < end:
            found.append((g, int(probability[begin:end].argmax())))
    return found


def same_place_mass(c: Candidates, g: int, best: int, probability: Floats) -> float:
    """Return the probability of all candidates of a group within 161 km of one of them, itself included."""
    span = slice(int(c.starts[g]), int(c.starts[g + 1]))
    at = span.start + best
    if not c.has_point[at]:
        return float(probability[at])
    near = c.has_point[span] & (c.xyz[span] @ c.xyz[at] >= _COSINE_SAME)
    return float(probability[span][near].sum())


def confidence_features(c: Candidates, features: Floats, probability: Floats) -> tuple[Floats, list[tuple[int, int]]]:
    """Return the features `DECISION` of the best candidate of each group that has one, and which these are."""
    groups = best_of_groups(c, probability)
    rows = np.empty((len(groups), len(DECISION)))
    if groups:
        at = np.array([c.starts[g] + best for g, best in groups])
        rows[:, 3:] = features[at][:, _COLUMNS]
    for row, (g, best) in zip(rows, groups, strict=True):
        mine = probability[int(c.starts[g]) : int(c.starts[g + 1])]
        second = float(np.partition(mine, -2)[-2]) if len(mine) > 1 else 0.0
        row[:3] = mine[best], mine[best] - second, same_place_mass(c, g, best, probability)
    return rows, groups
