"""What the guard is given and what it says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from api.lib.captioning.people import clean_name, is_name

# Texts → CLIPScores against the photo, in the same order (2.5 · max(cosine, 0)); None when nobody could tell.
Score = Callable[[Sequence[str]], Sequence[float] | None]


class Reason(StrEnum):
    """Why a rewritten sentence is held back; the order is that of the checks, the gravest first."""

    EMPTY = "empty"
    PROMPT_LEAKED = "prompt_leaked"
    CHAT_PHRASE = "chat_phrase"
    TOO_LONG = "too_long"
    ADDRESS = "address"
    NAME_CHANGED = "name_changed"
    NAME_MISSING = "name_missing"
    NAME_UNKNOWN = "name_unknown"
    NEGATION_CHANGED = "negation_changed"
    NUMBER_CHANGED = "number_changed"
    COLOUR_ADDED = "colour_added"
    WORD_ADDED = "word_added"
    WORD_LOST = "word_lost"
    WORD_REPEATED = "word_repeated"
    ORDER_CHANGED = "order_changed"
    OPENER_ONLY = "opener_only"
    PICTURE_DISAGREES = "picture_disagrees"


@dataclass(frozen=True, slots=True)
class Facts:
    """What may be said besides the plain sentence: names, the place and other words (tags, album, date, text read).

    Names of nobody ("Unknown") are left out. `wants_names`: every name must come back.
    """

    names: tuple[str, ...] = ()
    place: str = ""
    other: str = ""
    wants_names: bool = True

    def __post_init__(self) -> None:
        cleaned = (clean_name(name) for name in self.names)
        object.__setattr__(self, "names", tuple(dict.fromkeys(name for name in cleaned if is_name(name))))


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds of the guard.

    `added_words` and `lost_words` that are still let through; `clip_ratio`: how much of the plain sentence's CLIPScore
    the rewritten one must reach, both without names and places.
    """

    added_words: int = 0
    lost_words: int = 0
    clip_ratio: float = 0.9


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, with the words that show it."""

    reason: Reason
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """`held_back` for the first of `findings`, otherwise `ok`.

    `text` is what may be offered: the rewritten sentence without an opener such as "The image shows" and with names
    in their own spelling; the plain one when held back. `numbers` are for the ledger. `unchecked` says which checks
    could not be made, such as the comparison of words across two languages.
    """

    text: str
    findings: tuple[Finding, ...] = ()
    numbers: dict[str, float] = field(default_factory=dict)
    unchecked: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Return whether the sentence may be offered."""
        return not self.findings

    @property
    def state(self) -> str:
        """Return "ok" or "held_back"."""
        return "ok" if self.ok else "held_back"

    @property
    def reason(self) -> Reason | None:
        """Return why it is held back; None when it is not."""
        return self.findings[0].reason if self.findings else None

    @property
    def evidence(self) -> tuple[str, ...]:
        """Return the words that show the reason."""
        return self.findings[0].evidence if self.findings else ()
