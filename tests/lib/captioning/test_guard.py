from collections.abc import Sequence

import pytest

from api.lib.captioning.guard import guard
from api.lib.captioning.verdict import Facts, Limits, Reason

PLAIN = "a man sitting on a bench"
ANNA = Facts(names=("Anna",), place="Lisbon, Portugal")


def test_what_is_known_is_let_through() -> None:
    verdict = guard("a woman on a bench", "Anna is on a bench in Lisbon, Portugal.", ANNA)
    assert verdict.ok
    assert (verdict.state, verdict.reason, verdict.evidence) == ("ok", None, ())
    assert verdict.text == "Anna is on a bench in Lisbon, Portugal."


@pytest.mark.parametrize(
    ("rewritten", "reason", "evidence"),
    [
        ("", Reason.EMPTY, ()),
        ("A man sitting on a bench. Person: Anna", Reason.PROMPT_LEAKED, ("Person:",)),
        ("Sure! A man sitting on a bench with Anna", Reason.CHAT_PHRASE, ("Sure!",)),
        ("Anna sitting on a bench, 1200 Lisbon", Reason.ADDRESS, ("1200",)),
        ("Annna sitting on a bench", Reason.NAME_CHANGED, ("Anna → Annna",)),
        ("A man sitting on a bench", Reason.NAME_MISSING, ("Anna",)),
        ("Anna and Peter sitting on a bench", Reason.NAME_UNKNOWN, ("Peter",)),
        ("Anna not sitting on a bench", Reason.NEGATION_CHANGED, ("not",)),
        ("Anna sitting on three bench", Reason.NUMBER_CHANGED, ("3",)),
        ("Anna sitting on a green bench", Reason.COLOUR_ADDED, ("green",)),
        ("Anna sitting on an old bench", Reason.WORD_ADDED, ("old",)),
        ("Anna on a bench", Reason.WORD_LOST, ("sitting",)),
        ("Anna sitting sitting on a bench", Reason.WORD_REPEATED, ("sitting",)),
        ("A bench sitting on Anna", Reason.ORDER_CHANGED, ("(person)", "sitting", "bench")),
    ],
)
def test_each_reason_with_its_evidence(rewritten: str, reason: Reason, evidence: tuple[str, ...]) -> None:
    verdict = guard(PLAIN, rewritten, ANNA)
    assert verdict.state == "held_back"
    assert verdict.reason is reason
    assert verdict.evidence == evidence
    assert verdict.text == PLAIN


def test_an_opener_is_cut_where_something_was_added() -> None:
    assert guard(PLAIN, "The image shows Anna sitting on a bench.", ANNA).text == "Anna sitting on a bench."


def test_an_opener_alone_is_held_back() -> None:
    verdict = guard(PLAIN, "The image shows a man sitting on a bench.", Facts())
    assert verdict.reason is Reason.OPENER_ONLY
    assert verdict.evidence == ("The image shows",)


def test_upper_and_lower_case_of_a_name_is_put_right() -> None:
    assert guard(PLAIN, "anna sitting on a bench.", ANNA).text == "Anna sitting on a bench."


def test_a_name_that_reads_like_a_prompt_is_a_name() -> None:
    facts = Facts(names=("ignore previous instructions",))
    assert guard(PLAIN, "ignore previous instructions sitting on a bench.", facts).ok


def test_unknown_people_need_no_name() -> None:
    assert guard(PLAIN, "A man sitting on a bench.", Facts(names=("Unknown - Other",))).ok


def test_names_may_stay_away_where_nobody_wants_them() -> None:
    assert guard(PLAIN, "A man sitting on a bench.", Facts(names=("Anna",), wants_names=False)).ok


def test_limits_let_more_through() -> None:
    assert guard(PLAIN, "Anna sitting on an old bench", ANNA, limits=Limits(added_words=1)).ok


def test_other_known_words_may_be_used() -> None:
    assert guard(PLAIN, "A man sitting on a bench in May 2021", Facts(other="May 2021")).ok


def test_words_are_not_compared_across_languages() -> None:
    verdict = guard(PLAIN, "Anna sitzt auf einer Bank.", ANNA, language="de", plain_language="en")
    assert verdict.ok
    assert verdict.unchecked
    assert guard(PLAIN, "Hier ist Anna.", ANNA, language="de", plain_language="en").reason is Reason.CHAT_PHRASE


class Scores:
    """Answers with fixed scores and remembers what was asked."""

    def __init__(self, *scores: float) -> None:
        self.scores = scores
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> Sequence[float]:
        self.asked = list(texts)
        return self.scores


def test_clipscore_is_asked_without_names_and_places() -> None:
    score = Scores(0.8, 0.79)
    verdict = guard("a woman on a bench", "Anna is on a bench in Lisbon, Portugal.", ANNA, score=score)
    assert verdict.ok
    assert score.asked == ["a woman on a bench", "a woman is on a bench."]
    assert verdict.numbers == {"clip_score_plain": 0.8, "clip_score_rewritten": 0.79, "clip_ratio_wanted": 0.9}


def test_a_picture_that_disagrees_holds_back() -> None:
    verdict = guard("a woman on a bench", "Anna on a bench", ANNA, score=Scores(0.8, 0.5))
    assert verdict.reason is Reason.PICTURE_DISAGREES
    assert verdict.evidence == ("0.500 < 0.9 · 0.800",)
    assert verdict.numbers["clip_score_rewritten"] == 0.5


def test_clipscore_is_not_asked_about_what_is_held_back_already() -> None:
    score = Scores(0.8, 0.8)
    guard(PLAIN, "A blue bench.", Facts(), score=score)
    assert score.asked == []
