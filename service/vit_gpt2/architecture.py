"""The sizes of a ViT-GPT2 captioner, from the config.json of transformers that comes with its weights."""

from __future__ import annotations

from typing import Any

from service.common.architecture import Architecture, read_values, read_vision
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


def read_architecture(config: dict[str, Any]) -> Architecture:
    """Raises WeightsError for a model that this code does not know."""
    parts = [config.get(name) for name in ("encoder", "decoder")]
    encoder, decoder = (part if isinstance(part, dict) else {} for part in parts)
    if (encoder.get("model_type"), decoder.get("model_type")) != ("vit", "gpt2"):
        raise WeightsError("config.json is not that of a ViT-GPT2 model.")
    text = read_values(decoder, _TEXT)
    start = config.get("decoder_start_token_id")
    return Architecture(
        **read_vision(encoder, _VISION),
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
