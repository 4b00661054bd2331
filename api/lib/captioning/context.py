"""What is known of a photo, what its owner wants said, and the draft that comes of it."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from api.lib.captioning.people import PersonOnPhoto
from api.lib.captioning.places import Granularity, Place


@dataclass(frozen=True, slots=True)
class Context:
    """What the library knows of one photo. `language` is the captioner's, in which its sentence came ("en").

    `unnamed_faces` are faces without a name: while there are any, "a man" may be one of them. `place` speaks the
    captioner's language too (see `place_at`). `taken_on` is the day at the place where the photo was taken. `tags`,
    `album` and `text_in_picture` are words that a rewritten sentence may use; the deterministic one does not.
    """

    language: str = "en"
    people: tuple[PersonOnPhoto, ...] = ()
    unnamed_faces: int = 0
    place: Place | None = None
    taken_on: date | None = None
    tags: tuple[str, ...] = ()
    album: str = ""
    text_in_picture: str = ""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the owner of the photo wants in a draft. `language` empty: whatever the captioner speaks."""

    names: bool = True
    place: bool = True
    date: bool = False
    tags: bool = False
    album: bool = False
    text_in_picture: bool = False
    granularity: Granularity = Granularity.CITY
    language: str = ""


class StepKind(StrEnum):
    """What was done to the captioner's sentence."""

    TIDIED = "tidied"
    NAMES_REPLACED = "names_replaced"
    NAMES_APPENDED = "names_appended"
    PLACE_ADDED = "place_added"
    DATE_ADDED = "date_added"
    REWRITTEN = "rewritten"
    LANGUAGE_KEPT = "language_kept"


@dataclass(frozen=True, slots=True)
class Step:
    """One change, and the words that it touched: what names replaced, or what was added."""

    kind: StepKind
    words: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence to offer. `used` is what of the context it says, as plain values for the ledger's `context`."""

    text: str
    language: str
    steps: tuple[Step, ...] = ()
    used: dict[str, Any] = field(default_factory=dict)
