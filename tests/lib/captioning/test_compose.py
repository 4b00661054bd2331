from datetime import date

import pytest

from api.lib.captioning.compose import compose, facts_of, known_values
from api.lib.captioning.context import Context, Draft, Step, StepKind, Wishes
from api.lib.captioning.people import PersonOnPhoto
from api.lib.captioning.places import Granularity, place_at

PEOPLE = (PersonOnPhoto("B", 0.6), PersonOnPhoto("A", 0.1))
CONTEXT = Context(people=PEOPLE, place=place_at(38.7139, -9.1334, language="en"), taken_on=date(2019, 8, 3))


def test_names_and_place_by_default() -> None:
    assert compose("a man and a woman sitting on a bench .", CONTEXT, Wishes()) == Draft(
        text="A and B sitting on a bench in Lisbon, Portugal.",
        language="en",
        steps=(
            Step(StepKind.TIDIED),
            Step(StepKind.NAMES_REPLACED, "A man and a woman"),
            Step(StepKind.PLACE_ADDED, "in Lisbon, Portugal"),
        ),
        used={"people": ["A", "B"], "place": "in Lisbon, Portugal"},
    )


@pytest.mark.parametrize(
    ("wishes", "wanted"),
    [
        (Wishes(names=False, place=False), "Two women on a bench."),
        (Wishes(names=False), "Two women on a bench in Lisbon, Portugal."),
        (Wishes(place=False), "A and B on a bench."),
        (Wishes(granularity=Granularity.COUNTRY), "A and B on a bench in Portugal."),
        (Wishes(date=True), "A and B on a bench in Lisbon, Portugal, in August 2019."),
        (Wishes(place=False, date=True), "A and B on a bench in August 2019."),
    ],
)
def test_only_what_is_wished(wishes: Wishes, wanted: str) -> None:
    assert compose("two women on a bench", CONTEXT, wishes).text == wanted


def test_german() -> None:
    context = Context(
        language="de", people=PEOPLE, place=place_at(38.7139, -9.1334, language="de"), taken_on=date(2019, 8, 3)
    )
    draft = compose("zwei Frauen auf einer Bank", context, Wishes(date=True, language="de"))
    assert draft.text == "A und B auf einer Bank in Lissabon, Portugal, im August 2019."
    assert draft.language == "de"


def test_nothing_known_is_the_tidied_sentence() -> None:
    assert compose("a dog and a dog runs in the .", Context(), Wishes(date=True)).text == "A dog runs."


def test_an_empty_sentence_stays_empty() -> None:
    draft = compose("<unk> .", CONTEXT, Wishes())
    assert draft.text == ""
    assert draft.used == {}


def test_a_wished_language_without_a_model_for_it_is_said() -> None:
    draft = compose("a dog", Context(), Wishes(language="de"))
    assert (draft.text, draft.language) == ("A dog.", "en")
    assert Step(StepKind.LANGUAGE_KEPT, "en") in draft.steps


def test_a_captioner_of_another_language_is_only_tidied() -> None:
    context = Context(language="fr", people=PEOPLE)
    assert compose("deux femmes sur un banc", context, Wishes()).text == "Deux femmes sur un banc."


def test_names_that_are_appended_are_listed() -> None:
    draft = compose("a beach", CONTEXT, Wishes(place=False))
    assert draft.text == "A beach, with A and B."
    assert draft.steps[-1] == Step(StepKind.NAMES_APPENDED, "A, B")


def test_a_place_that_the_sentence_has_already_is_not_said_twice() -> None:
    draft = compose("a street in lisbon", CONTEXT, Wishes(names=False))
    assert draft.text == "A street in lisbon."
    assert "place" not in draft.used


def test_known_values_change_with_wishes_and_context() -> None:
    everything = known_values(CONTEXT, Wishes(date=True))
    assert everything == {"people": ["A", "B"], "place": "in Lisbon, Portugal", "date": "in August 2019"}
    assert known_values(CONTEXT, Wishes(names=False, place=False)) == {}
    assert known_values(Context(unnamed_faces=2), Wishes()) == {"unnamed_faces": 2}


def test_the_guard_hears_what_is_known_and_wished() -> None:
    facts = facts_of(CONTEXT, Wishes(date=True))
    assert (facts.names, facts.place, facts.other) == (("A", "B"), "Lisbon, Lisbon, Portugal", "in August 2019")
    country = facts_of(CONTEXT, Wishes(names=False, granularity=Granularity.COUNTRY))
    assert (country.names, country.place, country.other) == ((), "Portugal", "")
    tagged = Context(tags=("regatta",), album="Summer", text_in_picture="Exit")
    assert facts_of(tagged, Wishes(tags=True, album=True, text_in_picture=True)).other == "regatta Summer Exit"
    assert facts_of(tagged, Wishes()).other == ""
