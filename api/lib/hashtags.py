"""Hashtags in a text."""

import re
import unicodedata

MAX_TAG_LENGTH = 80
"""Characters; a longer run is no tag. Case-folding makes at most three of one, which fits the album's key."""

# A tag starts a word: `x#y`, `&#39;` and the fragment of an address are none. Several # in a row count as one, because
# LibrePhotos' editor inserts `#` before a title that may already hold it.
_START = re.compile(r"(?:^|(?<=[^\w/&#]))#+(?=[^\s#])")


def hashtags_find(text: str) -> dict[str, str]:
    """Return key → title of the tags in `text`, in order, without `#`.

    A tag is letters, digits and underscores of any script, with at least one letter or digit. The key is the title
    case-folded, by which tags are the same; the title is how the text spells it first.
    """
    text = unicodedata.normalize("NFC", text)
    found: dict[str, str] = {}
    for start in _START.finditer(text):
        title = _word(text, start.end())
        if len(title) <= MAX_TAG_LENGTH and any(character.isalnum() for character in title):
            found.setdefault(title.casefold(), title)
    return found


def _word(text: str, start: int) -> str:
    end = start
    while end < len(text) and _belongs(text[end]):
        end += 1
    return text[start:end]


def _belongs(character: str) -> bool:
    # Vowel signs of Indic scripts and other marks are part of a letter, which \w does not know.
    return character == "_" or character.isalnum() or unicodedata.category(character).startswith("M")


def hashtag_replace(text: str, *, key: str, title: str) -> str:
    """Return the text with the tag `key` (case-folded, without `#`) spelled as `title`; the rest stays as it is."""
    normal = unicodedata.normalize("NFC", text)
    parts, done = [], 0
    for start in _START.finditer(normal):
        word = _word(normal, start.end())
        if start.end() >= done and word.casefold() == key:
            parts += [normal[done : start.start()], "#", title]
            done = start.end() + len(word)
    return "".join([*parts, normal[done:]]) if parts else text


def hashtag_title(text: str) -> str:
    """Return what was typed as a tag, without `#`. Raises ValueError when it is not exactly one tag."""
    typed = unicodedata.normalize("NFC", text).strip().lstrip("#")
    found = hashtags_find(f"#{typed}")
    if list(found.values()) != [typed]:
        raise ValueError(f"{text!r} is no hashtag: letters, digits and underscores, at most {MAX_TAG_LENGTH}.")
    return typed
