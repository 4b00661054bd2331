"""Random crops, flips and colours for a whole batch at once, on whatever device the batch is.

Decoding and augmenting photo by photo would cost more than the network on two cores, so photos stay
in RAM as bytes and one `grid_sample` makes the crops of a batch.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

MEAN = (0.46, 0.45, 0.41)  # of the RGB values of photos, 0 … 1
STD = (0.27, 0.26, 0.28)


def normalise(images: Tensor) -> Tensor:
    """(B, 3, S, S) floats 0 … 1 -> the same with about zero mean and unit deviation."""
    mean = torch.tensor(MEAN, device=images.device).view(1, 3, 1, 1)
    std = torch.tensor(STD, device=images.device).view(1, 3, 1, 1)
    return (images - mean) / std


def to_float(pixels: Tensor) -> Tensor:
    """(B, S, S, 3) uint8 -> (B, 3, S, S) float 0 … 1, channels last in memory."""
    return pixels.permute(0, 3, 1, 2).float().div_(255.0)


def random_crops(
    pixels: Tensor, size: int, *, min_area: float, colour: float, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Crop, flip and recolour.

    pixels: (B, S, S, 3) uint8; the crop covers `min_area` … 1 of the photo with sides in a ratio of
    3/4 … 4/3; `colour` is the largest relative change of brightness, contrast and saturation.
    Returns normalised images (B, 3, size, size) and which were flipped (B,) bool.
    """
    count, device = len(pixels), pixels.device

    def uniform(low: float, high: float) -> Tensor:
        return (torch.rand(count, generator=generator) * (high - low) + low).to(device)

    area = uniform(min_area, 1.0)
    ratio = torch.exp(uniform(-0.288, 0.288))
    width = (area * ratio).sqrt().clamp(max=1.0)
    height = (area / ratio).sqrt().clamp(max=1.0)
    flipped = uniform(0, 1) < 0.5
    theta = torch.zeros(count, 2, 3, device=device)
    theta[:, 0, 0] = torch.where(flipped, -width, width)
    theta[:, 1, 1] = height
    theta[:, 0, 2] = (1 - width) * uniform(-1, 1)
    theta[:, 1, 2] = (1 - height) * uniform(-1, 1)
    grid = F.affine_grid(theta, [count, 3, size, size], align_corners=False)
    images = F.grid_sample(to_float(pixels), grid, mode="bilinear", padding_mode="reflection", align_corners=False)
    if colour > 0:
        images = _recolour(
            images, uniform(1 - colour, 1 + colour), uniform(1 - colour, 1 + colour), uniform(1 - colour, 1 + colour)
        )
    return normalise(images), flipped


def _recolour(images: Tensor, brightness: Tensor, contrast: Tensor, saturation: Tensor) -> Tensor:
    """Saturation towards grey, contrast towards the mean, then brightness; one factor a photo."""
    grey = images.mean(1, keepdim=True)
    images = grey + (images - grey) * saturation.view(-1, 1, 1, 1)
    mean = images.mean((1, 2, 3), keepdim=True)
    images = mean + (images - mean) * contrast.view(-1, 1, 1, 1)
    return (images * brightness.view(-1, 1, 1, 1)).clamp(0, 1)


def resized(pixels: Tensor, size: int) -> Tensor:
    """(B, S, S, 3) uint8 -> normalised (B, 3, size, size), the whole photo, smoothed when shrinking."""
    images = to_float(pixels)
    if size != images.shape[-1]:
        images = F.interpolate(images, (size, size), mode="bilinear", antialias=True, align_corners=False)
    return normalise(images)
