"""The sizes of a captioner of two transformers, as the config.json of transformers beside its weights has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from service.common.errors import WeightsError


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

    def __post_init__(self) -> None:
        if self.vision_width % self.vision_heads or self.text_width % self.text_heads:
            raise WeightsError("config.json: the number of heads does not divide the width.")

    @property
    def cells(self) -> int:
        """What the encoder gives for a picture: its patches, and one for all."""
        return (self.image_size // self.patch_size) ** 2 + 1


def read_values(given: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """The values of one part, each of its default's kind and not below it; of a text only the default is known.

    Raises WeightsError.
    """
    found = {name: given.get(name, default) for name, default in defaults.items()}
    for name, value in found.items():
        default = defaults[name]
        if isinstance(default, str):
            is_known = value == default
        else:
            least = 0 if name.endswith("_id") else 1 if type(default) is int else 0.0
            is_known = type(value) is type(default) and value >= least
        if not is_known:
            raise WeightsError(f"config.json: {name} cannot be {value!r}.")
    return found


def read_vision(given: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """The values of the vision transformer, under the names that Architecture has for them. Raises WeightsError."""
    values = read_values(given, defaults)
    return {
        "image_size": values["image_size"],
        "patch_size": values["patch_size"],
        "vision_width": values["hidden_size"],
        "vision_inner": values["intermediate_size"],
        "vision_layers": values["num_hidden_layers"],
        "vision_heads": values["num_attention_heads"],
        "vision_epsilon": values["layer_norm_eps"],
    }
