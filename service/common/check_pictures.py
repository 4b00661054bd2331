"""Pictures for checks and calibration where no photo is at hand: made up, but as varied as photos."""

from __future__ import annotations

import numpy as np
from PIL import Image


def check_pictures(count: int, *, size: int = 320) -> list[Image.Image]:
    """Always the same ones: coloured clouds from broad to fine, edges and brightness as photos have them."""
    random = np.random.default_rng(7)
    return [_picture(random, 4 << (index % 4), size) for index in range(count)]


def _picture(random: np.random.Generator, cells: int, size: int) -> Image.Image:
    """Clouds of two sizes, one with hard edges, laid over each other."""
    layers = [
        np.asarray(
            Image.fromarray(random.integers(0, 256, (cells * scale, cells * scale, 3), dtype=np.uint8)).resize(
                (size, size), Image.Resampling.BICUBIC if scale == 1 else Image.Resampling.NEAREST
            ),
            np.float32,
        )
        for scale in (1, 3)
    ]
    mixed = layers[0] * 0.75 + layers[1] * 0.25
    bright = random.uniform(0.4, 1.0)
    return Image.fromarray((mixed * bright).astype(np.uint8))
