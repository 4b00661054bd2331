"""From a text to the ids of its words; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.common.errors import WeightsError
from service.common.weights import WeightsFile

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")


@dataclass(frozen=True)
class WordTokenizer:
    """Lower-case words of a fixed list; others become the unknown id."""

    ids: dict[str, int]
    pad: int
    unknown: int
    max_words: int

    @classmethod
    def load(cls, file: WeightsFile, *, max_words: int) -> WordTokenizer:
        """Read `words`. Raises WeightsError."""
        words = file.texts("words")
        pad, unknown = file.integer("pad"), file.integer("unknown")
        if max(pad, unknown) >= len(words):
            raise WeightsError(f"{file.path}: pad and unknown must be ids below {len(words)}.")
        return cls({word: index for index, word in enumerate(words)}, pad, unknown, max_words)

    def __call__(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """(B, T) int64, T the longest text's words but at least 1, padded at the end."""
        rows = [[self.ids.get(word, self.unknown) for word in _WORD.findall(text.lower())] for text in texts]
        rows = [row[: self.max_words] for row in rows]
        tokens = np.full((len(rows), max(1, *map(len, rows))), self.pad, np.int64)
        for index, row in enumerate(rows):
            tokens[index, : len(row)] = row
        return tokens
