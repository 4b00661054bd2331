"""A person's choices for drafts."""

import pytest

from api.lib.captioning.chosen import problem_with, repaired, taste_of, wishes_of
from api.lib.captioning.places import Granularity
from api.lib.captioning.taste import LONGEST_WISH, Length, Style, Taste, Tone
from api.models.user import default_llm_settings

USUAL = default_llm_settings()


def test_as_usual() -> None:
    assert problem_with(USUAL, USUAL) is None
    assert taste_of(USUAL) == Taste()
    wishes = wishes_of(USUAL)
    assert (wishes.names, wishes.place, wishes.date, wishes.tags, wishes.album) == (True, True, False, False, False)


def test_chosen() -> None:
    chosen = USUAL | {
        "style": "factual", "length": "long", "tone": "warm", "language": "pt-BR", "creativity": 1,
        "want_hashtags": True, "custom_prompt": "x" * 1000, "custom_prompt_enabled": True, "granularity": "country",
    }  # fmt: skip
    assert problem_with(chosen, USUAL) is None
    expected = Taste(Style.FACTUAL, Length.LONG, Tone.WARM, "pt-BR", 1.0, True, True, "x" * LONGEST_WISH)
    assert taste_of(chosen) == expected
    assert wishes_of(chosen).granularity is Granularity.COUNTRY


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("style", "rude"), ("style", 5), ("length", None), ("language", "not a language"), ("creativity", 2),
        ("creativity", True), ("creativity", "hot"), ("granularity", "house"), ("enabled", "yes"),
    ],
)  # fmt: skip
def test_what_will_not_do(name: str, value: object) -> None:
    problem = problem_with(USUAL | {name: value}, USUAL)
    assert problem is not None and problem[0] == name
    assert repaired({name: value, "unknown": 1}, USUAL) == USUAL | {"unknown": 1}


def test_settings_of_an_older_account() -> None:
    assert repaired({"add_person": False}, USUAL) == USUAL | {"add_person": False}
