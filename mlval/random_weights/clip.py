"""openai/clip-vit-base-patch32 with random weights."""

from __future__ import annotations

import itertools
import json
import string
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import CLIPConfig, CLIPModel

from service.clip_score.bpe import END, START, WORD_END, byte_letters

VOCABULARY = 49408
# As in the published preprocessor_config.json.
MEAN, STD = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]


def make(folder: Path) -> None:
    """The five files of the registry's entry, 605 MB."""
    # The published file says 2, which makes transformers look for the largest id of a text.
    config: Any = CLIPConfig(text_config={"eos_token_id": 2})
    torch.manual_seed(0)
    model = CLIPModel(config).eval()
    enliven(model)
    state = model.state_dict()
    # Buffers that the published file holds and newer versions of transformers do not save.
    for name, tower in (("text_model", config.text_config.max_position_embeddings), ("vision_model", _places(config))):
        state[f"{name}.embeddings.position_ids"] = torch.arange(tower)[None]
    torch.save(state, folder / "pytorch_model.bin")
    _write_json(folder / "config.json", {"model_type": "clip", "architectures": ["CLIPModel"], **config.to_dict()})
    size = config.vision_config.image_size
    preprocessing = {
        "crop_size": size,
        "do_center_crop": True,
        "do_normalize": True,
        "do_resize": True,
        "feature_extractor_type": "CLIPFeatureExtractor",
        "image_mean": MEAN,
        "image_std": STD,
        "resample": 3,
        "size": size,
    }
    _write_json(folder / "preprocessor_config.json", preprocessing)
    write_vocabulary(folder, VOCABULARY)


def enliven(model: nn.Module) -> None:
    """Spread the weights as training does: as they are first drawn, every picture gives nearly the same vector."""
    generator = torch.Generator().manual_seed(1)
    for name, weight in model.named_parameters():
        if name.endswith("weight") and weight.ndim == 2 and "embedding" not in name:
            fan_in = weight.shape[1]
            weight.data = torch.randn(weight.shape, generator=generator) * fan_in**-0.5
        elif name.endswith("bias"):
            weight.data = torch.randn(weight.shape, generator=generator) * 0.1
        elif "patch_embedding" in name:
            weight.data = torch.randn(weight.shape, generator=generator) * weight[0].numel() ** -0.5
        elif "norm" in name:
            weight.data = 1 + torch.randn(weight.shape, generator=generator) * 0.2


def write_vocabulary(folder: Path, size: int) -> None:
    """vocab.json and merges.txt of the published form: bytes, bytes that end a word, joined ones, both marks."""
    letters = list(byte_letters().values())
    tokens = [*letters, *(letter + WORD_END for letter in letters)]
    merges = list(itertools.islice(_merges(), size - len(tokens) - 2))
    tokens += [left + right for left, right in merges] + [START, END]
    _write_json(folder / "vocab.json", {token: index for index, token in enumerate(tokens)})
    lines = ["#version: 0.2", *(f"{left} {right}" for left, right in merges)]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _merges() -> Any:
    """Pairs of what is there already: two letters, then three, then four, inside a word and at its end."""
    stems = list(string.ascii_lowercase)
    while True:
        longer = []
        for stem, letter in itertools.product(stems, string.ascii_lowercase):
            yield stem, letter
            yield stem, letter + WORD_END
            longer.append(stem + letter)
        stems = longer


def _places(config: Any) -> int:
    vision = config.vision_config
    return (vision.image_size // vision.patch_size) ** 2 + 1


def _write_json(path: Path, body: dict[str, Any]) -> None:
    path.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
