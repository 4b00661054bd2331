"""How a person wants a draft said: for a language model; the deterministic draft knows names, place and date only."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MOST_KEYWORDS = 8
LONGEST_WISH = 500


class Style(StrEnum):
    """What kind of sentence."""

    PLAIN = "plain"  # flowing, as one would write it below a photo
    FACTUAL = "factual"  # who, what, where; as in an archive


class Length(StrEnum):
    """How much is said. Long means: everything that is known, not more than is known."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


class Tone(StrEnum):
    """How it feels."""

    NEUTRAL = "neutral"
    WARM = "warm"


@dataclass(frozen=True, slots=True)
class Taste:
    """How a sentence is to be rewritten.

    `language` empty: the captioner's. `creativity` 0 to 1 is the model's temperature. `keywords`: wanted beside the
    sentence; `hashtags`: those keywords also close the sentence as hashtags. `wish` is the person's own sentence to
    the model.
    """

    style: Style = Style.PLAIN
    length: Length = Length.MEDIUM
    tone: Tone = Tone.NEUTRAL
    language: str = ""
    creativity: float = 0.0
    keywords: bool = False
    hashtags: bool = False
    wish: str = ""

    def as_values(self) -> dict[str, Any]:
        """Return plain values for the ledger's `options`; what is as usual is left out."""
        usual = Taste()
        names = ("length", "tone", "creativity", "keywords", "hashtags", "wish")
        return {name: getattr(self, name) for name in names if getattr(self, name) != getattr(usual, name)}
