"""Annotated documents as sequences of words with labels, for training and cross-validation."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from geoloc.recognition.demonyms import is_demonym
from geoloc.recognition.tokens import Token

Row = dict[str, Any]
UNJUDGED = "?"
"""The label of words that the annotators marked as neither a place nor none."""


def read(folder: Path, names: Sequence[str]) -> list[Row]:
    """Return the documents of corpora, each with the name of its corpus under ``corpus``."""
    documents = []
    for name in names:
        with (folder / f"{name}.jsonl").open(encoding="utf-8") as lines:
            documents += [{**json.loads(line), "corpus": name} for line in lines]
    return documents


def labels(document: Row, tokens: Sequence[Token]) -> list[str]:
    """Return B-P, I-P (place), B-D, I-D (demonym), O or `UNJUDGED` for each word."""
    found = ["O"] * len(tokens)
    text = document["text"]
    for ignored in document.get("ignore", ()):
        start, end = ignored["start"], ignored["end"]
        if not is_demonym(text[start:end]) and not any(
            gold["start"] < end and start < gold["end"] for gold in document["toponyms"]
        ):
            for i, token in enumerate(tokens):
                if start <= token.start < end:
                    found[i] = UNJUDGED
    starts = {token.start: i for i, token in enumerate(tokens)}
    for toponym in document["toponyms"]:
        start, end = toponym["start"], toponym["end"]
        if article := re.match(r"the\s+", text[start:end], re.I):
            start += article.end()
        i = first = starts.get(start, len(tokens))
        kind = "D" if toponym.get("type") == "Demonym" or is_demonym(text[start:end]) else "P"
        while i < len(tokens) and tokens[i].start < end:
            found[i] = f"{'B' if i == first else 'I'}-{kind}"
            i += 1
    return found


def folds(documents: Sequence[Row], count: int, seed: int) -> list[int]:
    """Return the fold of each document; those of one source stand together, and folds are about equally long."""

    def group(document: Row) -> str:
        return str(document.get("source") or (document["corpus"], document["id"]))

    sizes = Counter(map(group, documents))
    groups = sorted(sizes)
    random.Random(seed).shuffle(groups)
    load, fold_of = [0] * count, {}
    for name in sorted(groups, key=lambda name: -sizes[name]):
        fold_of[name] = load.index(min(load))
        load[fold_of[name]] += sizes[name]
    return [fold_of[group(document)] for document in documents]
