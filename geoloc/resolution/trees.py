"""Boosted regression trees as plain arrays: all rows, all trees at once, without the library that grew them.

Each tree has at most 8 leaves, numbered from left to right. A split whose condition fails rules out the leaves of its
left side; what is left of the mask of a tree has the reached leaf as its lowest bit (QuickScorer; Lucchese et
al., SIGIR 2015).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_LEAVES = 8
_BLOCK = 4096
_LOWEST_BIT = np.array([0, *((i & -i).bit_length() - 1 for i in range(1, 256))], np.int64)


@dataclass(frozen=True, slots=True)
class Trees:
    """An ensemble of trees over rows of features.

    Attributes
    ----------
    feature : array of shape (splits, trees)
        The column that each split looks at.
    threshold : array of shape (splits, trees)
        A row goes left if its value is at most this. Unused splits have infinity here.
    mask : array of shape (splits, trees)
        Bits of the leaves that are left if the row goes right.
    leaf : array of shape (trees, 8)
        The value of each leaf.
    """

    feature: NDArray[np.int64]
    threshold: NDArray[np.float32]
    mask: NDArray[np.uint8]
    leaf: NDArray[np.float32]

    def __call__(self, rows: NDArray[Any]) -> NDArray[np.float64]:
        """Return the sum over all trees for each row of an array of shape (rows, features)."""
        if len(rows) > _BLOCK:
            parts = [self(rows[start : start + _BLOCK]) for start in range(0, len(rows), _BLOCK)]
            return np.concatenate(parts)
        columns = np.ascontiguousarray(rows.T, dtype=np.float32)
        trees = len(self.leaf)
        left = np.full((trees, len(rows)), 0xFF, np.uint8)
        for feature, threshold, mask in zip(self.feature, self.threshold, self.mask, strict=True):
            right = columns[feature] > threshold[:, None]
            left &= np.where(right, mask[:, None], np.uint8(0xFF))
        reached = _LOWEST_BIT[left]
        reached += np.arange(trees)[:, None] * MOST_LEAVES
        total: NDArray[np.float64] = self.leaf.ravel()[reached].sum(axis=0, dtype=np.float64)
        return total

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Return the arrays to store, each with a name that begins with `prefix`."""
        return {
            f"{prefix}_feature": self.feature.astype(np.uint8),
            f"{prefix}_threshold": self.threshold,
            f"{prefix}_mask": self.mask,
            f"{prefix}_leaf": self.leaf,
        }

    @classmethod
    def load(cls, stored: Mapping[str, NDArray[Any]], prefix: str) -> Trees:
        """Return the trees that `arrays` gave."""
        return cls(
            stored[f"{prefix}_feature"].astype(np.int64),
            stored[f"{prefix}_threshold"],
            stored[f"{prefix}_mask"],
            stored[f"{prefix}_leaf"],
        )

    @classmethod
    def from_lightgbm(cls, dump: Mapping[str, Any]) -> Trees:
        """Take over the trees of ``Booster.dump_model()``: numeric splits, no missing values, at most 8 leaves."""
        splits = MOST_LEAVES - 1
        trees = len(dump["tree_info"])
        feature = np.zeros((splits, trees), np.int64)
        threshold = np.full((splits, trees), np.inf, np.float32)
        mask = np.full((splits, trees), 0xFF, np.uint8)
        leaf = np.zeros((trees, MOST_LEAVES), np.float32)

        def walk(node: Mapping[str, Any], tree: int, split: int, first: int) -> tuple[int, int]:
            """Enter a node; return the next free split and the next free leaf."""
            if "leaf_value" in node:
                leaf[tree, first] = node["leaf_value"]
                return split, first + 1
            own = split
            split, middle = walk(node["left_child"], tree, split + 1, first)
            feature[own, tree] = node["split_feature"]
            threshold[own, tree] = np.nextafter(np.float32(node["threshold"]), np.float32(-np.inf))
            if np.float32(node["threshold"]) <= node["threshold"]:
                threshold[own, tree] = np.float32(node["threshold"])
            mask[own, tree] = 0xFF & ~sum(1 << i for i in range(first, middle))
            return walk(node["right_child"], tree, split, middle)

        for tree, info in enumerate(dump["tree_info"]):
            walk(info["tree_structure"], tree, 0, 0)
        return cls(feature, threshold, mask, leaf)
