"""Who is on a photo, in the order in which a sentence names them."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# LibrePhotos and several taggers write these for a face that nobody has named yet.
NOBODY = re.compile(r"^(?:(?:unknown|unbekannt|unnamed|unbenannt)\b.*|no ?name|other|none|null)$", re.IGNORECASE)
PLACEHOLDER = re.compile(r"^(?:person|face|cluster|gesicht)[ _#-]*\d+$", re.IGNORECASE)
LONGEST_NAME = 128


@dataclass(frozen=True, slots=True)
class PersonOnPhoto:
    """A name and the left edge of the face (0..1 of the width); `left` is None when only the mention is known."""

    name: str
    left: float | None = None


def names_left_to_right(people: Iterable[PersonOnPhoto]) -> tuple[str, ...]:
    """Return the names as sentences use them: left to right by face, then those without a box; each once.

    "Unknown" and the like are nobody's name and left out. A name is data: whatever it says, it is only ever a name.
    """
    ordered = sorted(people, key=lambda person: (person.left is None, person.left or 0.0))
    names = (clean_name(person.name) for person in ordered)
    return tuple(dict.fromkeys(name for name in names if is_name(name)))


def clean_name(name: str) -> str:
    """Return the name in one line, without control and private-use characters, composed (NFC)."""
    visible = "".join(
        character if not unicodedata.category(character).startswith("C") else " "
        for character in unicodedata.normalize("NFC", name)
    )
    return " ".join(visible.split())[:LONGEST_NAME].strip()


def is_name(name: str) -> bool:
    """Return whether a cleaned text can be somebody's name: it has a letter and is no placeholder."""
    has_letter = any(character.isalpha() for character in name)
    return has_letter and not NOBODY.match(name) and not PLACEHOLDER.match(name)
