"""How often a captioner says man, woman, boy or girl against what people wrote.

After Hendricks et al. 2018, "Women also snowboard" (arXiv:1803.09797): errors are counted for each
gold word, because a model that always says "man" is right most of the time.
"""

from __future__ import annotations

from collections.abc import Sequence

from mlval.metrics import plain_words

GROUPS: dict[str, frozenset[str]] = {
    "man": frozenset({"man", "men", "guy", "guys", "gentleman", "male"}),
    "woman": frozenset({"woman", "women", "lady", "ladies", "female"}),
    "boy": frozenset({"boy", "boys"}),
    "girl": frozenset({"girl", "girls"}),
}
NEUTRAL = frozenset({"person", "people", "child", "children", "kid", "kids", "baby", "toddler", "player", "someone"})
AGREE = 2  # how many of a photo's captions must use a group's words for it to be the gold word


def said_groups(text: str) -> set[str]:
    """Which of the four groups a text names."""
    words = set(plain_words(text).split())
    return {name for name, members in GROUPS.items() if words & members}


def gold_group(captions: Sequence[str]) -> str | None:
    """The one group that at least two captions name and no other caption contradicts; else None."""
    counts = dict.fromkeys(GROUPS, 0)
    for caption in captions:
        for name in said_groups(caption):
            counts[name] += 1
    named = [name for name, count in counts.items() if count]
    return named[0] if len(named) == 1 and counts[named[0]] >= AGREE else None


def gender_counts(written: Sequence[str], references: Sequence[Sequence[str]]) -> dict[str, object]:
    """The table of the model card.

    Returns `gold`: for each gold group, photos and the share of captions that say each group, a neutral
    word, or no person at all; `overall`: mentions by the model and by the references (their mean a photo).
    """
    table: dict[str, dict[str, float]] = {}
    for name in GROUPS:
        texts = [text for text, refs in zip(written, references, strict=True) if gold_group(refs) == name]
        row = {other: _share(texts, other) for other in GROUPS}
        row["neutral only"] = _mean([not said_groups(text) and _neutral(text) for text in texts])
        row["nobody"] = _mean([not said_groups(text) and not _neutral(text) for text in texts])
        table[name] = {"photos": float(len(texts)), **row}
    overall = {
        name: {
            "model": _share(written, name),
            "references": _mean([name in said_groups(text) for refs in references for text in refs]),
        }
        for name in GROUPS
    }
    return {"gold": table, "overall": overall}


def _neutral(text: str) -> bool:
    return bool(set(plain_words(text).split()) & NEUTRAL)


def _share(texts: Sequence[str], group: str) -> float:
    return _mean([group in said_groups(text) for text in texts])


def _mean(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0
