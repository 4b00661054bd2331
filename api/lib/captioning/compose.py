"""The draft without a language model: the captioner's sentence, tidied, with what is known said in it."""

from api.lib.captioning.context import Context, Draft, Step, StepKind, Wishes
from api.lib.captioning.dates import date_phrase
from api.lib.captioning.merge import Merged, Naming, merge
from api.lib.captioning.people import names_left_to_right
from api.lib.captioning.place_phrases import place_phrase
from api.lib.captioning.places import Granularity
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
    names = names_left_to_right(context.people) if wishes.names else ()
    place = _place(context, wishes, language)
    date = date_phrase(context.taken_on, language=language) if wishes.date and context.taken_on else ""
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
    used: dict[str, object] = {}
    if names and merged.text:
        used["people"] = list(names)
    if merged.place_added:
        used["place"] = place
    if merged.date_added and context.taken_on:
        used["date"] = context.taken_on.strftime("%Y-%m")
    return Draft(merged.text, language, tuple(steps), used)


def primary_language(tag: str) -> str:
    """Return the language of a tag: "de" of "de-AT"."""
    return tag.replace("_", "-").split("-")[0].lower()


def _place(context: Context, wishes: Wishes, language: str) -> str:
    if not wishes.place or context.place is None:
        return ""
    return place_phrase(context.place, granularity=wishes.granularity, language=language)


def _place_words(context: Context, wishes: Wishes) -> tuple[str, ...]:
    """Return the names that make the closing phrase needless when the sentence has one of them already."""
    place = context.place
    if place is None:
        return ()
    if wishes.granularity is Granularity.COUNTRY:
        return (place.country,)
    finest = (place.venue if wishes.granularity is Granularity.VENUE else "", place.city, place.region, place.country)
    return tuple(name for name in finest if name)[:1]


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
