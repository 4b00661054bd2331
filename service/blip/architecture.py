"""The sizes of a BLIP captioner, from the config.json of transformers that comes with its weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from service.common.errors import WeightsError

# What a config.json leaves out has these values; transformers/models/blip/configuration_blip.py.
_VISION = {
    "hidden_size": 768,
    "intermediate_size": 3072,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "image_size": 384,
    "patch_size": 16,
    "layer_norm_eps": 1e-5,
    "hidden_act": "gelu",
}
_TEXT = {
    "vocab_size": 30524,
    "hidden_size": 768,
    "intermediate_size": 3072,
    "num_hidden_layers": 12,
    "num_attention_heads": 8,
    "max_position_embeddings": 512,
    "layer_norm_eps": 1e-12,
    "hidden_act": "gelu",
    "bos_token_id": 30522,
    "pad_token_id": 0,
    "sep_token_id": 102,
}


@dataclass(frozen=True)
class Architecture:
    """width: of each cell or token; inner: of the layer between two linear ones."""

    image_size: int
    patch_size: int
    vision_width: int
    vision_inner: int
    vision_layers: int
    vision_heads: int
    vision_epsilon: float
    words: int
    positions: int
    text_width: int
    text_inner: int
    text_layers: int
    text_heads: int
    text_epsilon: float
    start: int
    end: int

    @property
    def cells(self) -> int:
        """What the encoder gives for a picture: its patches, and one for all."""
        return (self.image_size // self.patch_size) ** 2 + 1

    @classmethod
    def of(cls, config: dict[str, Any]) -> Architecture:
        """Raises WeightsError for a model that this code does not know."""
        if config.get("model_type") != "blip":
            raise WeightsError("config.json is not that of a BLIP model.")
        vision = _numbers(config.get("vision_config"), _VISION)
        text = _numbers(config.get("text_config"), _TEXT)
        for part in (vision, text):
            if part["hidden_size"] % part["num_attention_heads"]:
                raise WeightsError("config.json: num_attention_heads does not divide hidden_size.")
        return cls(
            image_size=vision["image_size"],
            patch_size=vision["patch_size"],
            vision_width=vision["hidden_size"],
            vision_inner=vision["intermediate_size"],
            vision_layers=vision["num_hidden_layers"],
            vision_heads=vision["num_attention_heads"],
            vision_epsilon=vision["layer_norm_eps"],
            words=text["vocab_size"],
            positions=text["max_position_embeddings"],
            text_width=text["hidden_size"],
            text_inner=text["intermediate_size"],
            text_layers=text["num_hidden_layers"],
            text_heads=text["num_attention_heads"],
            text_epsilon=text["layer_norm_eps"],
            start=text["bos_token_id"],
            end=text["sep_token_id"],
        )


def _numbers(given: Any, defaults: dict[str, Any]) -> dict[str, Any]:
    """The values of one part, each of its default's kind and not below it; of activations only gelu is known."""
    if given is not None and not isinstance(given, dict):
        raise WeightsError("config.json is not that of a BLIP model.")
    found = {name: (given or {}).get(name, default) for name, default in defaults.items()}
    for name, value in found.items():
        if name == "hidden_act":
            is_known = value == "gelu"
        else:
            least = 0 if name.endswith("_id") else 1 if type(defaults[name]) is int else 0.0
            is_known = type(value) is type(defaults[name]) and value >= least
        if not is_known:
            raise WeightsError(f"config.json: {name} cannot be {value!r}.")
    return found
