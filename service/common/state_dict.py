"""Take weights out of a table of tensors one by one, and notice when they are those of another architecture."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.common.errors import WeightsError


class StateDict:
    """Weights by name, each taken once with the shape that the architecture wants."""

    def __init__(self, tensors: Mapping[str, NDArray[Any]]) -> None:
        self._left = dict(tensors)

    def has(self, name: str) -> bool:
        return name in self._left

    def shape(self, name: str) -> tuple[int, ...]:
        """Raises WeightsError when there is no such tensor."""
        if name not in self._left:
            raise WeightsError(f"The weights lack {name}.")
        return self._left[name].shape

    def take(self, name: str, *shape: int) -> NDArray[np.float32]:
        """As float32 and in one piece. Raises WeightsError when it is missing, of another shape, or not finite."""
        found = self.shape(name)
        if found != shape:
            raise WeightsError(f"{name} has the shape {found}, but {shape} is wanted.")
        values = np.ascontiguousarray(self._left.pop(name), np.float32)
        if not np.isfinite(values).all():
            raise WeightsError(f"{name} holds numbers that are not finite.")
        return values

    def drop(self, *patterns: str) -> None:
        """Names (regular expressions) that this architecture has, but a conversion does not need."""
        self._left = {name: value for name, value in self._left.items() if not re.fullmatch("|".join(patterns), name)}

    def end(self) -> None:
        """Raises WeightsError if something is left: then these are the weights of another architecture."""
        if self._left:
            raise WeightsError(f"The weights hold what nothing uses: {', '.join(sorted(self._left)[:5])}.")
