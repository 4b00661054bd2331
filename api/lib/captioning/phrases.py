"""Finding the words of a sentence that mean a person: "two young women", "a man and a boy", "a group of people"."""

from dataclasses import dataclass

from api.lib.captioning.grammar import Grammar
from api.lib.captioning.words import Token


@dataclass(frozen=True, slots=True)
class PersonPhrase:
    """Tokens `first` to `last` (exclusive). `count` is None when nobody counted ("a group of people")."""

    first: int
    last: int
    count: int | None
    singular_verb: bool = False
    bare: bool = False
    dative: bool = False


@dataclass(frozen=True, slots=True)
class Mentions:
    """Runs of phrases joined by commas and "and"; `others` are persons that no name may replace."""

    runs: tuple[tuple[PersonPhrase, ...], ...]
    others: tuple[int, ...]


def find_mentions(tokens: list[Token], grammar: Grammar) -> Mentions:
    """Return all mentions of people, from left to right."""
    runs: list[tuple[PersonPhrase, ...]] = []
    others: list[int] = []
    at = 0
    while at < len(tokens):
        run = _run_at(tokens, at, grammar)
        if run:
            runs.append(run)
            at = run[-1].last
            continue
        if tokens[at].lower in grammar.people:
            others.append(at)
        at += 1
    return Mentions(tuple(runs), tuple(others))


def _run_at(tokens: list[Token], at: int, grammar: Grammar) -> tuple[PersonPhrase, ...]:
    phrase = _phrase_at(tokens, at, grammar)
    if phrase is None or (phrase.bare and not _may_be_bare(tokens, at, grammar)):
        return ()
    run = [phrase]
    while (following := _after_joint(tokens, run[-1].last, grammar)) is not None:
        run.append(following)
    return tuple(run)


def _after_joint(tokens: list[Token], at: int, grammar: Grammar) -> PersonPhrase | None:
    """Return the phrase after ",", "and" or ", and" at this place."""
    start = at
    while at < len(tokens) and at - start < 2 and tokens[at].lower in (",", grammar.join):
        at += 1
    if at == start:
        return None
    phrase = _phrase_at(tokens, at, grammar)
    if phrase is not None and phrase.bare and tokens[at - 1].lower != grammar.join:
        return None
    return phrase


def _may_be_bare(tokens: list[Token], at: int, grammar: Grammar) -> bool:
    before = tuple(token.lower for token in tokens[:at])
    return not before or before in grammar.there_is or before in grammar.pictures_of


def _phrase_at(tokens: list[Token], at: int, grammar: Grammar) -> PersonPhrase | None:
    if at >= len(tokens):
        return None
    words = [token.lower for token in tokens]
    return _with_lead(words, at, grammar) or _counted(words, at, grammar) or _single(words, at, grammar)


def _with_lead(words: list[str], at: int, grammar: Grammar) -> PersonPhrase | None:
    for lead in sorted(grammar.leads, key=lambda lead: -len(lead.words)):
        end = at + len(lead.words)
        if tuple(words[at:end]) != lead.words:
            continue
        count = lead.count
        if end < len(words) and (number := _number(words[end], grammar)):
            count, end = number, end + 1
        end = _past_ages(words, end, grammar)
        if end >= len(words) or words[end] not in grammar.plural:
            continue
        dative = words[at] in grammar.dative_leads
        if words[at] in grammar.dative_or_genitive and not _after_preposition(words, at, grammar):
            return None
        return PersonPhrase(at, end + 1, count, singular_verb=lead.singular_verb, dative=dative)
    return None


def _counted(words: list[str], at: int, grammar: Grammar) -> PersonPhrase | None:
    """ "two women", "3 boys", "the two men"."""
    end = at
    if words[end] in grammar.articles and end + 1 < len(words):
        end += 1
    number = _number(words[end], grammar)
    if not number:
        return None
    end = _past_ages(words, end + 1, grammar)
    if end < len(words) and words[end] in grammar.plural:
        return PersonPhrase(at, end + 1, number)
    return None


def _single(words: list[str], at: int, grammar: Grammar) -> PersonPhrase | None:
    """ "a young man", "a couple"; without an article "man", "people", "young children"."""
    has_article = words[at] in grammar.articles
    end = _past_ages(words, at + has_article, grammar)
    if end >= len(words):
        return None
    noun = words[end]
    if has_article:
        genitive = words[at] in grammar.dative_or_genitive and noun in grammar.feminine
        if genitive and not _after_preposition(words, at, grammar):
            return None
        if noun in grammar.pairs:
            return PersonPhrase(at, end + 1, 2, singular_verb=True)
        return PersonPhrase(at, end + 1, 1) if noun in grammar.singular else None
    if noun in grammar.plural:
        return PersonPhrase(at, end + 1, None, bare=True)
    return PersonPhrase(at, end + 1, 1, bare=True) if noun in grammar.singular else None


def _number(word: str, grammar: Grammar) -> int | None:
    if word.isascii() and word.isdigit():
        return int(word) if 2 <= int(word) <= 99 else None
    return grammar.numbers.get(word)


def _past_ages(words: list[str], at: int, grammar: Grammar) -> int:
    """Return where the noun is. An age counts only before another or a noun: German "junge" is also a boy."""
    before_noun = grammar.ages | grammar.people
    while at + 1 < len(words) and words[at] in grammar.ages and words[at + 1] in before_noun:
        at += 1
    return at


def _after_preposition(words: list[str], at: int, grammar: Grammar) -> bool:
    return at > 0 and words[at - 1] in grammar.dative
