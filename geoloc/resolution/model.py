"""The trained rankers and what tells how sure they are: ``model.npz``, made by ``benchmarks/fit_resolver.py``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from geoloc.errors import DataError
from geoloc.resolution.decision import DECISION
from geoloc.resolution.features import FEATURES
from geoloc.resolution.levels import WordModel
from geoloc.resolution.outlets import OUTLET
from geoloc.resolution.trees import Trees


@dataclass(frozen=True, slots=True)
class Model:
    """All ensembles of trees.

    Attributes
    ----------
    levels : WordModel
        What level of place the words around a name speak for.
    homes : WordModel
        In which country a text plays, by its common words.
    stages : tuple of Trees
        Rank the candidates of a name, each with what the one before made probable.
    judge : Trees
        Log odds that the choice is right.
    outlet, outlet_judge : Trees
        The same, one stage more, where the outlet of a document is known.
    about : dict
        Features, corpora with the beginning of their SHA-256, version of the gazetteer.
    """

    levels: WordModel
    homes: WordModel
    stages: tuple[Trees, ...]
    judge: Trees
    outlet: Trees
    outlet_judge: Trees
    about: dict[str, Any]


@cache
def load_model() -> Model:
    """Return the model that geoloc comes with.

    Raises
    ------
    DataError
        If it was trained for other features than this version computes.
    """
    with files("geoloc.resolution").joinpath("model.npz").open("rb") as file, np.load(file) as stored:
        about = json.loads(str(stored["about"]))
        for name, expected in (("features", FEATURES), ("decision", DECISION), ("outlet", OUTLET)):
            if tuple(about[name]) != expected:
                raise DataError("model.npz is of another version of geoloc; train it again: benchmarks/fit_resolver.py")
        stages = tuple(Trees.load(stored, f"stage{stage}") for stage in range(about["stages"]))
        rest = {name: Trees.load(stored, name) for name in ("judge", "outlet", "outlet_judge")}
        levels = WordModel.load(stored, "levels")
        homes = WordModel.load(stored, "homes")
    return Model(levels, homes, stages, about=about, **rest)
