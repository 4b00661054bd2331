"""A sentence without its names and places, so that CLIPScore compares what the picture can show."""

import re

from api.lib.captioning.grammar import grammar_of
from api.lib.captioning.phrases import find_mentions
from api.lib.captioning.words import tokens_of

SOMEBODY = {"en": ("a person", "people"), "de": ("eine Person", "Menschen")}
NAMED = r"(?:named|called|namens)\s+"
BEFORE_PLACE = r"(?:,?\s*(?:\b(?:located|situated|taken|in|at|on|near|im|am|auf|bei|the|der|den|dem|of)\b\s*)+)?"


def neutralised(text: str, *, names: tuple[str, ...], place: str, plain: str, language: str) -> str:
    """Return the text with "a person" or the plain sentence's own phrase for names, and no place."""
    return _without_place(_without_names(text, names, plain, language), place)


def _without_names(text: str, names: tuple[str, ...], plain: str, language: str) -> str:
    if not names:
        return text
    grammar = grammar_of(language)
    join, others = (grammar.join, grammar.others) if grammar else ("and", "others")
    one = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    text = re.sub(rf"{NAMED}(?:{one})(?!\w)", "", text, flags=re.IGNORECASE)
    several = rf"(?<!\w)(?:{one})(?:(?:\s*,\s*|\s+{join}\s+)(?:{one}|{others}\w*))*(?!\w)"
    said = _person_phrase(plain, language)

    def stand_in(match: re.Match[str]) -> str:
        if said:
            return said
        single = len(re.findall(one, match.group(), flags=re.IGNORECASE)) == 1 and others not in match.group()
        return SOMEBODY.get(language, SOMEBODY["en"])[0 if single else 1]

    return _tidied(re.sub(several, stand_in, text, flags=re.IGNORECASE))


def _person_phrase(plain: str, language: str) -> str:
    """Return the only person phrase of the plain sentence; empty where there is none or more than one."""
    grammar = grammar_of(language)
    if grammar is None:
        return ""
    tokens = tokens_of(plain)
    runs = find_mentions(tokens, grammar).runs
    if len(runs) != 1:
        return ""
    phrase = plain[tokens[runs[0][0].first].start : tokens[runs[0][-1].last - 1].end]
    return phrase[0].lower() + phrase[1:]


def _without_place(text: str, place: str) -> str:
    parts = sorted({part.strip() for part in place.split(",") if part.strip()}, key=len, reverse=True)
    for part in parts:
        text = re.sub(rf"{BEFORE_PLACE}(?<!\w){re.escape(part)}(?!\w)", "", text, flags=re.IGNORECASE)
    return _tidied(text)


def _tidied(text: str) -> str:
    text = re.sub(r"\(\s*[,\s]*\)", "", " ".join(text.split()))
    text = re.sub(r"\s+([.,!?])", r"\1", text)
    return re.sub(r",+(?=[.!?]|$)", "", text).strip(" ,")
