"""Trees as arrays say what the same trees say when they are walked from the root."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geoloc.resolution.trees import MOST_LEAVES, Trees

VALUES = st.floats(-4, 4, width=32)


def nodes(leaves):
    """Draw a node of a dumped tree that has so many leaves."""
    if leaves == 1:
        return st.builds(lambda value: {"leaf_value": value}, st.floats(-1, 1))
    return st.integers(1, leaves - 1).flatmap(
        lambda left: st.builds(
            lambda feature, threshold, a, b: {
                "split_feature": feature, "threshold": threshold, "left_child": a, "right_child": b,
            },
            st.integers(0, 2), VALUES, nodes(left), nodes(leaves - left),
        )
    )  # fmt: skip


def walked(node, row):
    while "leaf_value" not in node:
        node = node["left_child" if row[node["split_feature"]] <= node["threshold"] else "right_child"]
    return node["leaf_value"]


TREES = st.lists(st.integers(1, MOST_LEAVES).flatmap(nodes), min_size=1, max_size=4)


@given(TREES, st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=6))
def test_the_sum_over_trees(trees, rows):
    ensemble = Trees.from_lightgbm({"tree_info": [{"tree_structure": tree} for tree in trees]})
    expected = [sum(walked(tree, row) for tree in trees) for row in rows]
    assert np.allclose(ensemble(np.array(rows)), expected, atol=1e-5)


@given(TREES)
def test_stored_trees_are_the_same(trees):
    ensemble = Trees.from_lightgbm({"tree_info": [{"tree_structure": tree} for tree in trees]})
    again = Trees.load(ensemble.arrays("x"), "x")
    rows = np.linspace(-4, 4, 30).reshape(10, 3)
    assert np.array_equal(ensemble(rows), again(rows))


def test_no_rows():
    ensemble = Trees.from_lightgbm({"tree_info": [{"tree_structure": {"leaf_value": 1.0}}]})
    assert ensemble(np.empty((0, 3))).shape == (0,)
