"""BLIP's captioner as two graphs, from weights under the names that transformers gives them.

After Li et al. 2022, BLIP (arXiv:2201.12086); the decoder is BERT (arXiv:1810.04805) with cross-attention.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from service.common.architecture import Architecture
from service.common.graph_writer import GraphWriter
from service.common.layers import Floats, Linear, Norm, concatenated, take_linear, take_norm
from service.common.state_dict import StateDict
from service.common.transformer_graphs import (
    CachedAttention,
    VisionLayer,
    VisionTransformer,
    write_cross_keys,
    write_vision_transformer,
)

# What only training, matching or older versions of transformers use.
NOT_NEEDED = (r".*\.position_ids", r"text_encoder\..*", r"vision_proj\..*", r"text_proj\..*", r".*\.pooler\..*")


@dataclass(frozen=True)
class DecoderLayer:
    """One layer of BERT with cross-attention; each part is followed by its norm."""

    qkv: Linear
    out: Linear
    norm: Norm
    look_query: Linear
    look_key: Linear
    look_value: Linear
    look_out: Linear
    look_norm: Norm
    fc1: Linear
    fc2: Linear
    fc_norm: Norm


@dataclass(frozen=True)
class Blip:
    """All weights; words (V, H) and positions (T, H). logits is `words` but for a model that unties them."""

    architecture: Architecture
    vision: VisionTransformer
    words: Floats
    positions: Floats
    norm: Norm
    layers: tuple[DecoderLayer, ...]
    head: Linear
    head_norm: Norm
    logits: Floats
    logits_bias: Floats

    @classmethod
    def read(cls, state: StateDict, architecture: Architecture) -> Blip:
        """Raises WeightsError when a weight is missing, too many, or of another shape."""
        state.drop(*NOT_NEEDED)
        width, words = architecture.text_width, architecture.words
        bert, head = "text_decoder.bert.", "text_decoder.cls.predictions."
        table = state.take(f"{bert}embeddings.word_embeddings.weight", words, width)
        bias = state.take(f"{head}bias", words)
        model = cls(
            architecture=architecture,
            vision=_vision(state, architecture),
            words=table,
            positions=state.take(f"{bert}embeddings.position_embeddings.weight", architecture.positions, width),
            norm=take_norm(state, f"{bert}embeddings.LayerNorm", width),
            layers=tuple(
                _decoder_layer(state, f"{bert}encoder.layer.{number}.", architecture)
                for number in range(architecture.text_layers)
            ),
            head=take_linear(state, f"{head}transform.dense", width, width),
            head_norm=take_norm(state, f"{head}transform.LayerNorm", width),
            logits=_tied(state, f"{head}decoder.weight", table),
            logits_bias=_tied(state, f"{head}decoder.bias", bias),
        )
        state.end()
        return model


def write_encoder(path: Path, model: Blip, *, int8: bool) -> None:
    """pixels -> features, and for each layer of the decoder the keys and values of the picture."""
    side = model.architecture.image_size
    with GraphWriter(path, int8=int8, fused=True) as graph:
        pixels = graph.input("pixels", ["pictures", 3, side, side])
        features = write_vision_transformer(graph, pixels, model.vision)
        graph.output("features", ["pictures", "cells", model.architecture.vision_width], features)
        for number, layer in enumerate(model.layers):
            write_cross_keys(graph, features, number, layer.look_key, layer.look_value, model.architecture.text_heads)


def write_decoder(path: Path, model: Blip, *, int8: bool) -> None:
    """The tokens and the cache -> log p of the next token, and the cache with them."""
    own = model.architecture
    with GraphWriter(path, int8=int8, fused=True) as graph:
        attention = CachedAttention(graph, layers=own.text_layers, heads=own.text_heads, width=own.text_width)
        words = graph.embedding(attention.tokens, "words", model.words)
        places = graph.op("Gather", graph.weight("places", model.positions), attention.positions)
        x = _normal(graph, graph.op("Add", words, places), "embedding", model.norm, own)
        for number, layer in enumerate(model.layers):
            name = f"decoder.{number}"
            y = graph.linear(attention.to_tokens(x, number, layer.qkv), f"{name}.out", layer.out.weight)
            x, _ = graph.add_and_norm(y, x, f"{name}.norm", layer.norm, layer.out.bias, own.text_epsilon)
            y = attention.to_picture(x, number, layer.look_query)
            y = graph.linear(y, f"{name}.look_out", layer.look_out.weight)
            x, _ = graph.add_and_norm(y, x, f"{name}.look_norm", layer.look_norm, layer.look_out.bias, own.text_epsilon)
            y = _gelu(graph, x, f"{name}.fc1", layer.fc1)
            y = graph.linear(y, f"{name}.fc2", layer.fc2.weight)
            x, _ = graph.add_and_norm(y, x, f"{name}.fc_norm", layer.fc_norm, layer.fc2.bias, own.text_epsilon)
        x = _gelu(graph, attention.last(x), "head", model.head)
        x = _normal(graph, x, "head_norm", model.head_norm, own)
        table = "words" if model.logits is model.words else "logits"
        attention.give_log_probs(x, table, model.logits, model.logits_bias)


def _gelu(graph: GraphWriter, x: str, name: str, linear: Linear) -> str:
    y = graph.linear(x, name, linear.weight)
    return graph.op("BiasGelu", y, graph.weight(f"{name}.bias", linear.bias), fused=True)


def _normal(graph: GraphWriter, x: str, name: str, norm: Norm, own: Architecture) -> str:
    return graph.layer_norm(x, name, norm, own.text_epsilon)


def _vision(state: StateDict, own: Architecture) -> VisionTransformer:
    width, inner, prefix = own.vision_width, own.vision_inner, "vision_model."

    def layer(number: int) -> VisionLayer:
        name = f"{prefix}encoder.layers.{number}."
        return VisionLayer(
            norm1=take_norm(state, f"{name}layer_norm1", width),
            qkv=take_linear(state, f"{name}self_attn.qkv", width, 3 * width),
            out=take_linear(state, f"{name}self_attn.projection", width, width),
            norm2=take_norm(state, f"{name}layer_norm2", width),
            fc1=take_linear(state, f"{name}mlp.fc1", width, inner),
            fc2=take_linear(state, f"{name}mlp.fc2", inner, width),
        )

    embeddings = f"{prefix}embeddings."
    return VisionTransformer(
        patches=Linear(
            state.take(f"{embeddings}patch_embedding.weight", width, 3, own.patch_size, own.patch_size),
            state.take(f"{embeddings}patch_embedding.bias", width),
        ),
        start=state.take(f"{embeddings}class_embedding", 1, 1, width),
        positions=state.take(f"{embeddings}position_embedding", 1, own.cells, width),
        layers=[layer(number) for number in range(own.vision_layers)],
        norm=take_norm(state, f"{prefix}post_layernorm", width),
        heads=own.vision_heads,
        epsilon=own.vision_epsilon,
    )


def _decoder_layer(state: StateDict, name: str, own: Architecture) -> DecoderLayer:
    width = own.text_width

    def square(part: str, wide: int = width) -> Linear:
        return take_linear(state, name + part, wide, width)

    return DecoderLayer(
        qkv=concatenated(*(square(f"attention.self.{part}") for part in ("query", "key", "value"))),
        out=square("attention.output.dense"),
        norm=take_norm(state, f"{name}attention.output.LayerNorm", width),
        look_query=square("crossattention.self.query"),
        look_key=square("crossattention.self.key", own.vision_width),
        look_value=square("crossattention.self.value", own.vision_width),
        look_out=square("crossattention.output.dense"),
        look_norm=take_norm(state, f"{name}crossattention.output.LayerNorm", width),
        fc1=take_linear(state, f"{name}intermediate.dense", width, own.text_inner),
        fc2=take_linear(state, f"{name}output.dense", own.text_inner, width),
        fc_norm=take_norm(state, f"{name}output.LayerNorm", width),
    )


def _tied(state: StateDict, name: str, other: Floats) -> Floats:
    """The weight of this name, or `other` itself where it is the same or not there."""
    if not state.has(name):
        return other
    found = state.take(name, *other.shape)
    return other if np.array_equal(found, other) else found
