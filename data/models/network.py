"""The network of the accurate recogniser for training: MiniLM's layers with cues added, in PyTorch."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

WIDTH, HEADS, LAYERS, INNER = 384, 12, 6, 1536
CUES = 64
LEVELS = 63
"""Weights are whole numbers from -63 to 63 and a scale: sums of two products then fit into 16 bits, which matters on
processors that add up in 16 bits."""


class Linear(nn.Linear):
    """A linear layer that can be trained for the 8 bits in which it will be kept (straight-through rounding)."""

    rounded = False

    def forward(self, given: Tensor) -> Tensor:
        if not self.rounded:
            return super().forward(given)
        return F.linear(_rounded_input(given), _rounded_weights(self.weight), self.bias)


def _rounded_weights(weight: Tensor) -> Tensor:
    with torch.no_grad():
        scale = weight.abs().amax(dim=1, keepdim=True) / LEVELS
        change = torch.round(weight / scale) * scale - weight
    return weight + change


def _rounded_input(given: Tensor) -> Tensor:
    with torch.no_grad():
        low, high = given.min().clamp(max=0.0), given.max().clamp(min=0.0)
        scale = (high - low) / 255
        change = torch.round(given / scale) * scale - given
    return given + change


class Layer(nn.Module):
    """Self-attention and two linear layers, as in BERT."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.qkv = Linear(WIDTH, 3 * WIDTH)
        self.out = Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = Linear(WIDTH, INNER)
        self.down = Linear(INNER, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, size, _ = x.shape
        q, k, v = self.qkv(x).view(batch, size, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(q.float(), k.float(), v.float(), attn_mask=mask)  # faster than 16 bits
        x = self.norm1(x + self.drop(self.out(seen.transpose(1, 2).reshape(batch, size, WIDTH))))
        return self.norm2(x + self.drop(self.down(F.gelu(self.up(x)))))


class Tagger(nn.Module):
    """Vectors of pieces and cues to their words in, scores of labels out."""

    def __init__(self, cues: int, labels: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.cues = nn.EmbeddingBag(cues, CUES, mode="sum")
        self.project = nn.Linear(CUES, WIDTH, bias=False)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.head = nn.Linear(WIDTH, labels)
        self.head_cues = nn.Linear(CUES, labels, bias=False)
        self.drop = nn.Dropout(dropout)
        nn.init.normal_(self.cues.weight, std=0.1)
        nn.init.normal_(self.project.weight, std=0.02)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head_cues.weight)

    def forward(self, vectors: Tensor, cues: Tensor, real: Tensor) -> Tensor:
        """Return scores for all pieces; `cues` are the summed cues to the word of each."""
        mask = real[:, None, None, :].bool()
        x = self.drop(self.norm(vectors + self.project(cues)))
        for layer in self.layers:
            x = layer(x, mask)
        return self.head(self.drop(x)) + self.head_cues(cues)

    def round_weights(self, on: bool) -> None:
        """Train from now on for 8 bits, or not."""
        for module in self.modules():
            if isinstance(module, Linear):
                module.rounded = on


def read_safetensors(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of a file of weights."""
    data = path.read_bytes()
    (size,) = struct.unpack_from("<Q", data)
    described = json.loads(data[8 : 8 + size])
    found = {}
    for name, entry in described.items():
        if entry.get("dtype") == "F32":
            start, end = entry["data_offsets"]
            found[name] = np.frombuffer(data[8 + size + start : 8 + size + end], np.float32).reshape(entry["shape"])
    return found


def start_from(tagger: Tagger, base: dict[str, NDArray[Any]]) -> None:
    """Copy the weights of MiniLM into the layers."""

    def put(module: Any, name: str) -> None:
        module.weight.data.copy_(torch.from_numpy(base[f"{name}.weight"].copy()))
        module.bias.data.copy_(torch.from_numpy(base[f"{name}.bias"].copy()))

    put(tagger.norm, "embeddings.LayerNorm")
    for i, layer in enumerate(tagger.layers):
        at = f"encoder.layer.{i}"
        parts = [f"{at}.attention.self.{part}" for part in ("query", "key", "value")]
        layer.qkv.weight.data.copy_(torch.from_numpy(np.concatenate([base[f"{p}.weight"] for p in parts])))
        layer.qkv.bias.data.copy_(torch.from_numpy(np.concatenate([base[f"{p}.bias"] for p in parts])))
        put(layer.out, f"{at}.attention.output.dense")
        put(layer.norm1, f"{at}.attention.output.LayerNorm")
        put(layer.up, f"{at}.intermediate.dense")
        put(layer.down, f"{at}.output.dense")
        put(layer.norm2, f"{at}.output.LayerNorm")
