"""Turn a model's tokens into text as they come, up to a stop word."""

from __future__ import annotations

from collections.abc import Sequence


class Written:
    """The text so far; what may still become a stop word, or half a letter, is held back."""

    def __init__(self, stop: Sequence[str]) -> None:
        self._stop = [word for word in stop if word]
        self._letters = _Letters()
        self._held = ""
        self.is_stopped = False

    def push(self, piece: bytes) -> str:
        """Add a token's bytes; the text that may be shown now. After a stop word, nothing more."""
        return self._show(self._letters.push(piece))

    def rest(self) -> str:
        """What is left to show when the model has ended."""
        shown = self._show(self._letters.end())
        held, self._held = self._held, ""
        return shown if self.is_stopped else shown + held

    def _show(self, text: str) -> str:
        if self.is_stopped:
            return ""
        self._held += text
        found = [at for word in self._stop if (at := self._held.find(word)) >= 0]
        if found:
            self.is_stopped = True
            return self._held[: min(found)]
        keep = max((_overlap(self._held, word) for word in self._stop), default=0)
        shown, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        return shown


class _Letters:
    """Bytes to letters; each run of bytes that is none becomes one U+FFFD.

    Python's own decoder gives one for each byte that it passes over; a grammar has counted them as
    one letter, and a text would come out longer than its schema allows.
    """

    def __init__(self) -> None:
        self._half = b""

    def push(self, piece: bytes) -> str:
        """The letters that are whole now."""
        text = ""
        for byte in piece:
            if self._half and byte & 0xC0 != 0x80:  # a new letter where the last one should go on
                text += self.end()
            self._half += bytes([byte])
            if len(self._half) == _length(self._half[0]):
                text += self.end()
        return text

    def end(self) -> str:
        """What is left, whole or not."""
        half, self._half = self._half, b""
        try:
            return half.decode()
        except UnicodeDecodeError:
            return "\N{REPLACEMENT CHARACTER}"


def _length(first: int) -> int:
    """Bytes of a letter, by its first one; a byte that begins none stands alone."""
    return 1 if first < 0xC0 or first >= 0xF8 else 2 + (first >= 0xE0) + (first >= 0xF0)


def _overlap(text: str, word: str) -> int:
    """How many letters at the end of the text may be the beginning of the word."""
    longest = min(len(text), len(word) - 1)
    return next((size for size in range(longest, 0, -1) if text.endswith(word[:size])), 0)
