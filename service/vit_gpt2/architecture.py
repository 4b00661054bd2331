"""The sizes of a ViT-GPT2 captioner, from the config.json of transformers that comes with its weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from service.common.errors import WeightsError

# What a config.json leaves out has these values; configuration_vit.py and configuration_gpt2.py of transformers.
_VISION = {
    "hidden_size": 768,
    "intermediate_size": 3072,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "image_size": 224,
    "patch_size": 16,
    "layer_norm_eps": 1e-12,
    "hidden_act": "gelu",
}
_TEXT = {
    "vocab_size": 50257,
    "n_embd": 768,
    "n_layer": 12,
    "n_head": 12,
    "n_positions": 1024,
    "layer_norm_epsilon": 1e-5,
    "activation_function": "gelu_new",
    "bos_token_id": 50256,
    "eos_token_id": 50256,
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
        parts = [config.get(name) for name in ("encoder", "decoder")]
        encoder, decoder = (part if isinstance(part, dict) else {} for part in parts)
        if (encoder.get("model_type"), decoder.get("model_type")) != ("vit", "gpt2"):
            raise WeightsError("config.json is not that of a ViT-GPT2 model.")
        vision, text = _values(encoder, _VISION), _values(decoder, _TEXT)
        if vision["hidden_size"] % vision["num_attention_heads"] or text["n_embd"] % text["n_head"]:
            raise WeightsError("config.json: the number of heads does not divide the width.")
        start = config.get("decoder_start_token_id")
        return cls(
            image_size=vision["image_size"],
            patch_size=vision["patch_size"],
            vision_width=vision["hidden_size"],
            vision_inner=vision["intermediate_size"],
            vision_layers=vision["num_hidden_layers"],
            vision_heads=vision["num_attention_heads"],
            vision_epsilon=vision["layer_norm_eps"],
            words=text["vocab_size"],
            positions=text["n_positions"],
            text_width=text["n_embd"],
            text_inner=decoder.get("n_inner") or 4 * text["n_embd"],
            text_layers=text["n_layer"],
            text_heads=text["n_head"],
            text_epsilon=text["layer_norm_epsilon"],
            start=start if type(start) is int else text["bos_token_id"],
            end=text["eos_token_id"],
        )


def _values(given: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """The values of one part, each of its default's kind and not below it; there is one choice of activation."""
    found = {name: given.get(name, default) for name, default in defaults.items()}
    for name, value in found.items():
        default = defaults[name]
        if isinstance(default, str):
            is_known = value == default
        else:
            is_known = type(value) is type(default) and value >= (1 if type(default) is int else 0.0)
        if not is_known:
            raise WeightsError(f"config.json: {name} cannot be {value!r}.")
    return found
