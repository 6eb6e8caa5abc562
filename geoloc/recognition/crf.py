"""A linear-chain conditional random field: the best labels of a sequence of words, from weighted features.

The weights were found by `data/models/train.py`; here they are only added up. A model is one ``.npz`` file: the names
of the features, a row of weights for each with a column a label, and the weights of label after label. (Lafferty,
McCallum and Pereira, Conditional Random Fields, ICML 2001.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geoloc.errors import DataError
from geoloc.recognition.features import OFFSETS, Word

OUTSIDE = "O"
_FORBIDDEN = -1e6
_MOST_WORDS = 100_000


class Crf:
    """A trained model that is ready to label.

    Attributes
    ----------
    labels : list of str
        ``O`` and ``B-x``, ``I-x`` for each kind x.
    outside : int
        The index of ``O``.
    """

    def __init__(self, path: Path) -> None:
        try:
            with np.load(path) as model:
                names = model["features"].tobytes().decode().split("\n")
                self.labels: list[str] = str(model["labels"]).split()
                weights = model["weights"].astype(np.float32) * float(model["scale"])
                transitions = model["transitions"]
        except (OSError, ValueError, KeyError) as error:
            raise DataError(f"{path} is no model that this geoloc reads ({error}); reinstall geoloc") from error
        self._row_of = dict(zip(names, range(len(names)), strict=True))
        self._row_at = [_with_prefix(self._row_of, str(offset)) for offset in OFFSETS]
        self._weights = np.vstack([weights, np.zeros((1, len(self.labels)), np.float32)])
        self._none = len(names)
        self.outside = self.labels.index(OUTSIDE)
        self._moves = self._possible(transitions)
        self._word_rows: dict[str, int] = {}
        self._word_weights = np.zeros((1024, len(OFFSETS), len(self.labels)), np.float32)

    def _possible(self, transitions: NDArray[Any]) -> list[list[tuple[int, float]]]:
        """Return for each label those that may stand before it, with the weight of the pair."""
        moves = []
        for j, after in enumerate(self.labels):
            allowed = [
                (i, float(transitions[i, j]))
                for i, before in enumerate(self.labels)
                if after[0] != "I" or before[1:] == after[1:]
            ]
            moves.append(allowed)
        return moves

    def scores(self, texts: Sequence[str], known: Sequence[Word], features: Sequence[Sequence[str]]) -> NDArray[Any]:
        """Return the score of each label for each word.

        Parameters
        ----------
        texts : sequence of str
            The words.
        known : sequence of Word
            The features of each word wherever it stands.
        features : sequence of sequences of str
            The features of each word that depend on its place.

        Returns
        -------
        array of shape (words, labels)
        """
        count = len(texts)
        rows = [self._word_row(text, word) for text, word in zip(texts, known, strict=True)]
        by_word = self._word_weights[rows]
        total = np.zeros((count, len(self.labels)), np.float32)
        for position, offset in enumerate(OFFSETS):
            low, high = max(0, -offset), min(count, count - offset)
            if low < high:
                total[low:high] += by_word[low + offset : high + offset, position]
            edge = self._weights[self._row_of.get(f"{offset}$", self._none)]
            if offset < 0:
                total[: min(count, -offset)] += edge
            elif offset > 0:
                total[max(0, count - offset) :] += edge
        get, none = self._row_of.get, self._none
        flat = [get(feature, none) for of_word in features for feature in of_word]
        if flat:
            owner = np.repeat(np.arange(count), [len(of_word) for of_word in features])
            for label in range(len(self.labels)):
                total[:, label] += np.bincount(owner, self._weights[flat, label], count)
        return total

    def _word_row(self, text: str, word: Word) -> int:
        row = self._word_rows.get(text)
        if row is None:
            if len(self._word_rows) >= _MOST_WORDS:
                self._word_rows.clear()
            row = self._word_rows[text] = len(self._word_rows)
            if row == len(self._word_weights):
                self._word_weights = np.concatenate([self._word_weights, np.zeros_like(self._word_weights)])
            for position, offset in enumerate(OFFSETS):
                get, none = self._row_at[position].get, self._none
                found = [get(part, none) for part in (word.near if offset else word.own)]
                self._word_weights[row, position] = self._weights[found].sum(axis=0)
        return row

    def scaled(self, share: float) -> Crf:
        """Return the same model with all its weights multiplied: below one, it is less sure of everything."""
        other = copy(self)
        other._weights = self._weights * np.float32(share)
        other._word_rows, other._word_weights = {}, np.zeros_like(self._word_weights)
        other._moves = [[(before, share * weight) for before, weight in allowed] for allowed in self._moves]
        return other

    def best(self, scores: NDArray[Any], free: Sequence[bool], joined: Sequence[bool], bias: float = 0.0) -> list[str]:
        """Return the labels with the highest total score (Viterbi).

        Words that are not `free` are outside; those that are not `joined` to the word before go on no name. `bias` is
        added to the score of "outside": below zero, more is found. Runs of free words that no pair of labels could
        make a name of are passed over.
        """
        scores = scores.copy()
        scores[:, self.outside] += bias
        inside = np.array([label[0] == "I" for label in self.labels])
        scores[np.outer(~np.array(joined, bool), inside)] = _FORBIDDEN
        table = scores.tolist()
        result = [OUTSIDE] * len(table)
        outside, count = self.outside, len(self.labels)
        moves = [weight for allowed in self._moves for _, weight in allowed]
        leaving = dict(self._moves[outside])
        others = np.delete(scores, outside, axis=1).max(axis=1) if len(table) else scores[:, 0]
        hopeless = (others + 2 * (max(moves) - leaving[outside]) < scores[:, outside]).tolist()
        start = 0
        while start < len(table):
            if not free[start]:
                start += 1
                continue
            end = start
            while end < len(table) and free[end] and hopeless[end]:
                end += 1
            if end == len(table) or not free[end]:
                start = end
                continue
            end = start
            best = [0.0 if label == outside else _FORBIDDEN for label in range(count)]
            trail: list[list[int]] = []
            while end < len(table) and free[end]:
                row = table[end]
                came, now = [], []
                for label in range(count):
                    top, source = _FORBIDDEN * 10, outside
                    for before, weight in self._moves[label]:
                        value = best[before] + weight
                        if value > top:
                            top, source = value, before
                    came.append(source)
                    now.append(top + row[label])
                best = now
                trail.append(came)
                end += 1
            if end < len(table):
                best = [value + leaving[label] for label, value in enumerate(best)]
            label = best.index(max(best))
            for position in range(end - 1, start - 1, -1):
                result[position] = self.labels[label]
                label = trail[position - start][label]
            start = end
        return result


def _with_prefix(row_of: Mapping[str, int], prefix: str) -> dict[str, int]:
    """Return the features whose names begin with an offset, by what follows it."""
    return {name[len(prefix) :]: row for name, row in row_of.items() if name.startswith(prefix)}


def save(
    path: Path,
    labels: Sequence[str],
    weights: dict[str, Sequence[float]],
    transitions: NDArray[Any],
) -> None:
    """Write a model; the weights are rounded to 16 bits."""
    names = sorted(weights)
    table = np.array([weights[name] for name in names], np.float64)
    scale = float(np.abs(table).max()) / 32000
    np.savez_compressed(
        path,
        features=np.frombuffer("\n".join(names).encode(), np.uint8),
        labels=np.array(" ".join(labels)),
        weights=np.round(table / scale).astype(np.int16),
        scale=np.array(scale),
        transitions=transitions,
    )
