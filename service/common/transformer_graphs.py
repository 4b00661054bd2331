"""Blocks of image captioners as graphs: a vision transformer, and attention with a cache for one-step decoders.

Names of inputs and outputs are those that cached_decoder.py runs. P pictures, R rows (as many for each picture),
T tokens, L cells that the encoder gives, S tokens in the cache, H wide, N heads.
Sources: Dosovitskiy et al. 2021 (arXiv:2010.11929); Vaswani et al. 2017 (arXiv:1706.03762).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.common.graph_writer import GraphWriter
from service.common.layers import Floats, Linear, Norm


@dataclass(frozen=True)
class VisionLayer:
    """One layer that normalises before attention and before its two linear layers; qkv is (H, 3H)."""

    norm1: Norm
    qkv: Linear
    out: Linear
    norm2: Norm
    fc1: Linear
    fc2: Linear


@dataclass(frozen=True)
class VisionTransformer:
    """patches: (H, 3, patch, patch) and (H,); start: (1, 1, H); positions: (1, L, H)."""

    patches: Linear
    start: Floats
    positions: Floats
    layers: Sequence[VisionLayer]
    norm: Norm
    heads: int
    epsilon: float


def write_vision_transformer(graph: GraphWriter, pixels: str, model: VisionTransformer) -> str:
    """The features (P, L, H) of pixels (P, 3, side, side)."""
    x = _cells(graph, pixels, model)
    first = model.layers[0].norm1
    normal = graph.layer_norm(x, "vision.0.norm1", first, model.epsilon)
    following = [layer.norm1 for layer in model.layers[1:]] + [model.norm]
    for number, (layer, after) in enumerate(zip(model.layers, following, strict=True)):
        name = f"vision.{number}"
        qkv = graph.ops("Split", graph.linear(normal, f"{name}.qkv", layer.qkv.weight), outputs=3, axis=-1)
        bias = graph.weight(f"{name}.qkv.bias", layer.qkv.bias)
        y = graph.op("MultiHeadAttention", *qkv, bias, fused=True, num_heads=model.heads)
        y = graph.linear(y, f"{name}.out", layer.out.weight)
        normal, x = graph.add_and_norm(y, x, f"{name}.norm2", layer.norm2, layer.out.bias, model.epsilon)
        y = graph.linear(normal, f"{name}.fc1", layer.fc1.weight)
        y = graph.op("BiasGelu", y, graph.weight(f"{name}.fc1.bias", layer.fc1.bias), fused=True)
        y = graph.linear(y, f"{name}.fc2", layer.fc2.weight)
        normal, x = graph.add_and_norm(y, x, f"{name}.after", after, layer.fc2.bias, model.epsilon)
    return normal


def _cells(graph: GraphWriter, pixels: str, model: VisionTransformer) -> str:
    """Patches in rows, the start before them, and positions added: (P, L, H)."""
    side = model.patches.weight.shape[-1]
    width = model.patches.weight.shape[0]
    weights = (graph.weight("patches.weight", model.patches.weight), graph.weight("patches.bias", model.patches.bias))
    x = graph.op("Conv", pixels, *weights, kernel_shape=[side, side], strides=[side, side])
    x = graph.op("Reshape", x, graph.ids(0, width, -1))
    x = graph.op("Transpose", x, perm=[0, 2, 1])
    pictures = graph.op("Shape", pixels, end=1)
    shape = graph.op("Concat", pictures, graph.ids(1), graph.ids(width), axis=0)
    start = graph.op("Expand", graph.weight("start", model.start), shape)
    x = graph.op("Concat", start, x, axis=1)
    return graph.op("Add", x, graph.weight("positions", model.positions))


def write_cross_keys(graph: GraphWriter, features: str, number: int, key: Linear, value: Linear, heads: int) -> None:
    """Give out the keys and values (P, N, L, H/N) by which layer `number` of the decoder looks at a picture."""
    for kind, linear in (("key", key), ("value", value)):
        y = graph.linear(features, f"cross.{number}.{kind}", linear.weight, linear.bias)
        size = linear.weight.shape[1] // heads
        y = graph.op("Reshape", y, graph.ids(0, 0, heads, size))
        y = graph.op("Transpose", y, perm=[0, 2, 1, 3])
        graph.output(f"cross_{kind}_{number}", ["pictures", heads, "cells", size], y)


class CachedAttention:
    """The attention of a decoder's layers: to its own tokens, which are cached, and to the picture."""

    def __init__(self, graph: GraphWriter, *, layers: int, heads: int, width: int) -> None:
        self.tokens = graph.input("tokens", ["rows", "length"], integer=True)
        self.positions = graph.input("positions", ["length"], integer=True)
        self._graph = graph
        self._heads = heads
        self._width = width
        rows = graph.input("from_rows", ["rows"], integer=True)
        own: list[int | str]
        picture: list[int | str]
        own, picture = ["before", heads, "past", width // heads], ["pictures", heads, "cells", width // heads]
        self._past = []
        for number in range(layers):
            inputs = [graph.input(f"past_{kind}_{number}", own) for kind in ("key", "value")]
            self._past.append([graph.op("Gather", name, rows, axis=0) for name in inputs])
        self._cross = [
            [graph.input(f"cross_{kind}_{number}", picture) for kind in ("key", "value")] for number in range(layers)
        ]
        # The rows of a picture stand in a row, like the tokens of one text: so they share its keys and values.
        pictures = graph.op("Shape", self._cross[0][0], end=1)
        self._by_picture = graph.op("Concat", pictures, graph.ids(-1), graph.ids(width), axis=0)
        self._by_row = graph.op("Concat", graph.op("Shape", self.tokens), graph.ids(width), axis=0)

    def to_tokens(self, x: str, number: int, qkv: Linear) -> str:
        """Attention (R, T, H) of x to the tokens before it, which it joins; qkv is (H, 3H)."""
        graph = self._graph
        split = graph.ops("Split", graph.linear(x, f"decoder.{number}.qkv", qkv.weight), outputs=3, axis=-1)
        bias = graph.weight(f"decoder.{number}.qkv.bias", qkv.bias)
        given = (*split, bias, "", "", *self._past[number])
        y, key, value = graph.ops(
            "MultiHeadAttention", *given, outputs=3, fused=True, num_heads=self._heads, unidirectional=1
        )
        shape: list[int | str] = ["rows", self._heads, "total", self._width // self._heads]
        graph.output(f"key_{number}", shape, key)
        graph.output(f"value_{number}", shape, value)
        return y

    def to_picture(self, x: str, number: int, query: Linear) -> str:
        """Attention (R, T, H) of x to the cells of its row's picture."""
        graph = self._graph
        q = graph.linear(x, f"decoder.{number}.look", query.weight, query.bias)
        q = graph.op("Reshape", q, self._by_picture)
        y = graph.op("MultiHeadAttention", q, *self._cross[number], fused=True, num_heads=self._heads)
        return graph.op("Reshape", y, self._by_row)

    def give_log_probs(self, x: str, name: str, table: Floats, bias: Floats | None) -> None:
        """Give out log p (R, V) of what follows the last token, from x (R, T, H) and the table (V, H)."""
        logits = self._graph.logits(x, name, table, bias)
        self._graph.output("log_probs", ["rows", len(table)], self._graph.op("LogSoftmax", logits, axis=-1))

    def last(self, x: str) -> str:
        """Of (R, T, H) the last token's (R, H)."""
        return self._graph.op("Gather", x, self._graph.index(-1), axis=1)
