"""Train the resolver on corpora with points, gold spans given; by one command, deterministic.

    OMP_NUM_THREADS=1 python benchmarks/fit_resolver.py --corpora DIR --output geoloc/resolution/model.npz
    OMP_NUM_THREADS=1 python benchmarks/fit_resolver.py --corpora DIR --cross-validate

DIR holds lgl.jsonl, trnews.jsonl, gwn.jsonl, geocorpora.jsonl and wotr.jsonl: a document a line with ``text`` and
``toponyms`` of ``start``, ``end``, ``geonameid``, ``lat``, ``lon``; others named with --also are only judged. It needs
LightGBM (``pip install 'geoloc[train]'``); the trees are then stored as plain arrays.

First two linear models learn what the words around a name and those of a whole text speak for. Then each stage learns
scores whose softmax over the candidates of a name makes the right one probable. It sees what the one before made
probable, as learned from documents that it was not trained on, so that training sees no surer evidence than use does.
The last ensemble tells how probable it is that the choice lies within 161 km of the truth. Documents of one source
(outlet) always stand on one side of a split.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from geoloc.gazetteer import Gazetteer
from geoloc.model import Document
from geoloc.recognition import mentions_of_spans
from geoloc.resolution.candidates import CandidateFinder
from geoloc.resolution.decision import DECISION, confidence_features
from geoloc.resolution.features import (
    EARTH_RADIUS_KM,
    FEATURES,
    Candidates,
    context,
    crude_probability,
    gather,
    max_by_group,
    rank,
    weigh_words,
)
from geoloc.resolution.groups import Group, group_mentions
from geoloc.resolution.levels import HOMES, LEVELS, WordModel
from geoloc.resolution.model import Model
from geoloc.resolution.outlets import FEWEST_DOCUMENTS, OUTLET, Profile, answers_of, outlet_features
from geoloc.resolution.trees import Trees

TRAINED_ON = {"lgl": 1.0, "trnews": 2.0, "gwn": 1.5, "geocorpora": 1.0, "wotr": 0.15}
"""Corpora, and what a name in each counts for."""
STAGES = 3
FOLDS = 5
INNER_FOLDS = 3
SAME_PLACE_KM = 161.0
LEAST_WEIGHT = 0.5
"""Corpora that count for less do not teach what words say: their English is not of today."""
RARE_CUE, LEVEL_L2 = 3, 2.0
RARE_WORD, HOME_L2 = 15, 4.0
RANKER = {
    "num_leaves": 8, "learning_rate": 0.08, "min_data_in_leaf": 40, "lambda_l2": 5.0, "feature_fraction": 0.6,
    "bagging_fraction": 0.8, "bagging_freq": 1, "verbosity": -1, "num_threads": 1, "deterministic": True,
    "force_row_wise": True, "seed": 7, "max_bin": 63,
}  # fmt: skip
RANKER_TREES = 160
NEAR_COUNTS = 0.5
JUDGE = {
    "objective": "binary", "num_leaves": 6, "learning_rate": 0.06, "min_data_in_leaf": 60, "lambda_l2": 10.0,
    "feature_fraction": 0.6, "bagging_fraction": 0.8, "bagging_freq": 1, "verbosity": -1, "num_threads": 1,
    "deterministic": True, "force_row_wise": True, "seed": 7, "max_bin": 63,
}  # fmt: skip
JUDGE_TREES = 90
Array = np.ndarray[Any, Any]


@dataclass
class Sample:
    """One document ready for training.

    `relevance` is 3 for the gold row, 2 for the nearest point within 30 km where that is not among the candidates, 1
    for what lies within 161 km; `golds` holds, a group, for each mention whether each candidate is right by id and
    by distance, and whether an id is known.
    """

    corpus: str
    source: str
    c: Candidates
    groups: list[Group]
    relevance: Array
    weight: Array
    golds: list[list[tuple[Array, Array, bool]]]
    prior: Array = field(default_factory=lambda: np.empty(0))


def load(path: Path, finder: CandidateFinder, gazetteer: Gazetteer) -> list[Sample]:
    """Read a corpus into samples."""
    samples = []
    for line in path.read_text("utf-8").split("\n")[:-1]:
        row = json.loads(line)
        toponyms = {(t["start"], t["end"]): t for t in row["toponyms"] if t.get("lat") is not None}
        if not toponyms:
            continue
        mentions = mentions_of_spans(Document(text=row["text"], language=row.get("lang"), spans=tuple(toponyms)))
        groups = group_mentions(row["text"], mentions, finder)
        c = gather(row["text"], mentions, groups, gazetteer.layers.countries)
        ids = gazetteer.layers.column("geonameid", c.rows)
        relevance, weight, golds = np.zeros(len(c.rows)), np.zeros(len(groups)), []
        for g, group in enumerate(groups):
            span = slice(c.starts[g], c.starts[g + 1])
            golds.append([_judged(c, span, ids, toponyms[mentions[i].start, mentions[i].end]) for i in group.mentions])
            relevance[span] = np.round(np.mean([_relevance(*gold) for gold in golds[-1]], axis=0))
            weight[g] = len(group.mentions) ** 0.5
        samples.append(Sample(path.stem, source_of(row), c, groups, relevance, weight, golds))
    return samples


def source_of(row: dict[str, Any]) -> str:
    """Return the outlet of a document, or its id where it has none."""
    return str(row.get("source") or row["id"])


def _judged(c: Candidates, span: slice, ids: Array, toponym: dict[str, Any]) -> tuple[Array, Array, bool]:
    lat, lon = np.radians(toponym["lat"]), np.radians(toponym["lon"])
    point = np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    km = EARTH_RADIUS_KM * np.arccos(np.clip(c.xyz[span] @ point, -1, 1))
    km[~c.has_point[span]] = np.inf
    known = toponym.get("geonameid") is not None
    same = (ids[span] == int(toponym["geonameid"])) if known else np.zeros(len(km), bool)
    return same, np.where(same, 0.0, km), known


def _relevance(same: Array, km: Array, known: bool) -> Array:
    relevance = (km <= SAME_PLACE_KM).astype(float)
    if same.any():
        relevance[same] = 3
    elif len(km) and km.min() <= 30:
        relevance[km == km.min()] = 2
    return relevance


def fold_of(source: str, folds: int, salt: str = "") -> int:
    """Return the fold of a source; the same in every run."""
    return zlib.crc32((salt + source).encode()) % folds


def grow(
    parameters: dict[str, Any], trees: int, x: Array, y: Array, weight: Array, start: Array | None = None
) -> Trees:
    """Train one ensemble."""
    import lightgbm

    data = lightgbm.Dataset(
        x.astype(np.float32), y, weight=weight, init_score=start, params={"verbosity": -1, "max_bin": 63}
    )
    return Trees.from_lightgbm(lightgbm.train(parameters, data, trees).dump_model())


def train_stage(samples: Sequence[Sample], features: Callable[[Sample], Array]) -> Trees:
    """Train one stage."""
    x, y, weight, sizes, start = [], [], [], [], []
    for s in samples:
        useful = max_by_group(s.c, s.relevance) > 0
        x.append(features(s)[useful])
        y.append(s.relevance[useful])
        start.append(s.c.given[useful])
        weight.append((s.weight * TRAINED_ON[s.corpus])[s.c.group][useful])
        kept = np.bincount(s.c.group[useful], minlength=len(s.groups))
        sizes.append(kept[kept > 0])
    rows, relevance, weights, lengths, given = map(np.concatenate, (x, y, weight, sizes, start))
    objective = likelihood(relevance, weights, lengths)
    return grow({**RANKER, "objective": objective}, RANKER_TREES, rows, relevance, weights, given)


def likelihood(relevance: Array, weight: Array, sizes: Array) -> Callable[[Array, Any], tuple[Array, Array]]:
    """Return gradients of the probability that a softmax over the scores of a name gives to the right answer.

    The logarithm of the probability of the best candidates counts, and `NEAR_COUNTS` times that of all within 161 km.
    """
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]])

    def total(values: Array) -> Array:
        return np.repeat(np.add.reduceat(values, begins), sizes)

    best = relevance == np.repeat(np.maximum.reduceat(relevance, begins), sizes)
    near = relevance > 0

    def gradients(scores: Array, _: Any) -> tuple[Array, Array]:
        powers = np.exp(scores - np.repeat(np.maximum.reduceat(scores, begins), sizes))
        p = powers / total(powers)
        gradient = np.zeros(len(p))
        for right, counts in ((best, 1.0), (near, NEAR_COUNTS)):
            mass = np.maximum(total(p * right), 1e-9)
            gradient += counts * (p - p * right / mass)
        return weight * gradient, weight * np.maximum((1 + NEAR_COUNTS) * p * (1 - p), 1e-6)

    return gradients


def out_of_fold(samples: Sequence[Sample], features: Callable[[Sample], Array], salt: str) -> tuple[Trees, list[Array]]:
    """Train a stage on all samples, and return with it what stages trained on the other folds say of each."""
    x = [features(s) for s in samples]
    by_id = {id(s): rows for s, rows in zip(samples, x, strict=True)}
    said: list[Array] = [np.empty(0)] * len(samples)
    for fold in range(INNER_FOLDS):
        inside = [s for s in samples if fold_of(s.source, INNER_FOLDS, salt) != fold]
        trees = train_stage(inside, lambda s: by_id[id(s)])
        for i, s in enumerate(samples):
            if fold_of(s.source, INNER_FOLDS, salt) == fold:
                said[i] = rank(s.c, trees, x[i])
    return train_stage(samples, lambda s: by_id[id(s)]), said


def train_levels(samples: Sequence[Sample]) -> WordModel:
    """Train what tells the level of a place by the words around its name."""
    bags, labels, weight = [], [], []
    for s in samples:
        if TRAINED_ON[s.corpus] < LEAST_WEIGHT:
            continue
        for g, golds in enumerate(s.golds):
            span = slice(s.c.starts[g], s.c.starts[g + 1])
            for cues, (same, _, _) in zip(s.c.cues[g], golds, strict=True):
                if s.groups[g].kind == "place" and same.any():
                    bags.append(cues)
                    labels.append(np.eye(len(LEVELS))[s.c.level[span][same.argmax()]])
                    weight.append(TRAINED_ON[s.corpus])
    return regress(bags, np.array(labels), np.array(weight), RARE_CUE, LEVEL_L2)


def train_homes(samples: Sequence[Sample]) -> WordModel:
    """Train what tells in which country a text plays by its common words."""
    bags, labels, weight = [], [], []
    for s in samples:
        if TRAINED_ON[s.corpus] < LEAST_WEIGHT:
            continue
        right = [s.c.home[s.c.starts[g] : s.c.starts[g + 1]][same.argmax()]
                 for g, golds in enumerate(s.golds) for same, _, _ in golds if same.any()]  # fmt: skip
        if right:
            bags.append(s.c.words)
            labels.append(np.bincount(right, minlength=len(HOMES)) / len(right))
            weight.append(len(right) ** 0.5)
    return regress(bags, np.array(labels), np.array(weight), RARE_WORD, HOME_L2)


def regress(bags: Sequence[Sequence[str]], y: Array, weight: Array, rare: int, l2: float) -> WordModel:
    """Fit a multinomial logistic regression over words that occur in at least `rare` bags."""
    from scipy.optimize import minimize
    from scipy.sparse import csr_matrix

    frequent = Counter(word for bag in bags for word in bag)
    number = {word: i for i, word in enumerate(sorted(word for word, n in frequent.items() if n >= rare))}
    rows = [[*(number[word] for word in bag if word in number), len(number)] for bag in bags]
    ends = np.cumsum([0, *map(len, rows)])
    x = csr_matrix((np.ones(ends[-1]), np.concatenate(rows), ends), shape=(len(rows), len(number) + 1))
    shape = (len(number) + 1, y.shape[1])

    def loss(flat: Array) -> tuple[float, Array]:
        w = flat.reshape(shape)
        scores = x @ w
        scores -= scores.max(axis=1, keepdims=True)
        p = np.exp(scores)
        total = p.sum(axis=1, keepdims=True)
        value = (weight[:, None] * y * (np.log(total) - scores)).sum() + l2 / 2 * (w**2).sum()
        return float(value), (x.T @ (weight[:, None] * (p / total - y)) + l2 * w).ravel()

    found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 100})
    return WordModel(number, found.x.reshape(shape).astype(np.float16).astype(np.float32))


def hear_words(samples: Sequence[Sample]) -> dict[str, WordModel]:
    """Train the models of words; let each sample hear what those trained on the other folds say."""
    for fold in range(INNER_FOLDS):
        inside = [s for s in samples if fold_of(s.source, INNER_FOLDS, "words") != fold]
        levels, homes = train_levels(inside), train_homes(inside)
        for s in samples:
            if fold_of(s.source, INNER_FOLDS, "words") == fold:
                weigh_words(s.c, levels, homes)
    return {"levels": train_levels(samples), "homes": train_homes(samples)}


def fit(samples: Sequence[Sample]) -> dict[str, Any]:
    """Train all stages and the confidence."""
    model: dict[str, Any] = dict(hear_words(samples))
    for s in samples:
        s.prior = crude_probability(s.c)
    for stage in range(STAGES):
        model[f"stage{stage}"], said = out_of_fold(samples, lambda s: context(s.c, s.prior), f"stage{stage}")
        for s, probability in zip(samples, said, strict=True):
            s.prior = probability
    plain = [s.prior for s in samples]
    model["judge"] = judge(samples, plain)
    profiles = profiles_of(samples, plain)

    def pooled(s: Sample) -> Array:
        rest = profiles[s.source].without(answers_of(s.c, s.prior))
        return np.hstack([context(s.c, s.prior), outlet_features(s.c, rest)])

    many = [s for s in samples if profiles[s.source].documents >= FEWEST_DOCUMENTS]
    model["outlet"], said = out_of_fold(many, pooled, "outlet")
    model["outlet_judge"] = judge(many, said)
    return model


def as_model(trees: dict[str, Any]) -> Model:
    """Return what `fit` gave as the resolver takes it."""
    stages = tuple(trees[f"stage{stage}"] for stage in range(STAGES))
    return Model(trees["levels"], trees["homes"], stages, trees["judge"], trees["outlet"], trees["outlet_judge"], {})


def profiles_of(samples: Sequence[Sample], said: Sequence[Array]) -> dict[str, Profile]:
    """Return what the documents of each source were resolved to."""
    profiles: dict[str, Profile] = {}
    for s, probability in zip(samples, said, strict=True):
        profiles.setdefault(s.source, Profile()).add(answers_of(s.c, probability))
    return profiles


def judge(samples: Sequence[Sample], said: Sequence[Array]) -> Trees:
    """Train what tells how probable it is that the best candidate lies within 161 km of the truth."""
    x, y, weight = [], [], []
    for s, probability in zip(samples, said, strict=True):
        rows, groups = confidence_features(s.c, context(s.c, probability), probability)
        for row, (g, best) in zip(rows, groups, strict=True):
            for _, km, _ in s.golds[g]:
                x.append(row)
                y.append(km[best] <= SAME_PLACE_KM)
                weight.append(TRAINED_ON[s.corpus])
    return grow(JUDGE, JUDGE_TREES, np.array(x), np.array(y, float), np.array(weight))


def apply(model: dict[str, Any], s: Sample) -> Array:
    """Return the probabilities after the last stage, without outlets."""
    weigh_words(s.c, model["levels"], model["homes"])
    probability = crude_probability(s.c)
    for stage in range(STAGES):
        probability = rank(s.c, model[f"stage{stage}"], context(s.c, probability))
    return probability


def answers(model: dict[str, Any], samples: Sequence[Sample], *, outlets: bool) -> list[tuple[Any, ...]]:
    """Return (corpus, right by id, id known, within 161 km, oracle by id, oracle by distance, confidence) a mention."""
    said = [apply(model, s) for s in samples]
    judges = [model["judge"]] * len(samples)
    if outlets:
        profiles = profiles_of(samples, said)
        for i, s in enumerate(samples):
            if profiles[s.source].documents >= FEWEST_DOCUMENTS:
                rest = outlet_features(s.c, profiles[s.source].without(answers_of(s.c, said[i])))
                said[i] = rank(s.c, model["outlet"], np.hstack([context(s.c, said[i]), rest]))
                judges[i] = model["outlet_judge"]
    rows = []
    for s, probability, trees in zip(samples, said, judges, strict=True):
        x, groups = confidence_features(s.c, context(s.c, probability), probability)
        sure = 1 / (1 + np.exp(-trees(x))) if len(x) else np.empty(0)
        best = {g: (i, p) for (g, i), p in zip(groups, sure.tolist(), strict=True)}
        for g, golds in enumerate(s.golds):
            for same, km, known in golds:
                i, p = best.get(g, (None, None))
                placed = i is not None
                rows.append((s.corpus, bool(placed and same[i]), known, bool(placed and km[i] <= SAME_PLACE_KM),
                             bool(same.any()), bool((km <= SAME_PLACE_KM).any()), p))  # fmt: skip
    return rows


def report(label: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Print accuracy, oracle and calibration of each corpus."""
    print(f"\n{label}\n{'':12}  acc@161  exact id  oracle acc@161 / id    ECE  AUROC  mentions")
    for corpus in dict.fromkeys(row[0] for row in rows):
        own = [row for row in rows if row[0] == corpus]
        ids = [row for row in own if row[2]]
        sure = np.array([row[6] for row in own if row[6] is not None])
        right = np.array([row[3] for row in own if row[6] is not None])
        by_id, oracle = (f"{np.mean([row[i] for row in ids]):.3f}" if ids else "-" for i in (1, 4))
        within, oracle_within = (float(np.mean([row[i] for row in own])) for i in (3, 5))
        print(
            f"{corpus:12}{within:9.3f} {by_id:>9}  {oracle_within:13.3f} / {oracle:6}"
            f"{calibration_error(sure, right):7.3f}{auroc(sure, right):7.3f}{len(own):10,}",
            flush=True,
        )


def calibration_error(sure: Array, right: Array) -> float:
    """Return the expected calibration error over ten bins."""
    bins = np.minimum((sure * 10).astype(int), 9)
    return float(sum(abs((sure - right)[bins == b].sum()) for b in range(10)) / max(len(sure), 1))


def auroc(sure: Array, right: Array) -> float:
    """Return how often a right answer is surer than a wrong one."""
    order = np.argsort(sure, kind="stable")
    values, inverse, counts = np.unique(sure[order], return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    ranks, hits = middle[inverse], right[order]
    n, m = hits.sum(), (~hits).sum()
    return float((ranks[hits].sum() - n * (n + 1) / 2) / max(n * m, 1))


def main() -> None:
    """Cross-validate, or train on everything and store the model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--cross-validate", action="store_true", help="judge each fold by what the others teach")
    parser.add_argument("--also", nargs="*", default=["tudloc2013"], help="corpora that are only judged")
    parser.add_argument("--gazetteer", type=Path)
    parser.add_argument("--output", type=Path, help="store the model here")
    args = parser.parse_args()
    gazetteer = Gazetteer.open(args.gazetteer) if args.gazetteer else Gazetteer.open()
    finder = CandidateFinder(gazetteer)
    samples = [s for corpus in TRAINED_ON for s in load(args.corpora / f"{corpus}.jsonl", finder, gazetteer)]
    also = [s for c in args.also if (args.corpora / f"{c}.jsonl").exists()
            for s in load(args.corpora / f"{c}.jsonl", finder, gazetteer)]  # fmt: skip
    print(f"{len(samples)} documents, {sum(len(s.c.rows) for s in samples):,} candidates", flush=True)
    if args.cross_validate:
        alone: list[tuple[Any, ...]] = []
        pooled: list[tuple[Any, ...]] = []
        for fold in range(FOLDS):
            model = fit([s for s in samples if fold_of(s.source, FOLDS) != fold])
            held = [s for s in samples if fold_of(s.source, FOLDS) == fold]
            alone += answers(model, held, outlets=False)
            pooled += answers(model, held, outlets=True)
            if fold == 0:
                judged_only = answers(model, also, outlets=False)
        alone.sort(key=lambda row: list(TRAINED_ON).index(row[0]))
        pooled.sort(key=lambda row: list(TRAINED_ON).index(row[0]))
        report("left out, by source; each document alone", [*alone, *judged_only])
        report("left out, by source; with the other documents of the outlet", pooled)
        return
    model = fit(samples)
    report("trained on them (not a measure)", answers(model, samples, outlets=False))
    report("only judged", answers(model, also, outlets=False))
    if args.output:
        arrays = {name: array for part, trees in model.items() for name, array in trees.arrays(part).items()}
        digests = {c: hashlib.sha256((args.corpora / f"{c}.jsonl").read_bytes()).hexdigest()[:16] for c in TRAINED_ON}
        about = {"features": FEATURES, "decision": DECISION, "outlet": OUTLET, "stages": STAGES, "corpora": digests,
                 "gazetteer": gazetteer.about["version"]}  # fmt: skip
        np.savez_compressed(args.output, about=np.array(json.dumps(about)), **arrays)


if __name__ == "__main__":
    main()
