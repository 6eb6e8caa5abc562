"""Fit the weights of the resolver on corpora with GeoNames ids, gold spans given.

    python benchmarks/fit_resolver.py --corpora DIR [--cross-validate]

DIR holds lgl.jsonl, trnews.jsonl, gwn.jsonl and geocorpora.jsonl: a document a line with ``text`` and
``toponyms`` of ``start``, ``end``, ``geonameid``, ``lat``, ``lon``. A conditional logit is fitted by gradient
descent: of the candidates of a name, those that are the gold place (by id, else within 20 km) should
have all the probability. The first stage sees static features; the second is refitted a few times, each time
with the context that the weights so far produce. Deterministic. ``--cross-validate`` fits on four fifths of
the documents of each corpus, grouped by their source, and prints the accuracy on the rest.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from geoloc.gazetteer import Gazetteer
from geoloc.model import Document, Mention
from geoloc.recognition import mentions_of_spans
from geoloc.resolution.features import FEATURES, Candidates, context, gather, neighbours, softmax_by_group
from geoloc.resolution.groups import Group, group_mentions
from geoloc.resolution.resolver import ROUNDS

CORPORA = ("lgl", "trnews", "gwn", "geocorpora")
# What English news with given spans does not show, set by hand: other alphabets, the wording around a
# name, and areas whose GeoNames id the bundled rows do not carry.
BY_HAND = {
    "inflected": -0.3,
    "romanised": -1.5,
    "fuzzy": -2.0,
    "hinted_country": 2.0,
    "announced": 2.5,
    "announced_otherwise": -1.5,
    "nature": 9.5,
    "holds_namesake": -2.5,
}
RIDGE = 0.002
TEMPERATURE = 1.02  # what --cross-validate found best on documents left out
STEPS = 400
REFITS = 4


@dataclass
class Sample:
    """One document ready for fitting."""

    corpus: str
    source: str
    groups: list[Group]
    pairs: list[tuple[int, int]]
    candidates: Candidates
    gold: np.ndarray[Any, Any]
    weight: np.ndarray[Any, Any]
    linked: int
    features: np.ndarray[Any, Any] | None = None


def load(path: Path, gazetteer: Gazetteer) -> list[Sample]:
    """Read a corpus into samples."""
    samples = []
    for line in path.read_text("utf-8").split("\n")[:-1]:
        row = json.loads(line)
        toponyms = [t for t in row["toponyms"] if t.get("lat") is not None]
        toponyms = list({(t["start"], t["end"]): t for t in toponyms}.values())
        spans = tuple((t["start"], t["end"]) for t in toponyms)
        if not spans:
            continue
        document = Document(text=row["text"], language=row.get("lang"), spans=spans)
        mentions = mentions_of_spans(document)
        samples.append(sample(path.stem, row, mentions, toponyms, gazetteer))
    return samples


def sample(
    corpus: str, row: dict[str, Any], mentions: list[Mention], toponyms: list[dict[str, Any]], gazetteer: Gazetteer
) -> Sample:
    """Label the candidates of one document: 1 for the gold place."""
    groups = group_mentions(mentions, gazetteer)
    c = gather(groups, gazetteer)
    gold = np.zeros(len(c.rows))
    weight = np.zeros(len(groups))
    by_span = {(t["start"], t["end"]): t for t in toponyms}
    ids = gazetteer.layers.column("geonameid", c.rows)
    for g, group in enumerate(groups):
        span = slice(c.starts[g], c.starts[g + 1])
        for index in group.mentions:
            t = by_span[mentions[index].start, mentions[index].end]
            hit = ids[span] == int(t.get("geonameid") or -1)
            if not hit.any():
                lat, lon = np.radians(t["lat"]), np.radians(t["lon"])
                point = np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
                hit = (c.xyz[span] @ point >= np.cos(20 / 6371.0)) & c.has_point[span]
            if hit.any():
                gold[span] += hit / hit.sum()
                weight[g] += 1
    return Sample(corpus, str(row.get("source") or row["id"]), groups, neighbours(groups, mentions, row["text"]), c,
                  gold, weight, len(toponyms))  # fmt: skip


def fit(samples: list[Sample], start: np.ndarray[Any, Any], mask: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Fit one weight vector on the features that the samples carry now."""
    x = np.concatenate([s.features for s in samples if s.features is not None])
    gold = np.concatenate([s.gold for s in samples])
    sizes = np.concatenate([np.diff(s.candidates.starts) for s in samples])
    group = np.repeat(np.arange(len(sizes)), sizes)
    # Corpora count alike, not by their size; within one, a name counts by the root of its mentions.
    sizes_of = {corpus: sum((s.weight**0.5).sum() for s in samples if s.corpus == corpus) for corpus in CORPORA}
    share = {corpus: 1 / max(1, size) for corpus, size in sizes_of.items()}
    names = np.concatenate([s.weight**0.5 * share[s.corpus] for s in samples])
    total = np.bincount(group, gold, len(sizes))
    target = np.where(total[group] > 0, gold / np.maximum(total[group], 1e-9), 0)
    names = np.where(total > 0, names, 0)
    scale = np.maximum(x.std(axis=0), 1e-3)
    x = x / scale
    begins = np.concatenate([[0], np.cumsum(sizes)])[:-1]
    full = sizes > 0
    w = start * scale * mask
    first, second = np.zeros_like(w), np.zeros_like(w)
    for step in range(1, STEPS + 1):
        scores = x @ w
        top = np.repeat(np.maximum.reduceat(scores, begins[full]), sizes[full])
        power = np.exp(scores - top)
        p = power / np.repeat(np.add.reduceat(power, begins[full]), sizes[full])
        gradient = x.T @ ((p - target) * names[group]) * mask + RIDGE * w
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        w = w - 0.05 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return w / scale


def train(samples: list[Sample]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Fit both stages."""
    seen_alone = np.abs(np.concatenate([s.candidates.static for s in samples])).sum(axis=0) > 0
    static = seen_alone.astype(float)
    for s in samples:
        s.features = s.candidates.static
    first = fit(samples, np.zeros(len(FEATURES)), static)
    later = first
    for _ in range(REFITS):
        for s in samples:
            s.features = settle(s, first, later, rounds=2)[0]
        later = fit(samples, later, np.ones(len(FEATURES)))
    return first, later


def settle(s: Sample, first: np.ndarray[Any, Any], later: np.ndarray[Any, Any], rounds: int) -> tuple[Any, Any]:
    """Run the rounds and return the last context features and probabilities."""
    probability = softmax_by_group(s.candidates, s.candidates.static @ first)
    features = s.candidates.static
    for _ in range(rounds):
        features = context(s.candidates, s.groups, s.pairs, probability)
        probability = softmax_by_group(s.candidates, features @ later)
    return features, probability


def accuracy(samples: list[Sample], first: Any, later: Any) -> dict[str, tuple[float, float, float]]:
    """Return, a corpus, the share of linked toponyms whose gold row is chosen, that have it, and log loss."""
    result = {}
    for corpus in CORPORA:
        chosen = possible = linked = 0.0
        loss = 0.0
        for s in (s for s in samples if s.corpus == corpus):
            _, p = settle(s, first, later, rounds=ROUNDS)
            linked += s.linked
            for g in range(len(s.groups)):
                span = slice(s.candidates.starts[g], s.candidates.starts[g + 1])
                gold = s.gold[span]
                if gold.sum() > 0:
                    possible += s.weight[g]
                    chosen += gold[int(p[span].argmax())] and s.weight[g]
                    loss -= s.weight[g] * np.log(max(1e-6, (p[span] * (gold > 0)).sum()))
        if linked:
            result[corpus] = (chosen / linked, possible / linked, loss / max(possible, 1))
    return result


def show(name: str, figures: dict[str, tuple[float, float, float]]) -> None:
    """Print, a corpus: gold row chosen, gold row among the candidates, log loss."""
    print(f"{name:22}", "  ".join(f"{c} {a:.3f} of {b:.3f}, {loss:.3f}" for c, (a, b, loss) in figures.items()))


def temperature(samples: list[Sample], first: Any, later: Any) -> float:
    """Return the divisor of the scores that makes the probabilities of the last round least surprising."""
    best, least = 1.0, float("inf")
    for value in np.arange(0.6, 2.6, 0.1):
        loss = 0.0
        for s in samples:
            features, _ = settle(s, first, later, rounds=ROUNDS)
            p = softmax_by_group(s.candidates, features @ later / value)
            inside = np.bincount(s.candidates.group, p * (s.gold > 0), len(s.groups))
            loss -= (s.weight * np.log(np.maximum(inside, 1e-6)))[s.weight > 0].sum()
        if loss < least:
            best, least = float(value), loss
    return round(best, 2)


def main() -> None:
    """Fit, report, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--cross-validate", action="store_true")
    parser.add_argument("--gazetteer", type=Path)
    parser.add_argument("--output", type=Path, help="write the weights here: geoloc/resolution/weights.json")
    args = parser.parse_args()
    gazetteer = Gazetteer.open(args.gazetteer)
    samples = [s for corpus in CORPORA for s in load(args.corpora / f"{corpus}.jsonl", gazetteer)]
    print(f"{len(samples)} documents, {sum(len(s.candidates.rows) for s in samples):,} candidates")
    heat = TEMPERATURE
    if args.cross_validate:
        held: list[tuple[Any, ...]] = []
        folds: list[dict[str, tuple[float, float, float]]] = []
        for fold in range(5):
            inside = [s for s in samples if zlib.crc32(s.source.encode()) % 5 != fold]
            outside = [s for s in samples if zlib.crc32(s.source.encode()) % 5 == fold]
            weights = train(inside)
            held.append((weights, outside))
            folds.append(accuracy(outside, *weights))
            show(f"fold {fold}", folds[-1])
        means = {c: tuple(np.mean([f[c] for f in folds if c in f], axis=0)) for c in CORPORA}
        show("left out, mean", means)  # type: ignore[arg-type]
        heat = float(np.mean([temperature(outside, *weights) for weights, outside in held]))
        print(f"temperature on documents left out: {heat:.2f}")
    first, later = train(samples)
    show("all, fitted on them", accuracy(samples, first, later))
    digest = {c: hashlib.sha256((args.corpora / f"{c}.jsonl").read_bytes()).hexdigest()[:16] for c in CORPORA}
    model = {
        "about": "Fitted by benchmarks/fit_resolver.py; the corpora are named with the beginning of their SHA-256.",
        "corpora": digest,
        "first": {name: round(float(v), 4) for name, v in zip(FEATURES, first, strict=True) if v} | BY_HAND,
        "later": {name: round(float(v), 4) for name, v in zip(FEATURES, later, strict=True)} | BY_HAND,
        "by_hand": sorted(BY_HAND),
        "temperature": round(heat, 2),
    }
    if args.output:
        args.output.write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")
    for name in FEATURES:
        print(f"{name:26}{model['first'].get(name, 0):9.3f}{model['later'][name]:9.3f}")


if __name__ == "__main__":
    main()
