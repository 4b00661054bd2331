"""BLIP captioners with random weights, as they are published, of true size and tiny.

Scaled so that captions differ between pictures, from word to word, and end. They are nonsense.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.common.safetensors_file import write_safetensors

Weights = dict[str, NDArray[np.float32]]

# The mean and deviation that CLIP and BLIP take off their pictures.
MEAN, STD = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]
_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
_WORDS = ["a", "picture", "of", "the", ".", ",", "-", "'", "s", "##s", "##ing"]


@dataclass(frozen=True)
class Size:
    """Of both halves; words includes the two that BLIP adds at the end."""

    image: int
    patch: int
    width: int
    heads: int
    layers: int
    text_width: int
    text_heads: int
    text_layers: int
    words: int
    positions: int

    @property
    def cells(self) -> int:
        return (self.image // self.patch) ** 2 + 1


TINY = Size(64, 16, 48, 4, 2, 32, 4, 2, 120, 40)
BASE = Size(384, 16, 768, 12, 12, 768, 12, 12, 30524, 512)
LARGE = Size(384, 16, 1024, 16, 24, 768, 12, 12, 30524, 512)
END = _SPECIAL.index("[SEP]")


def make_weights(size: Size, seed: int) -> Weights:
    """All weights, under the names of transformers."""
    random = np.random.default_rng(seed)
    weights: Weights = {}

    def draw(name: str, *shape: int, scale: float) -> None:
        weights[name] = random.standard_normal(shape, np.float32) * np.float32(scale)

    def linear(name: str, inputs: int, outputs: int, gain: float = 1.0) -> None:
        draw(f"{name}.weight", outputs, inputs, scale=gain / inputs**0.5)
        draw(f"{name}.bias", outputs, scale=0.02)

    def norm(name: str, width: int) -> None:
        weights[f"{name}.weight"] = 1 + random.standard_normal(width, np.float32) * np.float32(0.05)
        draw(f"{name}.bias", width, scale=0.05)

    _draw_vision(size, draw, linear, norm)
    _draw_text(size, draw, linear, norm)
    # An end now and then.
    weights["text_decoder.cls.predictions.bias"][END] += 8.0
    return weights


def _draw_vision(size: Size, draw: Any, linear: Any, norm: Any) -> None:
    width = size.width
    draw("vision_model.embeddings.class_embedding", 1, 1, width, scale=0.5)
    draw("vision_model.embeddings.position_embedding", 1, size.cells, width, scale=0.3)
    draw("vision_model.embeddings.patch_embedding.weight", width, 3, size.patch, size.patch, scale=0.1)
    draw("vision_model.embeddings.patch_embedding.bias", width, scale=0.02)
    for number in range(size.layers):
        name = f"vision_model.encoder.layers.{number}"
        norm(f"{name}.layer_norm1", width)
        linear(f"{name}.self_attn.qkv", width, 3 * width, gain=1.2)
        linear(f"{name}.self_attn.projection", width, width)
        norm(f"{name}.layer_norm2", width)
        linear(f"{name}.mlp.fc1", width, 4 * width)
        linear(f"{name}.mlp.fc2", 4 * width, width)
    norm("vision_model.post_layernorm", width)


def _draw_text(size: Size, draw: Any, linear: Any, norm: Any) -> None:
    width, bert, head = size.text_width, "text_decoder.bert", "text_decoder.cls.predictions"
    draw(f"{bert}.embeddings.word_embeddings.weight", size.words, width, scale=3.2 / width**0.5)
    draw(f"{bert}.embeddings.position_embeddings.weight", size.positions, width, scale=0.8 / width**0.5)
    norm(f"{bert}.embeddings.LayerNorm", width)
    for number in range(size.text_layers):
        name = f"{bert}.encoder.layer.{number}"
        for kind, inputs, gain in (("attention", width, 0.4), ("crossattention", size.width, 0.25)):
            linear(f"{name}.{kind}.self.query", width, width, gain=1.5)
            linear(f"{name}.{kind}.self.key", inputs, width, gain=2.25)
            linear(f"{name}.{kind}.self.value", inputs, width)
            linear(f"{name}.{kind}.output.dense", width, width, gain=gain)
            norm(f"{name}.{kind}.output.LayerNorm", width)
        linear(f"{name}.intermediate.dense", width, 4 * width, gain=0.5)
        linear(f"{name}.output.dense", 4 * width, width, gain=0.5)
        norm(f"{name}.output.LayerNorm", width)
    linear(f"{head}.transform.dense", width, width, gain=1.5)
    norm(f"{head}.transform.LayerNorm", width)
    draw(f"{head}.bias", size.words, scale=0.1)


def make_huggingface(folder: Path) -> None:
    """BLIP base, 900 MB."""
    write_huggingface(folder, BASE)


def make_large(folder: Path) -> None:
    """BLIP large (ViT-L), 1.9 GB."""
    write_huggingface(folder, LARGE)


def make_original(folder: Path) -> None:
    """The same under Salesforce's names."""
    write_original(folder, BASE)


def write_huggingface(folder: Path, size: Size, seed: int = 0) -> Path:
    """As transformers saves it, with the files of its tokenizer; returns the folder."""
    _write_beside(folder, size)
    write_safetensors(folder / "model.safetensors", make_weights(size, seed), "F32")
    return folder


def write_original(folder: Path, size: Size, seed: int = 0) -> Path:
    """As Salesforce saved it: a .pth with the state dict under `model`; returns the folder. Needs torch."""
    import torch

    _write_beside(folder, size)
    state = OrderedDict((_original(name), torch.from_numpy(value)) for name, value in make_weights(size, seed).items())
    words = "text_decoder.bert.embeddings.word_embeddings.weight"
    state["text_decoder.cls.predictions.decoder.weight"] = state[words]
    state["text_decoder.cls.predictions.decoder.bias"] = state["text_decoder.cls.predictions.bias"]
    state["text_decoder.bert.embeddings.position_ids"] = torch.arange(size.positions)[None]
    torch.save({"model": state, "epoch": 4}, folder / "model.pth")
    return folder


def config(size: Size) -> dict[str, Any]:
    """config.json of transformers."""
    vision = {
        "hidden_size": size.width,
        "intermediate_size": 4 * size.width,
        "num_hidden_layers": size.layers,
        "num_attention_heads": size.heads,
        "image_size": size.image,
        "patch_size": size.patch,
    }
    text = {
        "hidden_size": size.text_width,
        "encoder_hidden_size": size.width,
        "intermediate_size": 4 * size.text_width,
        "num_hidden_layers": size.text_layers,
        "num_attention_heads": size.text_heads,
        "vocab_size": size.words,
        "max_position_embeddings": size.positions,
        "bos_token_id": size.words - 2,
        "sep_token_id": END,
        "eos_token_id": 2,
        "pad_token_id": 0,
    }
    return {"model_type": "blip", "vision_config": vision, "text_config": text}


def _write_beside(folder: Path, size: Size) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config(size)), encoding="utf-8")
    body = {"image_mean": MEAN, "image_std": STD, "size": {"height": size.image, "width": size.image}}
    (folder / "preprocessor_config.json").write_text(json.dumps(body), encoding="utf-8")
    made = [f"word{number}" for number in range(size.words - 2 - len(_SPECIAL) - len(_WORDS))]
    (folder / "vocab.txt").write_text("\n".join([*_SPECIAL, *_WORDS, *made]) + "\n", encoding="utf-8")


def _original(name: str) -> str:
    """transformers' name as Salesforce's."""
    for theirs, ours in (
        ("vision_model.embeddings.class_embedding", "visual_encoder.cls_token"),
        ("vision_model.embeddings.position_embedding", "visual_encoder.pos_embed"),
        ("vision_model.embeddings.patch_embedding", "visual_encoder.patch_embed.proj"),
        ("vision_model.post_layernorm", "visual_encoder.norm"),
        ("vision_model.encoder.layers", "visual_encoder.blocks"),
        (".layer_norm", ".norm"),
        (".self_attn.projection", ".attn.proj"),
        (".self_attn", ".attn"),
    ):
        name = name.replace(theirs, ours) if not name.startswith("text_decoder") else name
    return name
