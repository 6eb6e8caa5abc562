"""Fit a linear-chain conditional random field: L-BFGS on the likelihood of whole label sequences, with an L2 term.

Most features of a word depend on the word alone. They are held once for each distinct word, and a token holds the
numbers of the words at its place and around it; this makes a round of fitting several times faster than one over
written-out features.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import fmin_l_bfgs_b
from scipy.sparse import csr_matrix

Array = Any
UNSEEN = -10.0
"""The weight of a move from label to label that no sequence has."""


class Numbering:
    """Numbers for things in the order in which they are met."""

    def __init__(self) -> None:
        self.of: dict[str, int] = {}

    def __getitem__(self, name: str) -> int:
        return self.of.setdefault(name, len(self.of))

    def __len__(self) -> int:
        return len(self.of)


def table(rows: Sequence[Sequence[int]], columns: int) -> csr_matrix:
    """Return a sparse matrix with ones in the given columns of each row."""
    starts = np.cumsum([0, *(len(row) for row in rows)])
    flat = np.fromiter((i for row in rows for i in row), np.int32, int(starts[-1]))
    return csr_matrix((np.ones(len(flat), np.float32), flat, starts), (len(rows), columns))


@dataclass(slots=True)
class Part:
    """One sort of features: those of the words that tokens point at, or of the tokens themselves.

    Attributes
    ----------
    features : csr_matrix
        Features of each word, or token.
    word_of : csr_matrix or None
        A one in the column of the word that a token points at; None if `features` has a row a token.
    """

    features: csr_matrix
    word_of: csr_matrix | None

    def scores(self, weights: Array) -> Array:
        """Return the scores of the labels of each token."""
        found = self.features @ weights
        return found if self.word_of is None else self.word_of @ found

    def gradient(self, of_tokens: Array) -> Array:
        """Return for each feature what the tokens that have it add up to."""
        return self.features.T @ (of_tokens if self.word_of is None else self.word_of.T @ of_tokens)

    def of(self, tokens: Array, kept: Array) -> Part:
        """Return the part for some of the tokens, with some of the features."""
        if self.word_of is None:
            return Part(self.features[tokens][:, kept].tocsr(), None)
        return Part(self.features[:, kept].tocsr(), self.word_of[tokens])


class Chains:
    """Sequences of tokens, and the likelihood of their labels.

    Parameters
    ----------
    lengths : sequence of int
        How many tokens each sequence has; they follow one another.
    answers : array of int
        The label of each token.
    labels : int
        How many labels there are.
    """

    def __init__(self, lengths: Sequence[int], answers: Array, labels: int) -> None:
        lengths = np.asarray(lengths)
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        order = np.argsort(-lengths, kind="stable")
        self._steps = []
        for step in range(int(lengths.max())):
            active = order[: int((lengths > step).sum())]
            self._steps.append(starts[active] + step)
        self._answers = answers
        self.counts = np.zeros((labels, labels))
        follows = np.ones(len(answers), bool)
        follows[starts] = False
        position = np.flatnonzero(follows)
        np.add.at(self.counts, (answers[position - 1], answers[position]), 1)

    def loss(self, scores: Array, moves: Array) -> tuple[float, Array, Array]:
        """Return the negative log-likelihood and its gradients by scores and by moves from label to label."""
        top = scores.max(axis=1, keepdims=True)
        local = np.exp(scores - top)
        step_of = np.exp(moves)
        ahead, scale = np.empty_like(local), np.empty(len(local))
        before = None
        for tokens in self._steps:
            now = local[tokens]
            if before is not None:
                now = now * (before[: len(tokens)] @ step_of)
            total = now.sum(axis=1)
            scale[tokens] = total
            before = now / total[:, None]
            ahead[tokens] = before
        expected = np.zeros_like(moves)
        back = np.ones_like(local)
        for step in range(len(self._steps) - 1, 0, -1):
            tokens = self._steps[step]
            earlier = self._steps[step - 1][: len(tokens)]
            carried = back[tokens] * local[tokens] / scale[tokens][:, None]
            expected += ahead[earlier].T @ carried
            back[earlier] = carried @ step_of.T
        gradient = ahead * back
        index = np.arange(len(scores))
        gold = scores[index, self._answers].sum() + (self.counts * moves).sum()
        loss = float(np.log(scale).sum() + top.sum() - gold)
        gradient[index, self._answers] -= 1.0
        return loss, gradient, expected * step_of - self.counts


def fit(parts: Sequence[Part], chains: Chains, l2: float, rounds: int) -> tuple[Array, Array]:
    """Return the weights of features by label, and those of moves from label to label.

    Parameters
    ----------
    parts : sequence of Part
        Their scores are added up.
    chains : Chains
        The labels.
    l2 : float
        What the sum of the squared weights counts.
    rounds : int
        How often L-BFGS steps.
    """
    allowed = chains.counts > 0
    shape = (parts[0].features.shape[1], len(allowed))
    count = shape[0] * shape[1]

    def unpacked(packed: Array) -> tuple[Array, Array]:
        moves = np.full(allowed.shape, UNSEEN)
        moves[allowed] = packed[count:]
        return packed[:count].reshape(shape).astype(np.float32), moves

    def objective(packed: Array) -> tuple[float, Array]:
        weights, moves = unpacked(packed)
        scores = sum(part.scores(weights) for part in parts).astype(np.float64)  # type: ignore[union-attr]
        loss, by_score, by_move = chains.loss(scores, moves)
        by_score = by_score.astype(np.float32)
        by_weight = sum(part.gradient(by_score) for part in parts)
        gradient = np.concatenate([np.ravel(by_weight), by_move[allowed]])
        return loss + l2 * float(packed @ packed), gradient + 2 * l2 * packed

    start = np.zeros(count + int(allowed.sum()))
    best, _, _ = fmin_l_bfgs_b(objective, start, m=8, maxiter=rounds, factr=1e5, pgtol=1e-2)
    return unpacked(best)
