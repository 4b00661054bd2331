"""The sizes of a BLIP captioner, from the config.json of transformers that comes with its weights."""

from __future__ import annotations

from typing import Any

from service.common.architecture import Architecture, read_values, read_vision
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


def read_architecture(config: dict[str, Any]) -> Architecture:
    """Raises WeightsError for a model that this code does not know."""
    vision, text = (config.get(name) or {} for name in ("vision_config", "text_config"))
    if config.get("model_type") != "blip" or not (isinstance(vision, dict) and isinstance(text, dict)):
        raise WeightsError("config.json is not that of a BLIP model.")
    text = read_values(text, _TEXT)
    return Architecture(
        **read_vision(vision, _VISION),
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
