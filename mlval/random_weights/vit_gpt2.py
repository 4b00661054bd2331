"""ViT-GPT2 captioners with random weights, as nlpconnect/vit-gpt2-image-captioning is published, and tiny."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mlval.random_weights.blip import Weights
from service.common.safetensors_file import write_safetensors


@dataclass(frozen=True)
class Size:
    """Of both halves, which are equally wide."""

    image: int
    patch: int
    width: int
    heads: int
    layers: int
    words: int
    positions: int

    @property
    def end(self) -> int:
        return self.words - 1


TINY = Size(64, 16, 48, 4, 2, 120, 40)
BASE = Size(224, 16, 768, 12, 12, 50257, 1024)


def make(folder: Path) -> None:
    """The model of true size, 950 MB."""
    write(folder, BASE)


def write(folder: Path, size: Size, seed: int = 0) -> Path:
    """As transformers saves it, with what is needed of its tokenizer; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write_safetensors(folder / "model.safetensors", make_weights(size, seed), "F32")
    for name, body in (
        ("config.json", config(size)),
        ("preprocessor_config.json", {"image_mean": [0.5] * 3, "image_std": [0.5] * 3, "resample": 2}),
        ("vocab.json", {**{f"\u0120word{i}": i for i in range(size.end)}, "<|endoftext|>": size.end}),
    ):
        (folder / name).write_text(json.dumps(body), encoding="utf-8")
    return folder


def make_weights(size: Size, seed: int) -> Weights:
    """All weights, under the names that they were published by."""
    random = np.random.default_rng(seed)
    weights: Weights = {}
    width = size.width

    def draw(name: str, *shape: int, scale: float) -> None:
        weights[name] = random.standard_normal(shape, np.float32) * np.float32(scale)

    def linear(name: str, inputs: int, outputs: int, gain: float = 1.0, *, turned: bool = False) -> None:
        draw(f"{name}.weight", *((inputs, outputs) if turned else (outputs, inputs)), scale=gain / inputs**0.5)
        draw(f"{name}.bias", outputs, scale=0.02)

    def norm(name: str) -> None:
        weights[f"{name}.weight"] = 1 + random.standard_normal(width, np.float32) * np.float32(0.05)
        draw(f"{name}.bias", width, scale=0.05)

    cells = (size.image // size.patch) ** 2 + 1
    draw("encoder.embeddings.cls_token", 1, 1, width, scale=0.5)
    draw("encoder.embeddings.position_embeddings", 1, cells, width, scale=0.3)
    draw("encoder.embeddings.patch_embeddings.projection.weight", width, 3, size.patch, size.patch, scale=0.1)
    draw("encoder.embeddings.patch_embeddings.projection.bias", width, scale=0.02)
    for number in range(size.layers):
        name = f"encoder.encoder.layer.{number}"
        norm(f"{name}.layernorm_before")
        for part in ("query", "key", "value"):
            linear(f"{name}.attention.attention.{part}", width, width, 1.2)
        linear(f"{name}.attention.output.dense", width, width)
        norm(f"{name}.layernorm_after")
        linear(f"{name}.intermediate.dense", width, 4 * width)
        linear(f"{name}.output.dense", 4 * width, width)
    norm("encoder.layernorm")
    draw("decoder.transformer.wte.weight", size.words, width, scale=3.2 / width**0.5)
    draw("decoder.transformer.wpe.weight", size.positions, width, scale=0.8 / width**0.5)
    for number in range(size.layers):
        name = f"decoder.transformer.h.{number}"
        for own in ("ln_1", "ln_cross_attn", "ln_2"):
            norm(f"{name}.{own}")
        linear(f"{name}.attn.c_attn", width, 3 * width, 1.5, turned=True)
        linear(f"{name}.attn.c_proj", width, width, 0.4, turned=True)
        linear(f"{name}.crossattention.c_attn", width, 2 * width, 1.5, turned=True)
        linear(f"{name}.crossattention.q_attn", width, width, 1.5, turned=True)
        linear(f"{name}.crossattention.c_proj", width, width, 0.5, turned=True)
        linear(f"{name}.mlp.c_fc", width, 4 * width, 0.5, turned=True)
        linear(f"{name}.mlp.c_proj", 4 * width, width, 0.5, turned=True)
    norm("decoder.transformer.ln_f")
    return weights


def config(size: Size) -> dict[str, Any]:
    """config.json of transformers."""
    encoder = {
        "model_type": "vit",
        "hidden_size": size.width,
        "intermediate_size": 4 * size.width,
        "num_hidden_layers": size.layers,
        "num_attention_heads": size.heads,
        "image_size": size.image,
        "patch_size": size.patch,
    }
    decoder = {
        "model_type": "gpt2",
        "n_embd": size.width,
        "n_layer": size.layers,
        "n_head": size.heads,
        "vocab_size": size.words,
        "n_positions": size.positions,
        "bos_token_id": size.end,
        "eos_token_id": size.end,
        "add_cross_attention": True,
        "is_decoder": True,
    }
    own = {"decoder_start_token_id": size.end, "eos_token_id": size.end, "pad_token_id": size.end}
    return {"model_type": "vision-encoder-decoder", "encoder": encoder, "decoder": decoder, **own}
