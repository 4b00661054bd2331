"""Which words of a sentence claim something, and when two forms are the same word."""

from functools import lru_cache

import simplemma

from api.lib.captioning import english, german
from api.lib.captioning.words import SHADOW, Token, tokens_of

LANGUAGES = frozenset(("en", "de"))
FREE_WORDS = {"en": english.FREE_WORDS, "de": german.FREE_WORDS}
OPTIONAL_WORDS = {
    "en": english.FUNCTION_WORDS - english.KEPT_WORDS,
    "de": german.FUNCTION_WORDS - german.KEPT_WORDS,
}
NEGATIONS = {"en": english.NEGATIONS, "de": german.NEGATIONS}
COLOURS = {"en": english.COLOURS, "de": german.COLOURS}
NUMBERS = {"en": english.NUMBERS, "de": german.NUMBERS}
SHORTEST_STEM = 3


def words_that_claim(sentence: str, language: str) -> list[Token]:
    """Return the words that a rewrite may not add: all but FREE_WORDS, negations, numbers and hidden words."""
    return _words_beyond(sentence, FREE_WORDS[language], language)


def words_that_stay(sentence: str, language: str) -> list[Token]:
    """Return the words that a rewrite may not lose: all but most function words, negations, numbers and hidden ones."""
    return _words_beyond(sentence, OPTIONAL_WORDS[language], language)


def _words_beyond(sentence: str, small: frozenset[str], language: str) -> list[Token]:
    return [
        token
        for token in tokens_of(sentence)
        if token.text[0].isalpha()
        and SHADOW not in token.text
        and token.lower not in small | NEGATIONS[language]
        and number_of(token, language) is None
        and not token.lower.endswith("n't")
    ]


def number_of(token: Token, language: str) -> str | None:
    """Return the number that a token is, in digits ("two" → "2"); None for anything else."""
    if token.text[0].isdigit():
        return token.text.strip(".,")
    number = NUMBERS[language].get(token.lower)
    return None if number is None else str(number)


def forms(word: str, language: str) -> frozenset[str]:
    """Return what a word may be counted as: itself, its lemma, its stems. Two words are one when these meet."""
    lower = word.lower()
    parts = [part for part in lower.split("-") if part]
    return frozenset().union(*(_forms(part, language) for part in parts), (lower, lower.replace("-", "")))


def is_known(word: str, known: frozenset[str], language: str) -> bool:
    """Return whether a word is one of those that `known_forms` was made of; of a hyphenated word, every part."""
    lower = word.lower()
    if lower in known or lower.replace("-", "") in known:
        return True
    parts = [part for part in lower.split("-") if part]
    return bool(parts) and all(_forms(part, language) & known for part in parts)


def known_forms(tokens: list[Token], language: str) -> frozenset[str]:
    """Return the forms of all words, and of neighbours written as one ("storm trooper" knows "stormtrooper")."""
    found: set[str] = set()
    for token in tokens:
        found |= forms(token.text, language)
    for first, second in zip(tokens, tokens[1:], strict=False):
        if second.start - first.end <= 1:
            found |= forms(first.lower + second.lower, language)
    return frozenset(found)


@lru_cache(maxsize=4096)
def _forms(word: str, language: str) -> frozenset[str]:
    """The lemma by dictionary, and for English the regular stems, since a gerund may be listed as a noun."""
    found = {word, simplemma.lemmatize(word, lang=language, low_memory=True).lower()}
    if language == "de":
        found.add(simplemma.lemmatize(word.capitalize(), lang=language, low_memory=True).lower())
    else:
        found |= _english_stems(word)
        if word in english.SAME_WORD:
            found.add(english.SAME_WORD[word])
    return frozenset(found)


def _english_stems(word: str) -> set[str]:
    stems = set()
    for ending in ("ing", "ed", "es", "s"):
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < SHORTEST_STEM:
            continue
        stems.add(stem)
        if ending in ("ing", "ed"):
            stems.add(f"{stem}e")
            if stem[-1] == stem[-2]:
                stems.add(stem[:-1])
    if word.endswith(("ies", "ied")) and len(word) > 4:
        stems.add(f"{word[:-3]}y")
    return stems
