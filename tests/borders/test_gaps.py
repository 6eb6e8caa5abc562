"""How the builder of the borders closes short gaps, on small maps: 1 unit of 1e-5 degree at the equator is 1.1 m."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

PATH = Path(__file__).parents[2] / "data" / "borders" / "gaps.py"
spec = importlib.util.spec_from_file_location("gaps", PATH)
assert spec is not None and spec.loader is not None
gaps = importlib.util.module_from_spec(spec)
sys.modules["gaps"] = gaps
spec.loader.exec_module(gaps)

KM = 100_000 / 111.2


def close(points: list[tuple[float, float]], lines: list[list[int]], smaller: list[int], larger: list[int], taken=()):
    """Close the gaps between lines; rings are given as numbers of vertices, positions in kilometres."""
    vertices = np.array(points) * KM

    def km(line: np.ndarray) -> float:
        return float(np.hypot(*np.diff(line, axis=0).T).sum() / KM)

    rings = [gaps.Rings(np.array(ring[:-1]), np.array(ring[1:])) for ring in (smaller, larger)]
    found = gaps.close_gaps([np.array(line) for line in lines], *rings, set(taken), vertices, km)
    return {name: [run.tolist() for run in runs] for name, runs in vars(found).items() if runs}


# The smaller country lies west of a border that runs north; both leave each other between 1 and 4.
POINTS = [(0.0, 0.0), (5.0, 0.0), (5.5, 0.1), (5.7, 0.1), (6.0, 0.0), (11.0, 0.0), (5.5, 0.3), (5, -9), (5, 9)]
LINES = [[0, 1], [4, 5]]
SMALLER, LARGER = [0, 1, 2, 3, 4, 5, 7, 0], [5, 4, 6, 1, 0, 8, 5]


def test_the_outline_of_the_smaller_country_is_followed() -> None:
    assert close(POINTS, LINES, SMALLER, LARGER) == {"along": [[1, 2, 3, 4]]}


def test_else_that_of_the_larger() -> None:
    away = [0, 1, 7, 4, 5, 7, 0]
    assert close(POINTS, LINES, away, LARGER) == {"beyond": [[1, 6, 4]]}
    assert close(POINTS, LINES, SMALLER, LARGER, taken=[(2, 3)]) == {"beyond": [[1, 6, 4]]}, "a third country's edge"


def test_else_straight() -> None:
    assert close(POINTS, LINES, [0, 1, 7, 4, 5, 7, 0], [5, 4, 8, 1, 0, 8, 5]) == {"straight": [[1, 4]]}


@pytest.mark.parametrize("lines", [[[0, 1], [5, 5]], [[0, 1, 2, 3, 4, 5]]])
def test_long_gaps_and_whole_lines_are_left(lines: list[list[int]]) -> None:
    assert close(POINTS, lines, [0, 1, 7, 4, 5, 7, 0], [5, 4, 8, 1, 0, 8, 5]) == {}


def test_a_short_line_is_not_closed_upon_itself() -> None:
    """A causeway of 0.2 km between shores: no way leads round the island."""
    points = [(0.0, 0.0), (0.2, 0.0), (0.1, 0.3), (0.1, -0.3)]
    assert close(points, [[0, 1]], [0, 1, 2, 0], [1, 0, 3, 1]) == {}
    enclave = [(0.0, 0.0), (0.0, 3.0), (3.0, 3.0), (3.0, 0.2), (0.2, -0.1)]
    assert close(enclave, [[0, 1, 2, 3, 4]], [0, 1, 2, 3, 4, 0], [1, 0]) == {"along": [[4, 0]]}
