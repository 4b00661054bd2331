"""A date as a closing phrase: "in August 2019", "im August 2019"."""

from datetime import date

from babel.dates import format_skeleton

PREPOSITION = {"en": "in", "de": "im"}


def date_phrase(day: date, *, language: str) -> str:
    """Return month and year with their preposition; empty for a language without one here."""
    language = language.replace("_", "-").split("-")[0].lower()
    preposition = PREPOSITION.get(language)
    if preposition is None:
        return ""
    return f"{preposition} {format_skeleton('yMMMM', day, locale=language)}"
