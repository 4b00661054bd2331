"""From the ids of word pieces to words; pure. Only in this direction: captioners are given no text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from service.common.weights import WeightsFile

# BERT's tokenizer makes a piece of each mark; people write them without the space before, or on both sides.
_CLOSING = frozenset(".,!?;:%)]}")
_JOINING = frozenset("'-/")

Words = list[tuple[str, tuple[int, ...]]]


@dataclass(frozen=True)
class Pieces:
    """pieces[i] is the piece with id i; "" stands for no text.

    kind: `wordpiece`, where "##" goes on with a word (BERT), or `bytes`, where each character stands for a byte and
    a word begins with a space (GPT-2).
    """

    kind: str
    pieces: tuple[str, ...]

    @classmethod
    def load(cls, path: Path) -> Pieces:
        """Read vocabulary.json. Raises WeightsError."""
        file = WeightsFile(path)
        return cls(file.choice("kind", ("wordpiece", "bytes")), file.texts("pieces"))

    def to_words(self, ids: Sequence[int]) -> Words:
        """The words of a caption, each with the places in `ids` that it was made from."""
        texts = [self.pieces[index] if 0 <= index < len(self.pieces) else "" for index in ids]
        return _from_bytes(texts) if self.kind == "bytes" else _from_wordpieces(texts)


def _from_wordpieces(texts: list[str]) -> Words:
    words: Words = []
    joins = False
    for place, piece in enumerate(texts):
        if not piece:
            continue
        goes_on = piece.startswith("##") or piece in _CLOSING or piece in _JOINING or joins
        joins = piece in _JOINING and bool(words)
        _say(words, piece.removeprefix("##"), place, goes_on=goes_on)
    return words


def _from_bytes(texts: list[str]) -> Words:
    """A word may end within a character of a language; what is not UTF-8 becomes U+FFFD."""
    words: Words = []
    for place, piece in enumerate(texts):
        if piece:
            _say(words, piece, place, goes_on=piece[0] not in _BYTE_SPACES)
    read = ((bytes(_BYTES.get(sign, 0x20) for sign in word), places) for word, places in words)
    found = ((raw.decode("utf-8", "replace").strip(), places) for raw, places in read)
    return [(word, places) for word, places in found if word]


def _say(words: Words, text: str, place: int, *, goes_on: bool) -> None:
    if goes_on and words:
        word, places = words.pop()
        words.append((word + text, (*places, place)))
    else:
        words.append((text, (place,)))


def _byte_table() -> dict[str, int]:
    """How GPT-2 writes bytes as visible characters: printable ones as themselves, the others from 256 on.

    Source: Radford et al. 2019, encoder.py of openai/gpt-2.
    """
    themselves = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in set(themselves)]
    return {chr(byte): byte for byte in themselves} | {chr(256 + at): byte for at, byte in enumerate(others)}


_BYTES = _byte_table()
_BYTE_SPACES = frozenset(sign for sign, byte in _BYTES.items() if chr(byte).isspace() and byte < 0x80)
