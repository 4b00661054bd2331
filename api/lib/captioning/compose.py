"""The draft without a language model: the captioner's sentence, tidied, with what is known said in it."""

from typing import Any

from api.lib.captioning.context import Context, Draft, Step, StepKind, Wishes
from api.lib.captioning.dates import date_phrase
from api.lib.captioning.merge import Merged, Naming, merge
from api.lib.captioning.people import names_left_to_right
from api.lib.captioning.place_phrases import place_phrase
from api.lib.captioning.places import Granularity
from api.lib.captioning.verdict import Facts
from api.lib.tidy import tidy

WRITTEN_LANGUAGES = frozenset(("en", "de"))


def compose(plain: str, context: Context, wishes: Wishes) -> Draft:
    """Return the draft for a captioner's sentence; its text is empty only when the sentence was.

    Deterministic and offline. The draft stays in the captioner's language, and says so by a `language_kept` step where
    another was wished: translating takes a language model.
    """
    sentence = tidy(plain)
    steps = [] if sentence == plain else [Step(StepKind.TIDIED)]
    language = primary_language(context.language)
    if wishes.language and primary_language(wishes.language) != language:
        steps.append(Step(StepKind.LANGUAGE_KEPT, language))
    if language not in WRITTEN_LANGUAGES:
        return Draft(sentence, language, tuple(steps))
    names, place, date = _known(context, wishes, language)
    merged = merge(
        sentence,
        names=names,
        place=place,
        place_words=_place_words(context, wishes),
        date=date,
        unnamed_faces=context.unnamed_faces,
        language=language,
    )
    steps += _steps(merged, names, place, date)
    said = _as_values(names if merged.text else (), place * merged.place_added, date * merged.date_added)
    return Draft(merged.text, language, tuple(steps), said)


def known_values(context: Context, wishes: Wishes) -> dict[str, Any]:
    """Return what a draft would be told, as plain values: the same for the same context and wishes.

    Meant for the key by which a refused draft is recognised.
    """
    names, place, date = _known(context, wishes, primary_language(context.language))
    values = _as_values(names, place, date)
    return values | {"unnamed_faces": context.unnamed_faces} if context.unnamed_faces else values


def facts_of(context: Context, wishes: Wishes) -> Facts:
    """Return what a rewritten sentence may say besides the plain one: what is known and wished, for the guard."""
    names, place, _date = _known(context, wishes, primary_language(context.language))
    where = _place_names(context, wishes) if place else ()
    other = (_words_of(value) for value in other_facts(context, wishes).values())
    return Facts(names=names, place=", ".join(where), other=" ".join(other))


def place_fact(context: Context, wishes: Wishes) -> str:
    """Return the place as a fact to tell: its finest name as wished and the country, "Lisbon, Portugal"."""
    names = _place_names(context, wishes) if wishes.place else ()
    return ", ".join(dict.fromkeys((names[0], names[-1]))) if names else ""


def other_facts(context: Context, wishes: Wishes) -> dict[str, Any]:
    """Return what is known and wished besides people and place, by what it is; only what there is."""
    date = ""
    if wishes.date and context.taken_on:
        date = date_phrase(context.taken_on, language=context.language) or f"{context.taken_on:%Y-%m}"
    values: dict[str, Any] = {
        "date": date,
        "tags": list(context.tags) if wishes.tags else [],
        "album": context.album if wishes.album else "",
        "text in the picture": context.text_in_picture if wishes.text_in_picture else "",
    }
    return {name: value for name, value in values.items() if value}


def _words_of(value: str | list[str]) -> str:
    return value if isinstance(value, str) else " ".join(value)


def _known(context: Context, wishes: Wishes, language: str) -> tuple[tuple[str, ...], str, str]:
    """Return names, place phrase and date phrase, each empty where it is not known or not wished."""
    names = names_left_to_right(context.people) if wishes.names else ()
    place = _place(context, wishes, language)
    date = date_phrase(context.taken_on, language=language) if wishes.date and context.taken_on else ""
    return names, place, date


def _as_values(names: tuple[str, ...], place: str, date: str) -> dict[str, Any]:
    values = {"people": list(names), "place": place, "date": date}
    return {name: value for name, value in values.items() if value}


def primary_language(tag: str) -> str:
    """Return the language of a tag: "de" of "de-AT"."""
    return tag.replace("_", "-").split("-")[0].lower()


def _place(context: Context, wishes: Wishes, language: str) -> str:
    if not wishes.place or context.place is None:
        return ""
    return place_phrase(context.place, granularity=wishes.granularity, language=language)


def _place_words(context: Context, wishes: Wishes) -> tuple[str, ...]:
    """Return the name that makes the closing phrase needless when the sentence has it already: the finest."""
    return _place_names(context, wishes)[:1]


def _place_names(context: Context, wishes: Wishes) -> tuple[str, ...]:
    """Return the place's names, the finest first, as fine as wished."""
    place = context.place
    if place is None:
        return ()
    order = tuple(Granularity)
    names = zip(order, (place.venue, place.city, place.region, place.country), strict=True)
    return tuple(name for fineness, name in names if name and order.index(fineness) >= order.index(wishes.granularity))


def _steps(merged: Merged, names: tuple[str, ...], place: str, date: str) -> list[Step]:
    steps = []
    if merged.naming is Naming.REPLACED:
        steps.append(Step(StepKind.NAMES_REPLACED, merged.replaced))
    elif merged.naming is Naming.APPENDED:
        steps.append(Step(StepKind.NAMES_APPENDED, ", ".join(names)))
    if merged.place_added:
        steps.append(Step(StepKind.PLACE_ADDED, place))
    if merged.date_added:
        steps.append(Step(StepKind.DATE_ADDED, date))
    return steps
