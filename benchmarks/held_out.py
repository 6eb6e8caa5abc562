"""Score the whole way from raw text to places on outlets that neither the tagger nor the resolver has seen.

    OMP_NUM_THREADS=1 python benchmarks/held_out.py --corpora DIR

DIR holds lgl.jsonl, trnews.jsonl, gwn.jsonl, geocorpora.jsonl and wotr.jsonl, as `fit_resolver.py` wants them. The
documents are parted into folds, all of one outlet (``source``) in one. For each fold a tagger (by `train.py` in
data/models) and a resolver (by `fit_resolver.py`) are trained on the others, and the pipeline runs with both over its
documents: each alone, then each with what geoloc itself found in the others of its outlet. With --score FILE a referee
that is not ours scores as well; it is called as ``FILE GOLD PREDICTED --demonyms count``. Needs ``pip install
'geoloc[train]'``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import fit_resolver

from geoloc import write
from geoloc.evaluation import score
from geoloc.gazetteer import Gazetteer
from geoloc.model import Document
from geoloc.pipeline import Geoparser
from geoloc.recognition.crf import Crf
from geoloc.recognition.tagger import TaggingRecogniser
from geoloc.resolution.candidates import CandidateFinder
from geoloc.resolution.outlets import Profile

sys.path.insert(0, str(Path(__file__).parent.parent / "data" / "models"))

import gold
import train as tagger

CORPORA = tagger.CORPORA["en"]
FOLDS = 3
Row = dict[str, Any]


def parsers(
    rows: Sequence[Row],
    others: set[int],
    corpus: tagger.Corpus,
    samples: Sequence[fit_resolver.Sample],
    gazetteer: Gazetteer,
) -> Callable[[dict[str, Profile] | None], Geoparser]:
    """Train on the `others` of a corpus and on samples of no source of `rows`; return what makes a parser."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "en.npz"
        corpus.train(others, path)
        recogniser = TaggingRecogniser(gazetteer, "en", Crf(path))
    left_out = {fit_resolver.source_of(row) for row in rows}
    model = fit_resolver.as_model(fit_resolver.fit([s for s in samples if s.source not in left_out]))

    def parser(outlets: dict[str, Profile] | None) -> Geoparser:
        return Geoparser(gazetteer=gazetteer, border="none", recogniser=recogniser, model=model, outlets=outlets)

    return parser


def parsed(parser: Geoparser, rows: Sequence[Row]) -> Iterator[Row]:
    """Yield what a parser finds in documents, with the name of their corpus."""
    for row in rows:
        yield {**json.loads(write(parser.parse(document(row)), "json")), "corpus": row["corpus"]}


def document(row: Row) -> Document:
    return Document(text=row["text"], id=row["id"], outlet=row.get("source"), language="en")


def profiles(parser: Geoparser, rows: Sequence[Row]) -> dict[str, Profile]:
    """Return what the documents of each outlet are about, by the answers of a parser."""
    found: dict[str, Profile] = defaultdict(Profile)
    for row in rows:
        if row.get("source"):
            found[row["source"]].add(parser.answers(document(row)))
    return dict(found)


def report(label: str, documents: Sequence[Row], found: Sequence[Row], referee: Path | None, corpora: Path) -> None:
    """Print the scores of each corpus, and those of a referee."""
    print(f"\n{label}\n{'':12}  exact F1  acc@161  exact id    ECE  AUROC  linked")
    for corpus in CORPORA:
        annotated = {row["id"]: row for row in documents if row["corpus"] == corpus}
        scores = score(annotated, {row["id"]: row for row in found if row["corpus"] == corpus})
        r = scores.resolution
        print(
            f"{corpus:12}{scores.recognition.exact.f1:10.3f}{r.acc161:9.3f}{r.exact_id:10.3f}"
            f"{r.ece:7.3f}{r.auroc:7.3f}{r.linked:8,}",
            flush=True,
        )
    for corpus in CORPORA if referee else ():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "predicted.jsonl"
            lines = (json.dumps(row, ensure_ascii=False) for row in found if row["corpus"] == corpus)
            path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
            print(f"\n{corpus}", flush=True)
            command = [sys.executable, referee, corpora / f"{corpus}.jsonl", path, "--demonyms", "count"]
            subprocess.run(command, check=True)


def main() -> None:
    """Train, predict and score."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--corpora", type=Path, required=True)
    options.add_argument("--score", type=Path, help="a referee's script")
    args = options.parse_args()
    gazetteer = Gazetteer.open()
    documents = gold.read(args.corpora, CORPORA)
    fold_of = gold.folds(documents, FOLDS, tagger.SEED)
    corpus = tagger.Corpus(documents, "en", gazetteer)
    finder = CandidateFinder(gazetteer)
    samples = [
        s
        for name in fit_resolver.TRAINED_ON
        for s in fit_resolver.load(args.corpora / f"{name}.jsonl", finder, gazetteer)
    ]
    alone: list[Row] = []
    together: list[Row] = []
    for fold in range(FOLDS):
        rows = [row for row, of in zip(documents, fold_of, strict=True) if of == fold]
        parser = parsers(rows, {i for i, of in enumerate(fold_of) if of != fold}, corpus, samples, gazetteer)
        alone += parsed(parser(None), rows)
        together += parsed(parser(profiles(parser(None), rows)), rows)
        print(f"fold {fold + 1} of {FOLDS}: {len(rows)} documents", flush=True)
    report("each document alone", documents, alone, args.score, args.corpora)
    report("with the other documents of the outlet", documents, together, args.score, args.corpora)


if __name__ == "__main__":
    main()
