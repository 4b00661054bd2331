"""A person's choices for drafts, out of the settings that LibrePhotos' clients send back whole."""

import json
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from api.lib.captioning.context import Wishes
from api.lib.captioning.places import Granularity
from api.lib.captioning.taste import LONGEST_WISH, Length, Style, Taste, Tone

LANGUAGE_TAG = re.compile(r"(?:[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*)?")
"""BCP 47 as far as models are asked in it: "de", "pt-BR"; empty is the captioner's own."""


def _one_of(kind: type[StrEnum]) -> Callable[[Any], bool]:
    return lambda value: value in tuple(kind)


CHECKS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "granularity": (_one_of(Granularity), f"one of {', '.join(Granularity)}"),
    "style": (_one_of(Style), f"one of {', '.join(Style)}"),
    "length": (_one_of(Length), f"one of {', '.join(Length)}"),
    "tone": (_one_of(Tone), f"one of {', '.join(Tone)}"),
    "language": (lambda value: LANGUAGE_TAG.fullmatch(str(value)) is not None, 'a language such as "de", or empty'),
    "creativity": (lambda value: 0 <= value <= 1, "from 0 to 1"),
}
"""Setting → whether a value of the right type will do, and what is wanted otherwise."""


def wishes_of(chosen: Mapping[str, Any]) -> Wishes:
    """Return which facts may be said; `chosen` are complete `llm_settings`."""
    return Wishes(
        names=bool(chosen["add_person"]),
        place=bool(chosen["add_location"]),
        date=bool(chosen["add_date"]),
        tags=bool(chosen["add_keywords"]),
        album=bool(chosen["add_album"]),
        text_in_picture=bool(chosen["add_text"]),
        granularity=Granularity(chosen["granularity"]),
        language=str(chosen["language"]),
    )


def taste_of(chosen: Mapping[str, Any]) -> Taste:
    """Return how drafts are to be said; `chosen` are complete `llm_settings`."""
    return Taste(
        style=Style(chosen["style"]),
        length=Length(chosen["length"]),
        tone=Tone(chosen["tone"]),
        language=str(chosen["language"]),
        creativity=float(chosen["creativity"]),
        keywords=bool(chosen["want_keywords"] or chosen["want_hashtags"]),
        hashtags=bool(chosen["want_hashtags"]),
        wish=str(chosen["custom_prompt"])[:LONGEST_WISH] if chosen["custom_prompt_enabled"] else "",
    )


def problem_with(chosen: Mapping[str, Any], defaults: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the first setting whose value will not do, and what is wanted; None when all are fine.

    Settings that `defaults` does not know are nobody's business here.
    """
    for name, default in defaults.items():
        value = chosen.get(name, default)
        # A whole number will do for a fraction; true is no number.
        kinds = (int, float) if isinstance(default, float) else (type(default),)
        if type(value) not in kinds:
            return name, f"of the type of {json.dumps(default)}"
        if name in CHECKS and not CHECKS[name][0](value):
            return name, CHECKS[name][1]
    return None


def repaired(chosen: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return complete settings: the default where one is absent or will not do."""
    found = {**defaults, **chosen}
    while (problem := problem_with(found, defaults)) is not None:
        found[problem[0]] = defaults[problem[0]]
    return found
