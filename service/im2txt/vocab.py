"""The words a captioner can say, and the ids they have; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from service.common.errors import WeightsError
from service.common.weights import WeightsFile


@dataclass(frozen=True)
class Vocabulary:
    """words[i] is the word with id i; the four special ids stand for no word."""

    words: tuple[str, ...]
    pad: int
    start: int
    end: int
    unknown: int

    @classmethod
    def load(cls, path: Path) -> Vocabulary:
        """Read vocabulary.json. Raises WeightsError if a special id is outside, or two agree."""
        file = WeightsFile(path)
        words = file.texts("words")
        names = ("pad", "start", "end", "unknown")
        pad, start, end, unknown = special = [file.integer(name) for name in names]
        if len(set(special)) < len(special) or max(special) >= len(words):
            raise WeightsError(f"{path}: {', '.join(names)} must be four ids below {len(words)}.")
        return cls(words, pad, start, end, unknown)

    def __len__(self) -> int:
        return len(self.words)

    @property
    def never_said(self) -> tuple[int, ...]:
        """Ids that a caption must not contain."""
        return (self.pad, self.start, self.unknown)

    def to_words(self, ids: Sequence[int]) -> tuple[str, ...]:
        """The words of a caption's ids, which hold no special one."""
        return tuple(self.words[index] for index in ids)
