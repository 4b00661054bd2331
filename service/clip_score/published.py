"""CLIP's files as Hugging Face serves them: what they say, checked; for conversions only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.clip_score.bpe import END, START
from service.clip_score.towers import ImageShape, TextShape, TowerShape
from service.common.errors import WeightsError

# PIL.Image.Resampling.BICUBIC, as preprocessor_config.json writes it.
_BICUBIC = 3


class PublishedFile:
    """A JSON object; a number that it leaves out is given by the caller, as transformers does."""

    def __init__(self, path: Path) -> None:
        """Raises WeightsError."""
        self.name = path.name
        try:
            body = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise WeightsError(f"{path.name} cannot be read: {error}") from None
        if not isinstance(body, dict):
            raise WeightsError(f"{path.name} is no JSON object.")
        self.body: dict[str, Any] = body

    def part(self, name: str) -> dict[str, Any]:
        """The object of this name, empty when it is not given."""
        found = self.body.get(name) or {}
        if not isinstance(found, dict):
            raise WeightsError(f"{self.name}: {name} is no JSON object.")
        return found


@dataclass(frozen=True)
class Architecture:
    """What config.json says."""

    image: ImageShape
    text: TextShape
    embedding_size: int

    @classmethod
    def load(cls, folder: Path) -> Architecture:
        """Raises WeightsError for another architecture than CLIP's with ViT."""
        file = PublishedFile(folder / "config.json")
        if file.body.get("model_type") != "clip":
            raise WeightsError(f"config.json describes a model of type {file.body.get('model_type')!r}, not clip.")
        image, text = file.part("vision_config"), file.part("text_config")
        return cls(
            image=ImageShape(
                _tower(image, width=768, heads=12, hidden=3072),
                size=_integer(image, "image_size", 224),
                patch=_integer(image, "patch_size", 32),
            ),
            text=TextShape(
                _tower(text, width=512, heads=8, hidden=2048),
                tokens=_integer(text, "max_position_embeddings", 77),
                vocabulary=_integer(text, "vocab_size", 49408),
            ),
            embedding_size=_integer(file.body, "projection_dim", 512),
        )


def read_preprocessing(folder: Path, image_size: int) -> dict[str, Any]:
    """preprocessor_config.json as our config.json says the same. Raises WeightsError for what we do not do."""
    file = PublishedFile(folder / "preprocessor_config.json")
    body = file.body
    short, crop = _side(body.get("size"), "shortest_edge"), _side(body.get("crop_size"), "height")
    if (short, crop) != (image_size, image_size) or body.get("resample") != _BICUBIC:
        raise WeightsError(f"{file.name} asks for a way of resizing that this version does not know.")
    if not all(body.get(f"do_{step}", True) for step in ("resize", "center_crop", "normalize", "rescale")):
        raise WeightsError(f"{file.name} leaves out a step that this version takes.")
    return {
        "image_size": image_size,
        "resize": "short_side",
        "interpolation": "bicubic",
        "mean": _channels(file, "image_mean"),
        "std": _channels(file, "image_std"),
    }


def read_vocabulary(folder: Path, size: int) -> dict[str, Any]:
    """vocab.json and merges.txt as one vocabulary.json. Raises WeightsError."""
    ids = PublishedFile(folder / "vocab.json").body
    if not all(type(index) is int for index in ids.values()) or sorted(ids.values()) != list(range(size)):
        raise WeightsError(f"vocab.json does not number its tokens from 0 to {size - 1}.")
    if START not in ids or END not in ids:
        raise WeightsError(f"vocab.json lacks {START} or {END}.")
    try:
        lines = (folder / "merges.txt").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise WeightsError(f"merges.txt cannot be read: {error}") from None
    # The first line names the version of the file.
    merges = [line for line in lines[1:] if line.strip()]
    if not all(len(merge.split(" ")) == 2 and merge.replace(" ", "") in ids for merge in merges):
        raise WeightsError("merges.txt joins what vocab.json does not have.")
    return {"format": 2, "tokens": sorted(ids, key=ids.__getitem__), "merges": merges}


def _tower(body: dict[str, Any], *, width: int, heads: int, hidden: int) -> TowerShape:
    if body.get("hidden_act", "quick_gelu") != "quick_gelu":
        raise WeightsError(f"config.json asks for the activation {body['hidden_act']!r}, which this version lacks.")
    epsilon = body.get("layer_norm_eps", 1e-5)
    if not isinstance(epsilon, float) or not 0 < epsilon < 1:
        raise WeightsError("config.json: layer_norm_eps must be a small number.")
    shape = TowerShape(
        width=_integer(body, "hidden_size", width),
        layers=_integer(body, "num_hidden_layers", 12),
        heads=_integer(body, "num_attention_heads", heads),
        hidden=_integer(body, "intermediate_size", hidden),
        epsilon=epsilon,
    )
    if shape.width % shape.heads:
        raise WeightsError("config.json: num_attention_heads must divide hidden_size.")
    return shape


def _integer(body: dict[str, Any], name: str, default: int) -> int:
    value = body.get(name, default)
    if type(value) is not int or not 1 <= value <= 1_000_000:
        raise WeightsError(f"config.json: {name} must be a whole number of at least 1.")
    return value


def _side(value: Any, name: str) -> Any:
    """A size that is written as a number, or, since 2022, as an object."""
    return value.get(name) if isinstance(value, dict) else value


def _channels(file: PublishedFile, name: str) -> list[float]:
    values = file.body.get(name)
    if not isinstance(values, list) or len(values) != 3 or not all(isinstance(value, float) for value in values):
        raise WeightsError(f"{file.name}: {name} must be three numbers.")
    return values
