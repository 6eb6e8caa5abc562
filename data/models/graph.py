"""The trained network of the accurate recogniser as an ONNX graph with weights of 8 bits, and its file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from network import CUES, HEADS, LEVELS, WIDTH, Linear, Tagger
from numpy.typing import NDArray
from onnx import TensorProto, checker, helper, numpy_helper

MICROSOFT = "com.microsoft"


class Graph:
    """Nodes and tensors of a graph that is being written."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.tensors: list[Any] = []

    def tensor(self, values: NDArray[Any]) -> str:
        """Add a constant and return its name."""
        name = f"t{len(self.tensors)}"
        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, *inputs: str, outputs: int = 1, domain: str = "", **attributes: Any) -> Any:
        """Add a node and return the name of its output, or the names."""
        names = [f"n{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return names[0] if outputs == 1 else names

    def linear(self, x: str, layer: Any) -> str:
        """Add a linear layer of full precision."""
        product = self.node("MatMul", x, self.tensor(_array(layer.weight).T))
        return product if layer.bias is None else self.node("Add", product, self.tensor(_array(layer.bias)))

    def linear8(self, x: str, layer: Linear) -> str:
        """Add a linear layer whose weights have 8 bits and a scale for each output."""
        weights = _array(layer.weight)
        scales = np.abs(weights).max(axis=1) / LEVELS
        codes = np.round(weights / scales[:, None]).astype(np.int8)
        return self.node(
            "DynamicQuantizeMatMul",
            x,
            self.tensor(codes.T),
            self.tensor(scales.astype(np.float32)),
            "",
            self.tensor(_array(layer.bias)),
            domain=MICROSOFT,
        )

    def norm(self, x: str, layer: Any) -> str:
        """Add a layer normalisation."""
        weight, bias = self.tensor(_array(layer.weight)), self.tensor(_array(layer.bias))
        return self.node("LayerNormalization", x, weight, bias, axis=-1, epsilon=layer.eps)


def _array(tensor: torch.Tensor) -> NDArray[Any]:
    return tensor.detach().float().numpy()


def graph_of(tagger: Tagger) -> bytes:
    """Return the network as a serialised graph: vectors and cues of one window in, log-probabilities out."""
    graph = Graph()
    x = graph.norm(graph.node("Add", "vectors", graph.linear("cues", tagger.project)), tagger.norm)
    for layer in tagger.layers:
        qkv = graph.linear8(x, layer.qkv)
        q, k, v = graph.node("Split", qkv, outputs=3, axis=2, num_outputs=3)
        seen = graph.node("MultiHeadAttention", q, k, v, domain=MICROSOFT, num_heads=HEADS)
        x = graph.norm(graph.node("Add", x, graph.linear8(seen, layer.out)), layer.norm1)
        inner = graph.node("Gelu", graph.linear8(x, layer.up))
        x = graph.norm(graph.node("Add", x, graph.linear8(inner, layer.down)), layer.norm2)
    scores = graph.node("Add", graph.linear(x, tagger.head), graph.linear("cues", tagger.head_cues))
    graph.nodes.append(helper.make_node("LogSoftmax", [scores], ["answers"], axis=-1))
    shape = ["windows", "pieces"]
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "accurate",
            [
                helper.make_tensor_value_info("vectors", TensorProto.FLOAT, [*shape, WIDTH]),
                helper.make_tensor_value_info("cues", TensorProto.FLOAT, [*shape, CUES]),
            ],
            [helper.make_tensor_value_info("answers", TensorProto.FLOAT, [*shape, tagger.head.out_features])],
            graph.tensors,
        ),
        opset_imports=[helper.make_opsetid("", 20), helper.make_opsetid(MICROSOFT, 1)],
        ir_version=9,
        producer_name="geoloc",
    )
    checker.check_model(model)
    return bytes(model.SerializeToString())


def packed(table: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return a table as codes of 4 bits, two a byte, a scale a row, and the sixteen numbers that codes stand for."""
    scales = np.abs(table).max(axis=1).astype(np.float16)
    scaled = table / np.maximum(scales.astype(np.float32), 1e-6)[:, None]
    sample = np.sort(np.random.default_rng(0).choice(scaled.ravel(), 400_000))
    codebook = np.quantile(sample, np.linspace(0.01, 0.99, 16))
    for _ in range(40):  # Lloyd's algorithm
        owner = np.searchsorted((codebook[1:] + codebook[:-1]) / 2, sample)
        codebook = np.bincount(owner, sample, 16) / np.maximum(np.bincount(owner, minlength=16), 1)
    codes = np.searchsorted((codebook[1:] + codebook[:-1]) / 2, scaled).astype(np.uint8)
    return codes[:, ::2] | codes[:, 1::2] << 4, scales, codebook.astype(np.float32)


def save(
    path: Path,
    tagger: Tagger,
    labels: Sequence[str],
    pieces: tuple[Sequence[str], NDArray[Any], NDArray[Any], NDArray[Any]],
    positions: NDArray[Any],
    cues: Sequence[str],
) -> None:
    """Write a model: the graph, and the tables of pieces (names, codes, scales, codebook), positions and cues."""
    names, codes, scales, codebook = pieces
    np.savez_compressed(
        path,
        labels=np.array(" ".join(labels)),
        pieces=np.array("\n".join(names)),
        piece_codes=codes,
        piece_scales=scales,
        codebook=codebook,
        positions=positions.astype(np.float16),
        cues=np.array("\n".join(cues)),
        cue_table=_array(tagger.cues.weight).astype(np.float16),
        graph=np.frombuffer(graph_of(tagger), np.uint8),
    )
