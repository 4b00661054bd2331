"""The weights of a layer as graph_writer.py takes them; for conversions only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.common.state_dict import StateDict

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Linear:
    """weight (K, N), bias (N,)."""

    weight: Floats
    bias: Floats


@dataclass(frozen=True)
class Norm:
    """gain and bias (H,) of a layer norm."""

    gain: Floats
    bias: Floats


def take_linear(state: StateDict, name: str, inputs: int, outputs: int) -> Linear:
    """PyTorch keeps a matrix as (outputs, inputs). Raises WeightsError."""
    return Linear(state.take(f"{name}.weight", outputs, inputs).T, state.take(f"{name}.bias", outputs))


def take_norm(state: StateDict, name: str, width: int) -> Norm:
    """Raises WeightsError."""
    return Norm(state.take(f"{name}.weight", width), state.take(f"{name}.bias", width))


def concatenated(*linears: Linear) -> Linear:
    """Several linear layers of one input, side by side."""
    weights, biases = zip(*((own.weight, own.bias) for own in linears), strict=True)
    return Linear(np.concatenate(weights, axis=1), np.concatenate(biases))
