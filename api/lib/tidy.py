"""A valid sentence from whatever a captioner gives. Pure and deterministic."""

import re

MARKERS = re.compile(r"<\s*/?\s*(?:start|end|unk|pad|s|bos|eos)\s*>|\[(?:CLS|SEP|DEC|PAD|UNK)\]", re.IGNORECASE)
SPACE_BEFORE_MARK = re.compile(r"\s+([.,;:!?])")
SPLIT_CONTRACTION = re.compile(r"(?<=\w)\s+(['’](?:s|re|ve|ll|d|m))(?!\w)|(?<=\w)\s+(n['’]t)(?!\w)", re.IGNORECASE)
SPACES = re.compile(r"\s+")
REPEATED_WORD = re.compile(r"\b(\w+)(?:\s+\1\b)+", re.IGNORECASE)
# With a plural verb behind them they are two of a kind, and not a stutter.
TWO_OF_A_KIND = re.compile(r"\b((?:a|an|the)\s+(\w+))(?:\s+and\s+\1)+(?=\s+(?:are|were|have)\b)", re.IGNORECASE)
REPEATED_PHRASE = re.compile(r"\b((?:a|an|the)\s+\w+)(?:\s+and\s+\1\b)+", re.IGNORECASE)
DANGLING = re.compile(r"(?:[\s,]+(?:a|an|the|of|with|and|in|on|at|to|is|are))+$", re.IGNORECASE)

# "The image shows": words about the picture instead of what is in it.
OPENER = re.compile(
    r"^\W*(?:"
    r"(?:(?:the|this|that)\s+)?(?:image|picture|photo|photograph|scene)\s+(?:shows|depicts|features|captures|is\s+of|displays)"
    r"|in\s+(?:the|this)\s+(?:image|picture|photo|photograph),?\s+(?:there\s+(?:is|are)|we\s+(?:can\s+)?see|you\s+(?:can\s+)?see)"
    r"|(?:das|dieses)\s+(?:bild|foto)\s+zeigt"
    r"|auf\s+(?:dem|diesem)\s+(?:bild|foto)\s+(?:ist|sind|sieht\s+man)(?=\s)"
    r")[\s:,]+",
    re.IGNORECASE,
)


def without_opener(text: str) -> str:
    """Return the text without an opening such as "The image shows"; the first letter is a capital then.

    A picture *of* a picture stays: "a picture of a man on a wall" says what is seen.
    """
    rest = OPENER.sub("", text, count=1)
    return text if rest == text else rest[:1].upper() + rest[1:]


def tidy(text: str) -> str:
    """Return the text without markers and stutter, with a capital and a final stop; empty when nothing is left.

    "a dog and a dog runs in the ." → "A dog runs."
    """
    text = MARKERS.sub(" ", text)
    previous = None
    while text != previous:  # one repair may lay the next fault bare
        previous, text = text, _repaired(text)
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?" else text + "."


def same_words(text: str) -> str:
    """Return what two texts have in common that differ in case, marks and spaces only."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def _repaired(text: str) -> str:
    text = SPACES.sub(" ", text).strip(" .,;:")
    text = SPLIT_CONTRACTION.sub(r"\1\2", text)
    text = TWO_OF_A_KIND.sub(r"\1 and another \2", text)
    text = REPEATED_PHRASE.sub(r"\1", text)
    text = REPEATED_WORD.sub(r"\1", text)
    text = DANGLING.sub("", text)
    return SPACE_BEFORE_MARK.sub(r"\1", text)
