"""A tiny CLIP as Hugging Face serves one, with weights that numpy draws, and what transformers makes of it.

    python -m tests.service.clip_score.tiny_clip      # renews golden_tiny_clip.json (needs torch and transformers)

So the ordinary suite compares with transformers without having it.
"""

from __future__ import annotations

import itertools
import json
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from service.clip_score.bpe import END, START, WORD_END, byte_letters
from service.common.check_pictures import check_pictures

GOLDEN = Path(__file__).parent / "golden_tiny_clip.json"
TEXTS = ["a dog", "", "A cat's 3 kittens!", "naïve " * 30, "<|endoftext|> after the end"]

VISION = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "image_size": 32,
    "patch_size": 8,
}
TEXT = {
    "hidden_size": 24,
    "intermediate_size": 40,
    "num_hidden_layers": 2,
    "num_attention_heads": 3,
    "max_position_embeddings": 20,
    "vocab_size": 700,
    "eos_token_id": 2,
}
CONFIG: dict[str, Any] = {"model_type": "clip", "projection_dim": 16, "text_config": TEXT, "vision_config": VISION}
PREPROCESSING: dict[str, Any] = {
    "crop_size": 32,
    "do_center_crop": True,
    "do_normalize": True,
    "do_resize": True,
    "feature_extractor_type": "CLIPFeatureExtractor",
    "image_mean": [0.48145466, 0.4578275, 0.40821073],
    "image_std": [0.26862954, 0.26130258, 0.27577711],
    "resample": 3,
    "size": 32,
}


def write_source(folder: Path) -> Path:
    """The five files, with the weights as model.safetensors; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write_safetensors(folder / "model.safetensors", weights())
    write_json(folder / "config.json", CONFIG)
    write_json(folder / "preprocessor_config.json", PREPROCESSING)
    letters = list(byte_letters().values())
    tokens = [*letters, *(letter + WORD_END for letter in letters)]
    pairs = itertools.product("eationsrdlcg", "eationsrdlcg")
    merges = [f"{left} {right}{end}" for left, right in pairs for end in ("", WORD_END)]
    merges = merges[: TEXT["vocab_size"] - len(tokens) - 2]
    tokens += [merge.replace(" ", "") for merge in merges] + [START, END]
    write_json(folder / "vocab.json", {token: index for index, token in enumerate(tokens)})
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *merges]) + "\n", encoding="utf-8")
    return folder


def weights() -> dict[str, NDArray[Any]]:
    """Always the same, lively enough for every layer to matter."""
    random = np.random.default_rng(5)
    return {
        name: (random.standard_normal(shape) * (0.3 if len(shape) > 1 else 0.1) + ("norm" in name)).astype(np.float32)
        for name, shape in _shapes().items()
    } | {"logit_scale": np.array(2.6592, np.float32), "text_model.embeddings.position_ids": np.arange(20)[None]}


def _shapes() -> dict[str, tuple[int, ...]]:
    """By name, as transformers names them."""
    vision, text, size = VISION["hidden_size"], TEXT["hidden_size"], CONFIG["projection_dim"]
    shapes: dict[str, tuple[int, ...]] = {
        "vision_model.embeddings.class_embedding": (vision,),
        "vision_model.embeddings.patch_embedding.weight": (vision, 3, 8, 8),
        "vision_model.embeddings.position_embedding.weight": (17, vision),
        **_norm("vision_model.pre_layrnorm", vision),
        **_norm("vision_model.post_layernorm", vision),
        "text_model.embeddings.token_embedding.weight": (TEXT["vocab_size"], text),
        "text_model.embeddings.position_embedding.weight": (20, text),
        **_norm("text_model.final_layer_norm", text),
        "visual_projection.weight": (size, vision),
        "text_projection.weight": (size, text),
    }
    for tower, width, hidden in (("vision_model", vision, 48), ("text_model", text, 40)):
        for layer, norm in itertools.product(("0", "1"), ("1", "2")):
            shapes |= _norm(f"{tower}.encoder.layers.{layer}.layer_norm{norm}", width)
        for layer in ("0", "1"):
            name = f"{tower}.encoder.layers.{layer}"
            for part in "qkv":
                shapes |= _linear(f"{name}.self_attn.{part}_proj", width, width)
            shapes |= _linear(f"{name}.self_attn.out_proj", width, width)
            shapes |= _linear(f"{name}.mlp.fc1", hidden, width) | _linear(f"{name}.mlp.fc2", width, hidden)
    return shapes


def _norm(name: str, width: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (width,), f"{name}.bias": (width,)}


def _linear(name: str, out: int, into: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (out, into), f"{name}.bias": (out,)}


def write_safetensors(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    header: dict[str, Any] = {}
    at = 0
    for name, array in arrays.items():
        kind = {"<f4": "F32", "<i8": "I64"}[array.dtype.str]
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [at, at + array.nbytes]}
        at += array.nbytes
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(array.tobytes() for array in arrays.values()))


def write_json(path: Path, body: object) -> None:
    path.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")


def pictures() -> list[Image.Image]:
    """Square, broad and high ones."""
    one, two, three = check_pictures(3, size=90)
    return [one, two.resize((90, 41)), three.resize((33, 88))]


def transformers_says(folder: Path) -> dict[str, Any]:
    """Tokens, pixels and unit vectors, by transformers itself."""
    import torch
    from transformers import CLIPImageProcessorPil, CLIPModel, CLIPTokenizer

    model = CLIPModel.from_pretrained(folder).eval()
    tokenizer, processor = CLIPTokenizer.from_pretrained(folder), CLIPImageProcessorPil.from_pretrained(folder)
    length = model.config.text_config.max_position_embeddings
    pixels = processor(pictures(), return_tensors="pt")["pixel_values"]
    texts = tokenizer(TEXTS, truncation=True, max_length=length, padding="max_length", return_tensors="pt")
    with torch.no_grad():
        images = model.get_image_features(pixel_values=pixels)
        words = model.get_text_features(**texts)
    return {
        "tokens": [tokenizer(text, truncation=True, max_length=length)["input_ids"] for text in TEXTS],
        "pixels": pixels.numpy(),
        "images": _unit(images),
        "texts": _unit(words),
    }


def _unit(vectors: Any) -> NDArray[np.float32]:
    values = getattr(vectors, "pooler_output", vectors).numpy()
    return np.asarray(values / np.linalg.norm(values, axis=1, keepdims=True), np.float32)


def golden() -> dict[str, Any]:
    return dict(json.loads(GOLDEN.read_text(encoding="utf-8")))


def main() -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        says = transformers_says(write_source(Path(name)))
    rounded: Sequence[str] = ("images", "texts")
    body = {"tokens": says["tokens"], **{key: np.round(says[key].astype(float), 6).tolist() for key in rounded}}
    write_json(GOLDEN, {**body, "pixels": np.round(says["pixels"][1, :, 3].astype(float), 6).tolist()})


if __name__ == "__main__":
    main()
