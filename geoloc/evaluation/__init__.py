"""Scores of predicted against annotated places: recognition, resolution and end to end apart.

Both sides are in the wire format (dicts of the JSON), so that output of other programs can be judged as well.
"""

from geoloc.evaluation.corpus import read_gold, read_predicted
from geoloc.evaluation.errors import Error, find_errors
from geoloc.evaluation.kinds import KindScore, score_by_kind
from geoloc.evaluation.scoring import Prf, Recognition, Resolution, Scores, score

__all__ = [
    "Error",
    "KindScore",
    "Prf",
    "Recognition",
    "Resolution",
    "Scores",
    "find_errors",
    "read_gold",
    "read_predicted",
    "score",
    "score_by_kind",
]
