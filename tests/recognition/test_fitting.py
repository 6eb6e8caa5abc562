"""The likelihood that training makes as large as it can, against all labellings of short sequences."""

import importlib
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("scipy", reason="training needs scipy: pip install -e '.[train]'")

LENGTHS = [3, 1, 4]
ANSWERS = np.array([0, 1, 1, 2, 0, 2, 1, 0])


def by_hand(scores, moves):
    loss, start = 0.0, 0
    for length in LENGTHS:
        rows, gold = scores[start : start + length], ANSWERS[start : start + length]

        def total(labels, rows=rows):
            return sum(row[label] for row, label in zip(rows, labels, strict=True)) + sum(
                moves[a, b] for a, b in pairwise(labels)
            )

        loss += np.log(sum(np.exp(total(labels)) for labels in product(range(3), repeat=length))) - total(gold.tolist())
        start += length
    return loss


def test_loss_and_gradients(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "data" / "models"))
    fitting = importlib.import_module("fitting")
    rng = np.random.default_rng(1)
    scores, moves = rng.normal(size=(8, 3)), rng.normal(size=(3, 3))
    chains = fitting.Chains(LENGTHS, ANSWERS, 3)
    loss, by_score, by_move = chains.loss(scores, moves)
    assert loss == pytest.approx(by_hand(scores, moves))
    for gradient, values, at in ((by_score, scores, (4, 2)), (by_score, scores, (3, 0)), (by_move, moves, (1, 0))):
        step = np.zeros_like(values)
        step[at] = 1e-5
        up, down = (
            by_hand(scores + s * step, moves) if values is scores else by_hand(scores, moves + s * step)
            for s in (1, -1)
        )
        assert gradient[at] == pytest.approx((up - down) / 2e-5, abs=1e-4)
