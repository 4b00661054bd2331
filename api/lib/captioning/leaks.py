"""Words that belong to a conversation with a language model, or to an address, and never into a caption."""

import re

CHAT = re.compile(
    r"""
    \bhere(?:\s+is|\s+are|['’]s)\b | ^\W*(?:sure|certainly|of\ course|okay|absolutely|great)\b[,!.:]
    | \bas\ an?\ (?:ai|artificial|language\ model|assistant)\b | \b(?:language\ model|ai\ model|chatbot)\b
    | \bI(?:['’]m|['’]ll|['’]d|['’]ve|\ am|\ can(?:not|['’]t)?|\ will|\ would|\ have|\ think|\ hope|\ apologi[sz]e)\b
    | \b(?:sorry|apologies|unfortunately)\b[,!.\ ] | \blet\ me\ know\b | \bhope\ this\b | \bfeel\ free\b
    | \bplease\ (?:note|provide|let|find)\b | \bnote\ that\b | ^\W*note: | \bbased\ on\ (?:the|your|this)\b
    | \b(?:appears?|seems?)\ to\ (?:be|show|depict)\b | \bpossibly\b | \bprobably\b | \bperhaps\b | \bmaybe\b
    | \b(?:hier\ (?:ist|sind)|gerne[,!]|als\ (?:KI|Sprachmodell)|leider|vermutlich|wahrscheinlich|vielleicht)\b
    | \bich\ (?:kann|bin|habe|hoffe|werde)\b | \bscheint\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
PROMPT = re.compile(
    r"""
    \byou\ (?:also\ )?know\b | \bfollowing\ (?:information|facts|details)\b | \binformation\ about\ the\b
    | \b(?:person|people|persons|place|location|caption|description|context|facts?|keywords?|style|output|input|user
        |assistant|system|answer|response|personen|ort|bildunterschrift|beschreibung|antwort)\s*:
    | \b(?:rewritten|rewrite|prompt|instructions?|given|provided|original|improved)
        \ (?:caption|description|sentence|text)\b
    | \bthe\ (?:caption|prompt|instructions?)\b | \b(?:system|user)\ prompt\b | \bjson\b
    | \[/?inst\] | <\|.*?\|> | </?s> | <</?sys>> | ``` | [{}] | "\w+"\s*: | \#\#\# | \\n
    """,
    re.IGNORECASE | re.VERBOSE,
)
MARKUP = re.compile(r"\*\*|https?://|www\.|^\s*[-*•]\s|\n\s*[-*•\d]")
YEAR = re.compile(r"^(?:19|20)\d\d$")
POSTCODE = re.compile(r"(?<![\w.,])\d{4,6}(?![\w]|[.,]\d)")
BRACKETED_LIST = re.compile(r"[(\[][^)\]]*,[^)\]]*,[^)\]]*[)\]]")
MOST_PARTS = 3  # of a place in one run: "Alexanderplatz, Berlin, Germany"


def leaked(text: str, *, plain: str = "") -> tuple[str, ...]:
    """Return prompt text and markup in `text` that the plain sentence does not hold."""
    return _found((PROMPT, MARKUP), text, plain)


def chatted(text: str, *, plain: str = "") -> tuple[str, ...]:
    """Return phrases of a conversation ("Here is", "As an AI") that the plain sentence does not hold."""
    return _found((CHAT,), text, plain)


def addresses(text: str, *, plain: str = "", place: str = "") -> tuple[str, ...]:
    """Return what reads like an address: a postcode, a bracketed list, more than three parts of the place in a row."""
    found = [code for code in POSTCODE.findall(text) if not YEAR.match(code) and not re.search(rf"\b{code}\b", plain)]
    found += [match for match in BRACKETED_LIST.findall(text) if match not in plain]
    parts = [part.strip() for part in place.split(",") if part.strip()]
    for first in range(len(parts) - MOST_PARTS):
        run = ", ".join(parts[first : first + MOST_PARTS + 1])
        if run.casefold() in text.casefold():
            found.append(run)
            break
    return tuple(found)


def _found(patterns: tuple[re.Pattern[str], ...], text: str, plain: str) -> tuple[str, ...]:
    matches = (match.group().strip() for pattern in patterns for match in pattern.finditer(text))
    return tuple(match for match in matches if match.casefold() not in plain.casefold())
