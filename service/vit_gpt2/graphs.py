"""ViT-GPT2 as two graphs, from weights under the names that transformers published them by.

Dosovitskiy et al. 2021 (arXiv:2010.11929) looks, Radford et al. 2019 (GPT-2) writes, with a cross-attention between
the two parts of each of its layers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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

# Masks that older versions of transformers keep among the weights.
_MASKS = r"decoder\.transformer\.h\.\d+\.(attn|crossattention)\.(bias|masked_bias)"


@dataclass(frozen=True)
class DecoderLayer:
    """One layer of GPT-2 with cross-attention; each part has its norm before it."""

    norm: Norm
    qkv: Linear
    out: Linear
    look_norm: Norm
    look_query: Linear
    look_key: Linear
    look_value: Linear
    look_out: Linear
    fc_norm: Norm
    fc1: Linear
    fc2: Linear


@dataclass(frozen=True)
class VitGpt2:
    """All weights; words (V, H) are the table of the logits too, positions (T, H)."""

    architecture: Architecture
    vision: VisionTransformer
    words: Floats
    positions: Floats
    layers: tuple[DecoderLayer, ...]
    norm: Norm

    @classmethod
    def read(cls, state: StateDict, architecture: Architecture) -> VitGpt2:
        """Raises WeightsError when a weight is missing, too many, or of another shape."""
        state.drop(_MASKS, r"encoder\.pooler\..*", r"decoder\.lm_head\.weight")
        width, name = architecture.text_width, "decoder.transformer."
        model = cls(
            architecture=architecture,
            vision=_vision(state, architecture),
            words=state.take(f"{name}wte.weight", architecture.words, width),
            positions=state.take(f"{name}wpe.weight", architecture.positions, width),
            layers=tuple(_layer(state, f"{name}h.{i}.", architecture) for i in range(architecture.text_layers)),
            norm=take_norm(state, f"{name}ln_f", width),
        )
        state.end()
        return model


def write_encoder(path: Path, model: VitGpt2, *, int8: bool) -> None:
    """pixels -> features, and for each layer of the decoder the keys and values of the picture."""
    own = model.architecture
    with GraphWriter(path, int8=int8, fused=True) as graph:
        pixels = graph.input("pixels", ["pictures", 3, own.image_size, own.image_size])
        features = write_vision_transformer(graph, pixels, model.vision)
        graph.output("features", ["pictures", "cells", own.vision_width], features)
        for number, layer in enumerate(model.layers):
            write_cross_keys(graph, features, number, layer.look_key, layer.look_value, own.text_heads)


def write_decoder(path: Path, model: VitGpt2, *, int8: bool) -> None:
    """The tokens and the cache -> log p of the next token, and the cache with them."""
    own = model.architecture
    epsilon = own.text_epsilon
    with GraphWriter(path, int8=int8, fused=True) as graph:
        attention = CachedAttention(graph, layers=own.text_layers, heads=own.text_heads, width=own.text_width)
        words = graph.embedding(attention.tokens, "words", model.words)
        places = graph.op("Gather", graph.weight("places", model.positions), attention.positions)
        x = graph.op("Add", words, places)
        normal = graph.layer_norm(x, "decoder.0.norm", model.layers[0].norm, epsilon)
        following = [layer.norm for layer in model.layers[1:]] + [model.norm]
        for number, (layer, after) in enumerate(zip(model.layers, following, strict=True)):
            name = f"decoder.{number}"
            y = graph.linear(attention.to_tokens(normal, number, layer.qkv), f"{name}.out", layer.out.weight)
            normal, x = graph.add_and_norm(y, x, f"{name}.look_norm", layer.look_norm, layer.out.bias, epsilon)
            y = attention.to_picture(normal, number, layer.look_query)
            y = graph.linear(y, f"{name}.look_out", layer.look_out.weight)
            normal, x = graph.add_and_norm(y, x, f"{name}.fc_norm", layer.fc_norm, layer.look_out.bias, epsilon)
            y = graph.linear(normal, f"{name}.fc1", layer.fc1.weight)
            # GPT-2's gelu is the one by tanh.
            y = graph.op("FastGelu", y, graph.weight(f"{name}.fc1.bias", layer.fc1.bias), fused=True)
            y = graph.linear(y, f"{name}.fc2", layer.fc2.weight)
            normal, x = graph.add_and_norm(y, x, f"{name}.after", after, layer.fc2.bias, epsilon)
        attention.give_log_probs(attention.last(normal), "words", model.words, None)


def _vision(state: StateDict, own: Architecture) -> VisionTransformer:
    width, inner = own.vision_width, own.vision_inner

    def layer(number: int) -> VisionLayer:
        name = f"encoder.encoder.layer.{number}."
        parts = [
            take_linear(state, f"{name}attention.attention.{part}", width, width) for part in ("query", "key", "value")
        ]
        return VisionLayer(
            norm1=take_norm(state, f"{name}layernorm_before", width),
            qkv=concatenated(*parts),
            out=take_linear(state, f"{name}attention.output.dense", width, width),
            norm2=take_norm(state, f"{name}layernorm_after", width),
            fc1=take_linear(state, f"{name}intermediate.dense", width, inner),
            fc2=take_linear(state, f"{name}output.dense", inner, width),
        )

    name = "encoder.embeddings."
    return VisionTransformer(
        patches=Linear(
            state.take(f"{name}patch_embeddings.projection.weight", width, 3, own.patch_size, own.patch_size),
            state.take(f"{name}patch_embeddings.projection.bias", width),
        ),
        start=state.take(f"{name}cls_token", 1, 1, width),
        positions=state.take(f"{name}position_embeddings", 1, own.cells, width),
        layers=[layer(number) for number in range(own.vision_layers)],
        norm=take_norm(state, "encoder.layernorm", width),
        heads=own.vision_heads,
        epsilon=own.vision_epsilon,
    )


def _layer(state: StateDict, name: str, own: Architecture) -> DecoderLayer:
    width = own.text_width
    both = _conv(state, f"{name}crossattention.c_attn", own.vision_width, 2 * width)
    return DecoderLayer(
        norm=take_norm(state, f"{name}ln_1", width),
        qkv=_conv(state, f"{name}attn.c_attn", width, 3 * width),
        out=_conv(state, f"{name}attn.c_proj", width, width),
        look_norm=take_norm(state, f"{name}ln_cross_attn", width),
        look_query=_conv(state, f"{name}crossattention.q_attn", width, width),
        look_key=Linear(both.weight[:, :width], both.bias[:width]),
        look_value=Linear(both.weight[:, width:], both.bias[width:]),
        look_out=_conv(state, f"{name}crossattention.c_proj", width, width),
        fc_norm=take_norm(state, f"{name}ln_2", width),
        fc1=_conv(state, f"{name}mlp.c_fc", width, own.text_inner),
        fc2=_conv(state, f"{name}mlp.c_proj", own.text_inner, width),
    )


def _conv(state: StateDict, name: str, inputs: int, outputs: int) -> Linear:
    """GPT-2 keeps a matrix the other way round, as (inputs, outputs)."""
    return Linear(state.take(f"{name}.weight", inputs, outputs), state.take(f"{name}.bias", outputs))
