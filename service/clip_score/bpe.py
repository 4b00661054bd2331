"""CLIP's tokenizer: byte pairs in lower case, in numpy arrays of ids; pure.

Written out rather than taken from the `tokenizers` package, whose 12 MB do far more: this is all that
CLIP needs, and the rule book is short. After Sennrich et al. 2016 (arXiv:1508.07909), over bytes as in
GPT-2, with the splitting of Radford et al. 2021 (arXiv:2103.00020).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from service.common.errors import WeightsError
from service.common.weights import WeightsFile

WORD_END = "</w>"
START, END = "<|startoftext|>", "<|endoftext|>"

_SPECIAL = re.compile(f"({re.escape(START)}|{re.escape(END)})")
# Unicode's White_Space, which Python's \s is not.
_SPACES = re.compile("[\t-\r\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
# Over classes of letters (see _classes): a contraction, a run of letters, one digit, a run of anything else.
_CONTRACTED = "strevmld"
_PIECE = re.compile(f"'s|'t|'re|'ve|'m|'ll|'d|[L{_CONTRACTED}]+|N|[^LN {_CONTRACTED}]+")
# Joining takes the square of a piece's length; no word is so long, and few of its tokens would fit.
_LONGEST_PIECE = 1000
# Words repeat from text to text; a stranger's made-up ones must not fill the memory.
_MOST_CACHED = 50_000


def byte_letters() -> dict[int, str]:
    """The printable letter that stands for each byte, as GPT-2 chose them."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {byte: chr(256 + i) for i, byte in enumerate(others)}


_LETTERS = byte_letters()


@dataclass(frozen=True)
class BytePairTokenizer:
    """ids: of each token. ranks: of each pair, the lower the earlier it is joined. max_tokens: with both ends."""

    ids: dict[str, int]
    ranks: dict[tuple[str, str], int]
    max_tokens: int
    _cache: dict[str, list[int]] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, file: WeightsFile, *, max_tokens: int) -> BytePairTokenizer:
        """Read `tokens` and `merges`. Raises WeightsError."""
        tokens, merges = file.texts("tokens"), file.texts("merges")
        ids = {token: index for index, token in enumerate(tokens)}
        pairs = [tuple(merge.split(" ")) for merge in merges]
        if START not in ids or END not in ids:
            raise WeightsError(f"{file.path}: the tokens lack {START} or {END}.")
        if any(len(pair) != 2 or "".join(pair) not in ids for pair in pairs):
            raise WeightsError(f"{file.path}: a merge is not two tokens that make a third.")
        return cls(ids, {(pair[0], pair[1]): rank for rank, pair in enumerate(pairs)}, max_tokens)

    def __call__(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """(B, T) int64, T the longest text's tokens: START, the text cut to fit, END; padded with END.

        The text tower looks at the first END and never ahead, so that what follows it does not matter.
        """
        rows = [self.encode(text) for text in texts]
        tokens = np.full((len(rows), max(map(len, rows))), self.ids[END], np.int64)
        for index, row in enumerate(rows):
            tokens[index, : len(row)] = row
        return tokens

    def encode(self, text: str) -> list[int]:
        """The ids of one text, START and END included, at most `max_tokens`."""
        room = self.max_tokens - 2
        body: list[int] = []
        for part in _SPECIAL.split(text):
            if part in (START, END):
                body.append(self.ids[part])
            else:
                for piece in _pieces(part):
                    body += self._ids_of(piece)
                    if len(body) >= room:
                        break
        return [self.ids[START], *body[:room], self.ids[END]]

    def _ids_of(self, piece: str) -> list[int]:
        found = self._cache.get(piece)
        if found is None:
            found = [self.ids.get(token, self.ids[END]) for token in self._join(piece)]
            if len(self._cache) < _MOST_CACHED and len(piece) < 50:
                self._cache[piece] = found
        return found

    def _join(self, piece: str) -> list[str]:
        """The bytes of a piece, neighbours joined in the order in which training joined them."""
        letters = [_LETTERS[byte] for byte in piece[:_LONGEST_PIECE].encode("utf-8", "replace")]
        parts = [*letters[:-1], letters[-1] + WORD_END]
        unknown = len(self.ranks)
        while len(parts) > 1:
            ranks = [self.ranks.get(pair, unknown) for pair in zip(parts, parts[1:], strict=False)]
            best = min(ranks)
            if best == unknown:
                break
            at = ranks.index(best)
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        return parts


def _pieces(text: str) -> Iterator[str]:
    """What is tokenised apart: letters, single digits, contractions, runs of other signs."""
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    text = "".join(letter.lower() for letter in text)  # one by one: no rule for the last sigma of a word
    for match in _PIECE.finditer(_classes(text)):
        yield text[match.start() : match.end()]


def _classes(text: str) -> str:
    """The text with L for every letter but those of contractions, and N for every digit."""
    return "".join(map(_class_of, text))


def _class_of(letter: str) -> str:
    if letter in _CONTRACTED:
        return letter
    kind = unicodedata.category(letter)[0]
    return kind if kind in "LN" else letter
