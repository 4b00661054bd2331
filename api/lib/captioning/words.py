"""Cutting a sentence into words, and finding names in it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

WORD = re.compile(r"['’]s(?!\w)|\d+(?:[.,]\d+)*|\w+(?:[-'’](?!s\b)\w+)*|[^\w\s]")
# A stop ends a sentence only after a word in lower case: "Dr. No" and "St. Gallen" go on.
SENTENCE_END = re.compile(r"(?<=[a-zäöüß0-9]{3})[.!?](?=\s+\S)")
FINAL_MARKS = re.compile(r"[\s.!?]*$")
SHADOW = "\ue000"  # private use, so that it is no letter of any word


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or mark; `start` and `end` are positions in the sentence."""

    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        return self.text.lower()


def tokens_of(sentence: str) -> list[Token]:
    """Return words, numbers, marks and the possessive 's, in order."""
    return [Token(match.group().replace("’", "'"), match.start(), match.end()) for match in WORD.finditer(sentence)]


def whole(text: str, *, ignore_case: bool = False) -> re.Pattern[str]:
    """Return a pattern that finds `text` as whole words."""
    return re.compile(rf"(?<!\w){re.escape(text)}(?!\w)", re.IGNORECASE if ignore_case else 0)


def shadowed(sentence: str, hidden: Iterable[str], *, ignore_case: bool = False) -> str:
    """Return the sentence with each hidden text blanked out by as many SHADOW characters."""
    for text in sorted(filter(None, hidden), key=len, reverse=True):
        sentence = whole(text, ignore_case=ignore_case).sub(lambda match: SHADOW * len(match.group()), sentence)
    return sentence


def first_sentence_end(sentence: str, hidden: Iterable[str] = ()) -> int:
    """Return where the first sentence ends, before its final mark. Marks within hidden texts end nothing."""
    shadow = shadowed(sentence, hidden)
    match = SENTENCE_END.search(shadow) or FINAL_MARKS.search(shadow)
    return match.start() if match else len(sentence)


def joined(parts: list[str], conjunction: str) -> str:
    """Return "A", "A and B" or "A, B and C"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {conjunction} {parts[-1]}"
