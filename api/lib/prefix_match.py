"""Whether a name goes on what somebody is typing, word by word, without case and accents."""

from collections.abc import Sequence

from api.lib.search_words import fold, words_of


def folded_words(text: str) -> list[str]:
    """Return the words of a text as they are compared."""
    return [folded for folded in (fold(word) for word in words_of(text)) if folded]


def goes_on(name: str, typed: Sequence[str]) -> bool:
    """Whether each of the `folded_words` that were typed begins a word of its own in `name`.

    "por lis" and "Lis" go on as "Lisbon, Portugal"; nothing typed goes on as nothing.
    """
    words = folded_words(name)
    for beginning in typed:
        found = next((word for word in words if word.startswith(beginning)), None)
        if found is None:
            return False
        words.remove(found)
    return bool(typed)
