"""Score the whole way from raw text to places on outlets that neither the tagger nor the resolver has seen.

    OMP_NUM_THREADS=1 python benchmarks/held_out.py --corpora DIR

DIR holds lgl.jsonl, trnews.jsonl, gwn.jsonl, geocorpora.jsonl and wotr.jsonl, as `fit_resolver.py` wants them. The
documents are parted into folds, all of one outlet (``source``) in one. For each fold a tagger (by `train.py` in
data/models) and a resolver (by `fit_resolver.py`) are trained on the others, and the pipeline runs with both over its
documents, each alone. With --score FILE a referee that is not ours scores as well; it is called as ``FILE GOLD
PREDICTED --demonyms count``. Needs ``pip install 'geoloc[train]'``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
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

sys.path.insert(0, str(Path(__file__).parent.parent / "data" / "models"))

import gold
import train as tagger

CORPORA = tagger.CORPORA["en"]
FOLDS = 3
Row = dict[str, Any]


def parse_fold(
    fold: int,
    documents: Sequence[Row],
    fold_of: Sequence[int],
    examples: Sequence[tagger.Example],
    samples: Sequence[fit_resolver.Sample],
    gazetteer: Gazetteer,
) -> list[Row]:
    """Train on the other folds; return the documents of this one as the pipeline reads them."""
    left_out = {fit_resolver.source_of(row) for row, of in zip(documents, fold_of, strict=True) if of == fold}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "en.npz"
        tagger.train([example for example, of in zip(examples, fold_of, strict=True) if of != fold], path)
        recogniser = TaggingRecogniser(gazetteer, "en", Crf(path))
    model = fit_resolver.fit([s for s in samples if s.source not in left_out])
    parser = Geoparser(gazetteer=gazetteer, border="none", recogniser=recogniser, model=fit_resolver.as_model(model))
    found = []
    for row, of in zip(documents, fold_of, strict=True):
        if of == fold:
            result = parser.parse(Document(text=row["text"], id=row["id"], language="en"))
            found.append({**json.loads(write(result, "json")), "corpus": row["corpus"]})
    return found


def main() -> None:
    """Train, predict and score."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--score", type=Path, help="a referee's script")
    args = parser.parse_args()
    gazetteer = Gazetteer.open()
    documents = gold.read(args.corpora, CORPORA)
    fold_of = gold.folds(documents, FOLDS, tagger.SEED)
    examples = tagger.examples(documents, "en", gazetteer)
    finder = CandidateFinder(gazetteer)
    samples = [
        s
        for corpus in fit_resolver.TRAINED_ON
        for s in fit_resolver.load(args.corpora / f"{corpus}.jsonl", finder, gazetteer)
    ]
    found = []
    for fold in range(FOLDS):
        found += parse_fold(fold, documents, fold_of, examples, samples, gazetteer)
        print(f"fold {fold + 1} of {FOLDS}: {fold_of.count(fold)} documents", flush=True)
    print(f"\n{'':12}  exact F1  acc@161  exact id    ECE  AUROC  linked")
    for corpus in CORPORA:
        annotated = {row["id"]: row for row in documents if row["corpus"] == corpus}
        predicted = {row["id"]: row for row in found if row["corpus"] == corpus}
        scores = score(annotated, predicted)
        r = scores.resolution
        print(
            f"{corpus:12}{scores.recognition.exact.f1:10.3f}{r.acc161:9.3f}{r.exact_id:10.3f}"
            f"{r.ece:7.3f}{r.auroc:7.3f}{r.linked:8,}"
        )
    if args.score:
        for corpus in CORPORA:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "predicted.jsonl"
                lines = (json.dumps(row, ensure_ascii=False) for row in found if row["corpus"] == corpus)
                path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
                print(f"\n{corpus}", flush=True)
                command = [sys.executable, args.score, args.corpora / f"{corpus}.jsonl", path, "--demonyms", "count"]
                subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
