"""Putting names in the place of a person phrase, with verb, relative clause and list kept right."""

from dataclasses import dataclass

from api.lib.captioning.grammar import Grammar
from api.lib.captioning.phrases import PersonPhrase
from api.lib.captioning.words import Token, joined


@dataclass(frozen=True, slots=True)
class Replacement:
    """The new sentence and the words that the names replaced."""

    text: str
    phrase: str


@dataclass(frozen=True, slots=True)
class _Spot:
    """A run of person phrases in its sentence."""

    words: list[str]
    first: int
    last: int
    phrases: tuple[PersonPhrase, ...]

    @property
    def previous(self) -> str:
        return self.words[self.first - 1] if self.first else ""

    @property
    def next(self) -> str:
        return self.words[self.last] if self.last < len(self.words) else ""

    @property
    def rest(self) -> list[str]:
        return self.words[self.last :]


def replacement_for(
    sentence: str, tokens: list[Token], run: tuple[PersonPhrase, ...], names: list[str], grammar: Grammar
) -> Replacement | None:
    """Return the sentence with `names` for the run of phrases; None where that would be a guess or bad grammar."""
    counts = [phrase.count for phrase in run]
    counted = all(count is not None for count in counts)
    if counted and sum(count or 0 for count in counts) != len(names):
        return None
    if not counted and any(count is not None for count in counts):
        return None  # "a man and some children": who is who?
    spot = _Spot([token.lower for token in tokens], run[0].first, run[-1].last, run)
    if not _is_safe(spot, grammar, counted=counted):
        return None
    start, end = tokens[spot.first].start, tokens[spot.last - 1].end
    phrase = sentence[start:end]
    said = _said(spot, names, grammar, counted=counted)
    if said is None:
        return None
    if tuple(spot.words[: spot.first]) in grammar.there_is:
        if any(word in grammar.auxiliaries for word in spot.rest) and spot.next not in grammar.relatives:
            return None
        start = 0
    after = ""
    if counted and spot.next in grammar.relatives:
        if sum(word in grammar.auxiliaries for word in spot.rest) > 1:
            return None  # "a man who is old is sitting": where the clause ends is a guess
        after, end = f", {'whose' if spot.next == 'whose' else 'who'}", tokens[spot.last].end
    elif _turns_plural(spot, names, counted=counted) and _finite_words(spot, grammar):
        if spot.next not in grammar.plural_verbs or len(_finite_words(spot, grammar)) > 1:
            return None
        after, end = f" {grammar.plural_verbs[spot.next]}", tokens[spot.last].end
    if counted and len(names) > 1 and _ends_short_list(spot, grammar):
        before = sentence[: tokens[spot.first - 1].start].rstrip(" ,")
        return Replacement(f"{before}, {said}{after}{sentence[end:]}", phrase)
    return Replacement(sentence[:start] + said + after + sentence[end:], phrase)


def _said(spot: _Spot, names: list[str], grammar: Grammar, *, counted: bool) -> str | None:
    """Return the names as a list that goes on in the sentence: "A and B", "A, B" before "and a dog"."""
    goes_on = spot.next == grammar.join and spot.last + 1 < len(spot.words)
    if not counted:
        others = grammar.others_dative if spot.phrases[0].dative else grammar.others
        return None if goes_on else joined([*names, others], grammar.join)
    if goes_on and len(names) > 1 and spot.words[spot.last + 1] in grammar.starts_a_thing:
        return ", ".join(names)
    return joined(names, grammar.join)


def _is_safe(spot: _Spot, grammar: Grammar, *, counted: bool) -> bool:
    """Return whether the phrase is really a person here: no compound, no statue, no "like a man"."""
    if spot.previous in grammar.not_before:
        return False
    if _is_depicted(spot.words[: spot.first], grammar):
        return False
    if spot.next == "'s":
        return counted
    if not spot.next or not spot.next[0].isalnum() or spot.next in grammar.after:
        return True
    plural = any(phrase.count != 1 for phrase in spot.phrases) or len(spot.phrases) > 1
    return plural and spot.next in grammar.plural_only_verbs


def _is_depicted(before: list[str], grammar: Grammar) -> bool:
    """ "a statue of a man" is nobody whom a face could name; "a photo of a man" is, at the sentence's start."""
    if tuple(before) in grammar.pictures_of or not before or before[-1] not in ("of", "von", "showing", "with", "mit"):
        return False
    return any(word in grammar.depictions for word in before[-3:-1])


def _turns_plural(spot: _Spot, names: list[str], *, counted: bool) -> bool:
    return len(spot.phrases) == 1 and spot.phrases[0].singular_verb and (len(names) > 1 or not counted)


def _finite_words(spot: _Spot, grammar: Grammar) -> list[str]:
    """Return the singular verbs of the sentence that may belong to the phrase."""
    return [
        word
        for at, word in enumerate(spot.words)
        if not spot.first <= at < spot.last
        and word in grammar.plural_verbs
        and (at == spot.last or word in grammar.auxiliaries or spot.words[at - 1] not in grammar.before_nouns)
    ]


def _ends_short_list(spot: _Spot, grammar: Grammar) -> bool:
    """ "a dog and two women": the names go on with a comma, "a dog, A and B"; not after a whole clause."""
    return spot.previous == grammar.join and spot.first <= 4 and spot.words[0] in grammar.starts_a_thing
