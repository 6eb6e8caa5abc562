"""Polylines in few bytes."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from geoloc.borders.catalogue import SCALE, Chains
from geoloc.borders.packing import GROUP, pack, unpack
from geoloc.errors import DataError


def lines() -> list[np.ndarray]:
    """Return short and long lines, from pole to pole and over the antimeridian."""
    random = np.random.default_rng(5)
    found = [np.array([[9_000_000, 18_000_000], [-9_000_000, -18_000_000], [0, 0]])]
    for length in (2, 3, GROUP, 2, GROUP // 2, GROUP // 2, 17):
        walk = random.integers(-400, 400, (length, 2)).cumsum(axis=0)
        found.append(walk + random.integers(-8_000_000, 8_000_000, 2))
    return found


def test_what_is_packed_comes_back(tmp_path: Path) -> None:
    packed, starts, groups = pack(lines())
    assert len(groups) - 1 == 3 and groups[-1].tolist() == [8, len(packed)]
    blobs = [packed[begin:end] for (_, begin), (_, end) in pairwise(groups.tolist())]
    assert (np.concatenate([unpack(blob) for blob in blobs]) == np.concatenate(lines())).all()
    (tmp_path / "x.bin").write_bytes(packed)
    chains = Chains(tmp_path / "x.bin", starts, groups)
    for first in range(8):
        for count in range(9 - first):
            found = chains.degrees(first, count)
            assert len(found) == count
            for line, expected in zip(found, lines()[first:], strict=False):
                assert (line * SCALE == pytest.approx(expected)) and line.shape == expected.shape
            edges = [np.hstack([line[:-1], line[1:]]) for line in found]
            assert (chains.edges(first, count) == np.concatenate([np.empty((0, 4)), *edges])).all()


def test_a_damaged_file(tmp_path: Path) -> None:
    packed, starts, groups = pack(lines())
    (tmp_path / "x.bin").write_bytes(packed[:100])
    with pytest.raises(DataError, match="reinstall"):
        Chains(tmp_path / "x.bin", starts, groups).degrees(0, 8)
    with pytest.raises(DataError, match="reinstall"):
        Chains(tmp_path / "y.bin", starts, groups).degrees(0, 1)
