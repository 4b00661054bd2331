"""From upright RGB pictures to a model's input, as the config.json beside the weights says; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from service.common.weights import WeightsFile


@dataclass(frozen=True)
class Preprocess:
    """Squash to a square and normalise each channel.

    image_size: pixels on a side (S). mean, std: of each channel, with pixels from 0 to 1.
    """

    image_size: int
    mean: tuple[float, ...]
    std: tuple[float, ...]

    @classmethod
    def from_file(cls, config: WeightsFile) -> Preprocess:
        """Raises WeightsError for a way of resizing that this code does not know."""
        config.choice("resize", ("squash",))
        config.choice("interpolation", ("bilinear",))
        return cls(
            image_size=config.integer("image_size", low=1),
            mean=config.numbers("mean", 3),
            std=config.numbers("std", 3),
        )

    def __call__(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
        """(B, 3, S, S) float32 of B pictures."""
        size = (self.image_size, self.image_size)
        pixels = np.stack(
            [np.asarray(image.resize(size, Image.Resampling.BILINEAR)) for image in images]
        )  # (B, S, S, 3) uint8
        mean = np.asarray(self.mean, np.float32)
        std = np.asarray(self.std, np.float32)
        normal = (pixels.astype(np.float32) / np.float32(255.0) - mean) / std
        return np.ascontiguousarray(normal.transpose(0, 3, 1, 2))
