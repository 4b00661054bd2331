"""CLIP's two towers as ONNX graphs, from the weights as transformers names them; for conversions only.

Radford et al. 2021 (arXiv:2103.00020), the ViT variants: pre-norm transformers with a quick GELU.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from service.common.graph_writer import GraphWriter
from service.common.layers import Linear, concatenated, take_linear, take_norm
from service.common.state_dict import StateDict

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class TowerShape:
    """width: numbers per place (W). heads divide it. hidden: of the MLP. epsilon: of the norms."""

    width: int
    layers: int
    heads: int
    hidden: int
    epsilon: float


@dataclass(frozen=True)
class ImageShape:
    """size: pixels on a side; patch: those of one patch."""

    tower: TowerShape
    size: int
    patch: int

    @property
    def places(self) -> int:
        """Patches and the class token."""
        return (self.size // self.patch) ** 2 + 1


@dataclass(frozen=True)
class TextShape:
    """tokens: how many a text may have; vocabulary: how many there are."""

    tower: TowerShape
    tokens: int
    vocabulary: int


def write_image_tower(weights: StateDict, shape: ImageShape, embedding_size: int, path: Path, *, int8: bool) -> None:
    """`image` (B, 3, S, S) -> `embedding` (B, E), unit vectors. Raises WeightsError."""
    width, name = shape.tower.width, "vision_model"
    with GraphWriter(path, int8=int8) as graph:
        image = graph.input("image", ["B", 3, shape.size, shape.size])
        kernel = weights.take(f"{name}.embeddings.patch_embedding.weight", width, 3, shape.patch, shape.patch)
        patches = graph.op("Conv", image, graph.constant(kernel), strides=[shape.patch, shape.patch])
        patches = graph.op("Reshape", patches, graph.ids(0, width, shape.places - 1))
        patches = graph.op("Transpose", patches, perm=[0, 2, 1])  # (B, L - 1, W)
        token = weights.take(f"{name}.embeddings.class_embedding", width).reshape(1, 1, width)
        batch = graph.op("Shape", image, start=0, end=1)
        rows = graph.op("Expand", graph.constant(token), graph.op("Concat", batch, graph.ids(1, width), axis=0))
        positions = weights.take(f"{name}.embeddings.position_embedding.weight", shape.places, width)
        x = graph.op("Add", graph.op("Concat", rows, patches, axis=1), graph.constant(positions))
        x = _norm(graph, weights, f"{name}.pre_layrnorm", shape.tower, x)  # misspelt so in the published weights
        x = _layers(graph, weights, name, shape.tower, x, mask=None)
        pooled = graph.op("Gather", x, graph.index(0), axis=1)  # (B, W)
        pooled = _norm(graph, weights, f"{name}.post_layernorm", shape.tower, pooled)
        _project(graph, weights, "visual_projection", shape.tower, pooled, embedding_size)


def write_text_tower(
    weights: StateDict, shape: TextShape, embedding_size: int, path: Path, *, end: int, int8: bool
) -> None:
    """`tokens` (B, T) int64 -> `embedding` (B, E), unit vectors; each looks at its first `end` token.

    T: any number up to shape.tokens. Raises WeightsError.
    """
    width, name = shape.tower.width, "text_model"
    with GraphWriter(path, int8=int8) as graph:
        tokens = graph.input("tokens", ["B", "T"], integer=True)
        table = weights.take(f"{name}.embeddings.token_embedding.weight", shape.vocabulary, width)
        words = graph.embedding(tokens, "words", table)
        positions = weights.take(f"{name}.embeddings.position_embedding.weight", shape.tokens, width)
        length = graph.op("Shape", tokens, start=1, end=2)
        seen = graph.op("Slice", graph.constant(positions), graph.ids(0), length, graph.ids(0))  # (T, W)
        x = graph.op("Add", words, seen)
        full = np.triu(np.full((shape.tokens, shape.tokens), np.finfo(np.float32).min, np.float32), 1)
        square = graph.op("Concat", length, length, axis=0)
        mask = graph.op("Slice", graph.constant(full), graph.ids(0, 0), square, graph.ids(0, 1))  # (T, T)
        x = _layers(graph, weights, name, shape.tower, x, mask=mask)
        x = _norm(graph, weights, f"{name}.final_layer_norm", shape.tower, x)
        is_end = graph.op("Cast", graph.op("Equal", tokens, graph.index(end)), to=TensorProto.INT32)
        place = graph.op("ArgMax", is_end, axis=1, keepdims=1)  # (B, 1), the first
        pooled = graph.op("GatherND", x, place, batch_dims=1)  # (B, W)
        _project(graph, weights, "text_projection", shape.tower, pooled, embedding_size)


def _project(graph: GraphWriter, weights: StateDict, name: str, shape: TowerShape, pooled: str, size: int) -> None:
    """Give out pooled (B, W) as unit vectors `embedding` (B, E)."""
    projected = graph.linear(pooled, name, weights.take(f"{name}.weight", size, shape.width).T)
    graph.op("LpNormalization", projected, axis=1, p=2, output="embedding")
    graph.output("embedding", ["B", size])


def _layers(graph: GraphWriter, weights: StateDict, name: str, shape: TowerShape, x: str, *, mask: str | None) -> str:
    for index in range(shape.layers):
        layer = f"{name}.encoder.layers.{index}"
        normal = _norm(graph, weights, f"{layer}.layer_norm1", shape, x)
        x = graph.op("Add", x, _attention(graph, weights, f"{layer}.self_attn", shape, normal, mask))
        normal = _norm(graph, weights, f"{layer}.layer_norm2", shape, x)
        x = graph.op("Add", x, _mlp(graph, weights, f"{layer}.mlp", shape, normal))
    return x


def _norm(graph: GraphWriter, weights: StateDict, name: str, shape: TowerShape, x: str) -> str:
    return graph.layer_norm(x, name, take_norm(weights, name, shape.width), shape.epsilon)


def _attention(graph: GraphWriter, weights: StateDict, name: str, shape: TowerShape, x: str, mask: str | None) -> str:
    """Self-attention (B, L, W) -> (B, L, W); queries, keys and values come from one multiplication."""
    width, heads = shape.width, shape.heads
    q, k, v = (take_linear(weights, f"{name}.{part}_proj", width, width) for part in "qkv")
    scale = np.float32((width // heads) ** -0.5)
    q = Linear(q.weight * scale, q.bias * scale)
    joined = _multiply(graph, x, f"{name}.qkv", concatenated(q, k, v))
    split = graph.op("Reshape", joined, graph.ids(0, 0, 3, heads, width // heads))
    split = graph.op("Transpose", split, perm=[2, 0, 3, 1, 4])  # (3, B, heads, L, W / heads)
    ask, key, value = (graph.op("Gather", split, graph.index(part), axis=0) for part in range(3))
    energy = graph.op("MatMul", ask, graph.op("Transpose", key, perm=[0, 1, 3, 2]))  # (B, heads, L, L)
    if mask is not None:
        energy = graph.op("Add", energy, mask)
    mixed = graph.op("MatMul", graph.op("Softmax", energy, axis=-1), value)
    mixed = graph.op("Reshape", graph.op("Transpose", mixed, perm=[0, 2, 1, 3]), graph.ids(0, 0, width))
    return _multiply(graph, mixed, f"{name}.out_proj", take_linear(weights, f"{name}.out_proj", width, width))


def _mlp(graph: GraphWriter, weights: StateDict, name: str, shape: TowerShape, x: str) -> str:
    x = _multiply(graph, x, f"{name}.fc1", take_linear(weights, f"{name}.fc1", shape.width, shape.hidden))
    # quick_gelu: x * sigmoid(1.702 x)
    x = graph.op("Mul", x, graph.op("Sigmoid", graph.op("Mul", x, graph.number(1.702))))
    return _multiply(graph, x, f"{name}.fc2", take_linear(weights, f"{name}.fc2", shape.hidden, shape.width))


def _multiply(graph: GraphWriter, x: str, name: str, linear: Linear) -> str:
    return graph.linear(x, name, linear.weight, linear.bias)
