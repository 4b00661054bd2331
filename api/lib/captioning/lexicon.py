"""Word lists as text, since a list of quoted words is hard to read."""


def word_set(words: str) -> frozenset[str]:
    """Return the words of a text, cut at spaces and line ends."""
    return frozenset(words.split())


def word_list(words: str) -> list[str]:
    """Return the words of a text in their order."""
    return words.split()
