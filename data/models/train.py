"""Train the tagger of a language, or cross-validate it.

    python data/models/train.py en --corpora DIR                     # writes data/models/en.npz
    python data/models/train.py en --corpora DIR --cross-validate 5  # prints scores, writes nothing

DIR holds one ``NAME.jsonl`` a corpus; `CORPORA` says which are used. `fitting.py` does the numerical work, with numpy
and scipy. Features that occur in fewer than `RARE` documents are left out. Each document is seen a second time with the
spelling of most words hidden, so that context and gazetteer learn to do without it: names that training never saw are
the hard ones. Everything is seeded; the same inputs, word lists and gazetteer give the same file. Cross-validation
keeps the documents of one outlet (``source``) together.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
from fitting import Array, Chains, Numbering, Part, fit, table
from gold import UNJUDGED, Row, folds, labels, read
from scipy.sparse import csr_matrix, vstack

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
L2, ROUNDS = 4.5, 60
SPELLING = re.compile(r"[wpx]=")
NOWHERE, EDGE = -2, -1
OUTSIDE = (["outside"], -9, "O")


class Corpus:
    """Annotated documents as the tagger sees them: the words that are free to be names, run by run, in numbers."""

    def __init__(self, rows: Sequence[Row], language: str, gazetteer: Gazetteer) -> None:
        self.rows = rows
        lexicon = Words(gazetteer, language)
        self._features, words = Numbering(), Numbering()
        around: list[list[int]] = [[] for _ in OFFSETS]
        place: list[list[int]] = []
        answers, self._lengths, documents, self._documents_of_runs = [], [], [], []
        for document, row in enumerate(rows):
            reading = Reading(Document(text=row["text"], language=language), gazetteer)
            found = PlaceFeatures(reading, lexicon).features()
            numbers = [words[token.text] for token in reading.tokens]
            free = zip(found, range(len(found)), labels(row, reading.tokens), strict=True)
            for is_free, run in groupby(free, key=lambda word: bool(word[0]) and word[2] != UNJUDGED):
                if not is_free:
                    continue
                members = [OUTSIDE, *run, OUTSIDE]
                for features, i, label in members:
                    place.append([self._features[feature] for feature in features])
                    answers.append(label)
                    documents.append(document)
                    for offset, of_offset in zip(OFFSETS, around, strict=True):
                        at = i + offset
                        of_offset.append(NOWHERE if i < 0 else numbers[at] if 0 <= at < len(numbers) else EDGE)
                self._lengths.append(len(members))
                self._documents_of_runs.append(document)
        self.labels = sorted(set(answers))
        self._answers = np.array([self.labels.index(answer) for answer in answers])
        self._documents = np.array(documents)
        known = [lexicon.word(text) for text in words.of]
        self._parts = self._parts_of(known, around, place)

    def _parts_of(self, known: Sequence[Word], around: Sequence[Sequence[int]], place: list[list[int]]) -> list[Part]:
        """Return the features of the words around, of the word itself (seen and hidden), and of the place."""
        number, parts = self._features, []
        for offset, of_offset in zip(OFFSETS, around, strict=True):
            rows = [[number[f"{offset}{part}"] for part in (word.near if offset else word.own)] for word in known]
            if not offset:
                rows += [[number[f"0{part}"] for part in word.own if not SPELLING.match(part)] for word in known]
            edge = len(rows)
            rows.append([number[f"{offset}$"]] if offset else [])
            members = [[] if i == NOWHERE else [edge if i == EDGE else i] for i in of_offset]
            parts.append((rows, members))
        width = len(number)
        found = [Part(table(rows, width), table(members, len(rows))) for rows, members in parts]
        return [*found, Part(table(place, width), None)]

    def train(self, chosen: set[int], path: Path) -> None:
        """Fit a model to documents, each seen once as it is and once with the spelling of most words hidden."""
        tokens = np.flatnonzero(np.isin(self._documents, list(chosen)))
        answers = self._answers[tokens]
        lengths = [n for n, of in zip(self._lengths, self._documents_of_runs, strict=True) if of in chosen]
        kept = np.flatnonzero(self._documents_with(tokens) >= RARE)
        seen = [part.of(tokens, kept) for part in self._parts]
        own = OFFSETS.index(0)
        hidden = [*seen[:own], _hidden(seen[own]), *seen[own + 1 :]]
        both = [_stacked(a, b) for a, b in zip(seen, hidden, strict=True)]
        chains = Chains(lengths * 2, np.tile(answers, 2), len(self.labels))
        weights, moves = fit(both, chains, L2, ROUNDS)
        names = np.array(list(self._features.of))[kept].tolist()
        save(path, self.labels, {n: w for n, w in zip(names, weights.tolist(), strict=True) if any(w)}, moves)

    def _documents_with(self, tokens: Array) -> Array:
        """Return for each feature in how many documents it is."""
        size = int(self._documents.max()) + 1
        ones = np.ones(len(tokens), np.float32)
        member = csr_matrix((ones, (self._documents[tokens], tokens)), (size, len(self._documents)))
        incidence = sum((member if p.word_of is None else member @ p.word_of) @ p.features for p in self._parts)
        return np.asarray((incidence > 0).sum(axis=0)).ravel()


def _hidden(own: Part) -> Part:
    """Return the part of the words themselves with the spelling of most of them hidden."""
    words = own.word_of.copy()
    count = (own.features.shape[0] - 1) // 2
    hide = np.random.default_rng(SEED).random(len(words.indices)) < HIDE_SPELLING
    words.indices = np.where(hide, words.indices + count, words.indices).astype(words.indices.dtype)
    return Part(own.features, words)


def _stacked(a: Part, b: Part) -> Part:
    if a.word_of is None:
        return Part(vstack([a.features, b.features], "csr"), None)
    return Part(a.features, vstack([a.word_of, b.word_of], "csr"))


def recognised(rows: Sequence[Row], recogniser: TaggingRecogniser, language: str) -> Iterator[tuple[str, Row]]:
    """Yield what a recogniser finds, as the scorer wants it; weak mentions are left out."""
    for row in rows:
        mentions = recogniser.recognise(Document(text=row["text"], language=language))
        spans = [{"start": m.start, "end": m.end, "kind": m.kind, "place": None} for m in mentions if not m.weak]
        yield row["id"], {"mentions": spans, "places": []}


def cross_validate(corpus: Corpus, language: str, count: int, gazetteer: Gazetteer) -> None:
    """Print the scores on documents of outlets that training did not see."""
    fold_of = folds(corpus.rows, count, SEED)
    found: dict[str, dict[str, Row]] = defaultdict(dict)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.npz"
        for fold in range(count):
            corpus.train({i for i, of in enumerate(fold_of) if of != fold}, path)
            recogniser = TaggingRecogniser(gazetteer, language, Crf(path))
            held_out = [row for row, of in zip(corpus.rows, fold_of, strict=True) if of == fold]
            for row in held_out:
                found[row["corpus"]] |= recognised([row], recogniser, language)
            print(f"fold {fold + 1} of {count}: {len(held_out)} documents", flush=True)
    for name, answers in found.items():
        gold = {row["id"]: row for row in corpus.rows if row["corpus"] == name}
        figures = score(gold, answers, "count" if name in COUNT_DEMONYMS else "skip").recognition
        exact = figures.exact
        print(f"{name:16} P {exact.p:.3f}  R {exact.r:.3f}  F1 {exact.f1:.3f}  overlap {figures.overlap.f1:.3f}")


def main() -> None:
    """Train or cross-validate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=sorted(CORPORA))
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--cross-validate", type=int, metavar="FOLDS")
    args = parser.parse_args()
    gazetteer = Gazetteer.open()
    corpus = Corpus(read(args.corpora, CORPORA[args.language]), args.language, gazetteer)
    if args.cross_validate:
        cross_validate(corpus, args.language, args.cross_validate, gazetteer)
        return
    path = Path(__file__).with_name(f"{args.language}.npz")
    corpus.train(set(range(len(corpus.rows))), path)
    print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
