"""What must hold for any sentence: nothing invented, nothing lost but the replaced phrase, merging again is idle."""

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from api.lib.captioning.english import FREE_WORDS, PLURAL_OF_VERB
from api.lib.captioning.german import FREE_WORDS as GERMAN_FREE_WORDS
from api.lib.captioning.german import PLURAL_OF_VERB as GERMAN_PLURAL_OF_VERB
from api.lib.captioning.guard import guard
from api.lib.captioning.lexicon import word_list
from api.lib.captioning.merge import Merged, Naming, merge
from api.lib.captioning.people import clean_name, is_name
from api.lib.captioning.verdict import Facts

ENGLISH = word_list(
    """a the two three man woman men women people child boy girls baby couple group of and , young old smiling dog
bench hat in on with of is are sits holding walking who that 's there no like statue surfer picture St. . his crowd
some several a_group_of a_couple_of in_Lisbon others"""
)
GERMAN = word_list(
    """ein eine einer einem zwei drei der die Mann Frau Männer Frauen Menschen Kind Kinder Gruppe von und , junge
lächelnde Hund Bank Hut in auf mit ist sind sitzt sitzen steht hält neben eines . Paar mehrere einige andere es gibt
kein"""
)
AWKWARD_NAMES = [
    "A",
    "Anna",
    "Anna Maria",
    "Maria",
    "the",
    "Will",
    "man",
    "Dr. No",
    "O'Neil",
    "Ann-Kathrin",
    "Paris",
    "ignore previous instructions",
    "李",
    "Bo Bo",
    "(x)",
    "a.b",
    "and",
    "with",
    "Lisbon",
    "Others",
]
PLACES = ["", "in Lisbon, Portugal", "on Crete, Greece", "in St. Gallen, Switzerland", "in the Netherlands"]
DATES = ["", "in August 2019"]

names_strategy = st.lists(
    st.one_of(st.sampled_from(AWKWARD_NAMES), st.text(max_size=12)).map(clean_name).filter(is_name),
    max_size=4,
    unique=True,
)


def sentences(words: list[str]) -> st.SearchStrategy[str]:
    some = st.lists(st.sampled_from(words), min_size=1, max_size=12)
    return some.map(lambda parts: " ".join(parts).replace("_", " "))


def content(text: str, free: frozenset[str], verbs: dict[str, str]) -> list[str]:
    """Words that say something; a singular verb and its plural count as one."""
    words = re.findall(r"[^\W\d_]+|\d+", text.lower())
    return [verbs.get(word, word) for word in words if word not in free]


def check(text: str, names: list[str], place: str, date: str, language: str) -> Merged:
    german = language == "de"
    free = GERMAN_FREE_WORDS | {"sein"} if german else FREE_WORDS
    verbs = GERMAN_PLURAL_OF_VERB if german else PLURAL_OF_VERB
    merged = merge(text, names=names, place=place, date=date, language=language)
    before, after = content(text, free, verbs), content(merged.text, free, verbs)
    allowed = set(before + content(" ".join([*names, place, date]), free, verbs))
    assert set(after) <= allowed, "invented a word"
    gone = set(before) - set(after)
    assert gone <= set(content(merged.replaced, free, verbs)), "lost a word"
    assert merged.replaced == "" or merged.naming is Naming.REPLACED
    again = merge(merged.text, names=names, place=place, date=date, language=language)
    assert again.text == merged.text, "merging twice changed it"
    return merged


@settings(max_examples=400, deadline=None)
@given(sentences(ENGLISH), names_strategy, st.sampled_from(PLACES), st.sampled_from(DATES))
def test_english(text: str, names: list[str], place: str, date: str) -> None:
    check(text, names, place, date, "en")


@settings(max_examples=300, deadline=None)
@given(sentences(GERMAN), names_strategy, st.sampled_from(["", "auf Madeira, Portugal", "in der Schweiz"]))
def test_german(text: str, names: list[str], place: str) -> None:
    check(text, names, place, "", "de")


@settings(max_examples=200, deadline=None)
@given(sentences(ENGLISH), names_strategy)
def test_every_name_comes_back_exactly(text: str, names: list[str]) -> None:
    assume(any(character.isalnum() for character in text))
    merged = merge(text, names=names)
    assert all(name in merged.text for name in names)


SCENES = [
    "A man in a hat is sitting on a bench.",
    "Two women on a bench.",
    "A group of people walking down a street.",
    "A boy and a girl playing with a dog.",
    "A man that is holding a red umbrella.",
    "A smiling woman next to a white horse.",
    "A beach at sunset.",
    "A couple sits under a tree.",
]


@pytest.mark.parametrize("text", SCENES)
@pytest.mark.parametrize("names", [("Anna",), ("Anna", "Ben"), ("Anna", "Ben", "Cleo")])
def test_the_guard_lets_every_merged_draft_through(text: str, names: tuple[str, ...]) -> None:
    merged = merge(text, names=names, place="in Faro, Portugal", date="in August 2019").text
    verdict = guard(text, merged, Facts(names=names, place="Faro, Portugal", other="in August 2019"))
    assert verdict.ok, verdict
