"""Whether the words of a rewritten sentence stand in the order of the plain one.

"a dog chasing a cat" is no cat chasing a dog, and a blue car and a red truck are no red car and a blue truck.
"""

from dataclasses import dataclass

from api.lib.captioning import english, german
from api.lib.captioning.content import forms, words_that_claim
from api.lib.captioning.words import SHADOW, Token, tokens_of

VERBS = english.GERUNDS | frozenset(english.PLURAL_OF_VERB) | frozenset(german.PLURAL_OF_VERB)
DIRECTIONS = english.DIRECTIONS
LINKS = english.ARTICLES | german.ARTICLES | frozenset(("and", "und", ","))


@dataclass(frozen=True, slots=True)
class _Mark:
    """A word that claims something and its place among the tokens; a person has SHADOW for its form."""

    word: str
    at: int
    forms: frozenset[str]


def out_of_order(plain: str, rewritten: str, persons: set[Token], language: str) -> list[str]:
    """Return the words of `plain` that changed places; of words that stand once in each sentence.

    `persons` are the tokens of phrases that names replaced; they count as one, and so do the names (shadowed in
    `rewritten`). A single swap within a list ("umbrellas and chairs") or of neighbours ("cars parked") is none.
    """
    before, after = _marks(plain, persons, language), _marks(rewritten, set(), language)
    places = [(_partner(mark, after), mark) for mark in before if _partner(mark, before) is mark]
    found = [(partner, mark) for partner, mark in places if partner is not None]
    swapped = [(one, two) for one, two in zip(found, found[1:], strict=False) if one[0].at > two[0].at]
    if len(swapped) == 1:
        if _directions_swapped(found):
            return []
        (first_after, first), (second_after, second) = swapped[0]
        if _interchangeable(plain, first.at, second.at, before) and _interchangeable(
            rewritten, second_after.at, first_after.at, after
        ):
            return []
    return [mark.word for pair in swapped for _partner_mark, mark in pair]


def _marks(sentence: str, persons: set[Token], language: str) -> list[_Mark]:
    claims = {token.start for token in words_that_claim(sentence, language)}
    marks: list[_Mark] = []
    for at, token in enumerate(tokens_of(sentence)):
        if SHADOW in token.text or token in persons:
            if not marks or marks[-1].forms != {SHADOW}:
                marks.append(_Mark("(person)", at, frozenset((SHADOW,))))
        elif token.start in claims:
            marks.append(_Mark(token.text, at, forms(token.text, language)))
    return marks


def _partner(mark: _Mark, marks: list[_Mark]) -> _Mark | None:
    """Return the only mark that is the same word; None where there are none or several."""
    same = [other for other in marks if other.forms & mark.forms]
    return same[0] if len(same) == 1 else None


def _directions_swapped(found: list[tuple[_Mark, _Mark]]) -> bool:
    """Return whether two ways of one movement changed places: "jumping off a dock into a lake".

    Where to and where from belong to the verb in any order; a place ("on a bench") might belong to the noun before it.
    """
    after = [partner.at for partner, _mark in found]
    second = next(at for at in range(1, len(after)) if after[at] < after[at - 1])
    first = next(at for at in range(second) if after[at] > after[second])
    moved = after[second:] + after[first:second]
    before = {mark.word.lower() for _partner, mark in found[max(0, first - 2) : first]}  # the verb, and what it moves
    return (
        bool(before & VERBS)
        and all(found[at][1].word.lower() in DIRECTIONS for at in (first, second))
        and moved == sorted(moved)
    )


def _interchangeable(sentence: str, first: int, second: int, marks: list[_Mark]) -> bool:
    """Return whether two words are neighbours, or a list of two of which none is described."""
    tokens = tokens_of(sentence)
    between = [token.lower for token in tokens[first + 1 : second]]
    if not between:
        return True
    described = {mark.at for mark in marks if tokens[mark.at].lower not in VERBS}
    return all(word in LINKS for word in between) and first - 1 not in described and second + 1 not in described
