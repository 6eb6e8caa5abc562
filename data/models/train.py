"""Train the tagger of a language, or cross-validate it.

    python data/models/train.py en --corpora DIR                     # writes data/models/en.npz
    python data/models/train.py en --corpora DIR --cross-validate 5  # prints scores, writes nothing

DIR holds one ``NAME.jsonl`` a corpus; `CORPORA` says which are used. Needs python-crfsuite, which does the numerical
work (L-BFGS with an L2 term); what is written are its weights. Features that occur in fewer than `RARE` documents are
left out. Each document is seen a second time with the spelling of most words hidden, so that context and gazetteer
learn to do without it: names that training never saw are the hard ones. Everything is seeded; the same inputs, word
lists and gazetteer give the same file. Cross-validation keeps the documents of one outlet (``source``) together.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from gold import Row, folds, labels, read

from geoloc.evaluation import score
from geoloc.gazetteer import Gazetteer
from geoloc.model import Document
from geoloc.recognition.crf import Crf, save
from geoloc.recognition.features import OFFSETS, PlaceFeatures, Word, Words
from geoloc.recognition.rules import Reading
from geoloc.recognition.tagger import TaggingRecogniser

CORPORA = {"en": ("lgl", "trnews", "gwn"), "ru": ("nerel", "factrueval2016")}
COUNT_DEMONYMS = frozenset(("lgl", "trnews", "gwn"))
SEED = 13
RARE = 4
HIDE_SPELLING = 0.7
PARAMETERS = {"c1": 0.0, "c2": 3.0, "max_iterations": 60}
SPELLING = re.compile(r"0[wpx]=")
OUTSIDE = (["outside"], "O")


@dataclass(slots=True)
class Example:
    """A document, and the features and labels of the words in it that are free to be names, run by run."""

    row: Row
    runs: list[tuple[list[list[str]], list[str]]]

    def features(self) -> set[str]:
        """Return all features that occur."""
        return {feature for run, _ in self.runs for of_word in run for feature in of_word}


def examples(rows: Sequence[Row], language: str, gazetteer: Gazetteer) -> list[Example]:
    """Return documents as the tagger sees them."""
    lexicon = Words(gazetteer, language)
    found = []
    for row in rows:
        reading = Reading(Document(text=row["text"], language=language), gazetteer)
        known = [lexicon.word(token.text) for token in reading.tokens]
        example = Example(row, [])
        pairs = zip(PlaceFeatures(reading, lexicon).features(), labels(row, reading.tokens), strict=True)
        words = [(features, i, label) for i, (features, label) in enumerate(pairs)]
        for free, run in groupby(words, key=lambda word: bool(word[0])):
            if free:
                members = [OUTSIDE, *(([*f, *_around(known, i)], label) for f, i, label in run), OUTSIDE]
                example.runs.append(([f for f, _ in members], [label for _, label in members]))
        found.append(example)
    return found


def _around(known: Sequence[Word], i: int) -> Iterator[str]:
    for offset in OFFSETS:
        if not 0 <= i + offset < len(known):
            yield f"{offset}$"
        else:
            word = known[i + offset]
            yield from (f"{offset}{part}" for part in (word.near if offset else word.own))


def train(chosen: Sequence[Example], path: Path) -> None:
    """Fit a model to documents and write it."""
    import pycrfsuite

    documents_with = Counter(feature for example in chosen for feature in example.features())
    frequent = {feature for feature, count in documents_with.items() if count >= RARE}
    trainer, rng = pycrfsuite.Trainer(verbose=False), random.Random(SEED)
    for example in chosen:
        for run, answer in example.runs:
            features = [[f for f in of_word if f in frequent] for of_word in run]
            trainer.append(features, answer)
            trainer.append([_hidden(of_word, rng) for of_word in features], answer)
    trainer.set_params(PARAMETERS)
    with tempfile.TemporaryDirectory() as folder:
        fitted = str(Path(folder) / "model")
        trainer.train(fitted)
        tagger = pycrfsuite.Tagger()
        tagger.open(fitted)
        info, names = tagger.info(), sorted(tagger.labels())
        tagger.close()
    weights: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(names))
    for (feature, label), weight in info.state_features.items():
        weights[feature][names.index(label)] = weight
    transitions = np.zeros((len(names), len(names)), np.float32)
    for (before, after), weight in info.transitions.items():
        transitions[names.index(before), names.index(after)] = weight
    save(path, names, weights, transitions)


def _hidden(features: list[str], rng: random.Random) -> list[str]:
    """Return the features of a word, perhaps without those of its spelling."""
    if rng.random() >= HIDE_SPELLING:
        return features
    return [feature for feature in features if not SPELLING.match(feature)]


def recognised(rows: Sequence[Row], recogniser: TaggingRecogniser, language: str) -> Iterator[tuple[str, Row]]:
    """Yield what a recogniser finds, as the scorer wants it; weak mentions are left out."""
    for row in rows:
        mentions = recogniser.recognise(Document(text=row["text"], language=language))
        spans = [{"start": m.start, "end": m.end, "kind": m.kind, "place": None} for m in mentions if not m.weak]
        yield row["id"], {"mentions": spans, "places": []}


def cross_validate(chosen: Sequence[Example], language: str, count: int, gazetteer: Gazetteer) -> None:
    """Print the scores on documents of outlets that training did not see."""
    fold_of = folds([example.row for example in chosen], count, SEED)
    found: dict[str, dict[str, Row]] = defaultdict(dict)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.npz"
        for fold in range(count):
            train([example for example, of in zip(chosen, fold_of, strict=True) if of != fold], path)
            recogniser = TaggingRecogniser(gazetteer, language, Crf(path))
            held_out = [example.row for example, of in zip(chosen, fold_of, strict=True) if of == fold]
            for row in held_out:
                found[row["corpus"]] |= recognised([row], recogniser, language)
            print(f"fold {fold + 1} of {count}: {len(held_out)} documents", flush=True)
    for corpus, answers in found.items():
        gold = {example.row["id"]: example.row for example in chosen if example.row["corpus"] == corpus}
        figures = score(gold, answers, "count" if corpus in COUNT_DEMONYMS else "skip").recognition
        exact = figures.exact
        print(f"{corpus:16} P {exact.p:.3f}  R {exact.r:.3f}  F1 {exact.f1:.3f}  overlap {figures.overlap.f1:.3f}")


def main() -> None:
    """Train or cross-validate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=sorted(CORPORA))
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--cross-validate", type=int, metavar="FOLDS")
    args = parser.parse_args()
    gazetteer = Gazetteer.open()
    chosen = examples(read(args.corpora, CORPORA[args.language]), args.language, gazetteer)
    if args.cross_validate:
        cross_validate(chosen, args.language, args.cross_validate, gazetteer)
        return
    path = Path(__file__).with_name(f"{args.language}.npz")
    train(chosen, path)
    print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
