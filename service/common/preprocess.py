"""From upright RGB pictures to a model's input, as the config.json beside the weights says; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from service.common.weights import WeightsFile

_RESIZES = ("squash", "short_side")
_INTERPOLATIONS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
# Resized by its short side, a strip of one pixel by a hundred thousand would take 15 GB.
_LONGEST_STRIP = 16


@dataclass(frozen=True)
class Preprocess:
    """Make a square and normalise each channel.

    image_size: pixels on a side (S). mean, std: of each channel, with pixels from 0 to 1.
    resize: `squash` makes both sides S; `short_side` makes the shorter one S and cuts the middle out.
    """

    image_size: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    resize: str = "squash"
    interpolation: str = "bilinear"

    @classmethod
    def from_file(cls, config: WeightsFile) -> Preprocess:
        """Raises WeightsError for a way of resizing that this code does not know."""
        return cls(
            image_size=config.integer("image_size", low=1),
            mean=config.numbers("mean", 3),
            std=config.numbers("std", 3),
            resize=config.choice("resize", _RESIZES),
            interpolation=config.choice("interpolation", tuple(_INTERPOLATIONS)),
        )

    def __call__(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
        """(B, 3, S, S) float32 of B pictures."""
        pixels = np.stack([np.asarray(self._square(image)) for image in images])  # (B, S, S, 3) uint8
        mean = np.asarray(self.mean, np.float32)
        std = np.asarray(self.std, np.float32)
        normal = (pixels.astype(np.float32) / np.float32(255.0) - mean) / std
        return np.ascontiguousarray(normal.transpose(0, 3, 1, 2))

    def _square(self, image: Image.Image) -> Image.Image:
        size = self.image_size
        if self.resize == "squash":
            return image.resize((size, size), _INTERPOLATIONS[self.interpolation])
        short = min(image.size)
        image = _middle(image, min(image.width, _LONGEST_STRIP * short), min(image.height, _LONGEST_STRIP * short))
        # Rounded down, as torchvision and transformers do.
        wanted = (int(size * image.width / short), int(size * image.height / short))
        return _middle(image.resize(wanted, _INTERPOLATIONS[self.interpolation]), size, size)


def _middle(image: Image.Image, width: int, height: int) -> Image.Image:
    """The middle of a picture that is at least as large."""
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))
