"""Comparing the words of two sentences: added, lost, counted and denied."""

from collections import Counter

from api.lib.captioning.content import (
    COLOURS,
    NEGATIONS,
    is_known,
    known_forms,
    number_of,
    words_that_claim,
    words_that_stay,
)
from api.lib.captioning.english import ARTICLES as ENGLISH_ARTICLES
from api.lib.captioning.english import PREPOSITIONS as ENGLISH_PREPOSITIONS
from api.lib.captioning.german import ARTICLES as GERMAN_ARTICLES
from api.lib.captioning.german import PREPOSITIONS as GERMAN_PREPOSITIONS
from api.lib.captioning.grammar import grammar_of
from api.lib.captioning.lexicon import word_set
from api.lib.captioning.order import out_of_order
from api.lib.captioning.phrases import find_mentions
from api.lib.captioning.verdict import Facts, Finding, Limits, Reason
from api.lib.captioning.words import SHADOW, Token, shadowed, tokens_of

SMALL = ENGLISH_ARTICLES | ENGLISH_PREPOSITIONS | GERMAN_ARTICLES | GERMAN_PREPOSITIONS
BEFORE_NAME = word_set("named called namens")
BEFORE_PLACE = word_set("located situated taken photographed seen city town village region aufgenommen")


class WordCheck:
    """The words of a rewritten sentence against the plain one and the facts; all three in one language."""

    def __init__(self, plain: str, text: str, facts: Facts, language: str) -> None:
        self.language = language
        self.facts = facts
        self.plain = plain
        self.plain_tokens = tokens_of(plain)
        self.plain_words = words_that_stay(plain, language)
        hidden = shadowed(text, facts.names, ignore_case=True)
        self.has_names = SHADOW in hidden
        self.hidden = hidden
        self.tokens = tokens_of(hidden)
        self.words = words_that_claim(hidden, language)
        self.from_plain = known_forms(words_that_claim(plain, language), language)
        self.from_place = known_forms(words_that_claim(facts.place, language), language)
        self.from_other = known_forms(words_that_claim(facts.other, language), language)

    @property
    def says_more(self) -> bool:
        """Return whether a name, the place or another known fact was added to the plain sentence."""
        facts = self.from_place | self.from_other
        return self.has_names or any(
            is_known(token.text, facts, self.language) and not is_known(token.text, self.from_plain, self.language)
            for token in self.words
        )

    def findings(self, limits: Limits) -> list[Finding]:
        """Return everything that differs beyond the limits."""
        added = self._added()
        colours = [token for token in added if token.lower in COLOURS[self.language]]
        names = [token for token in added if token not in colours and self._looks_like_name(token)]
        words = [token for token in added if token not in colours and token not in names]
        found = [
            (Reason.NAME_UNKNOWN, [token.text for token in names]),
            (Reason.NEGATION_CHANGED, self._negations()),
            (Reason.NUMBER_CHANGED, self._numbers()),
            (Reason.COLOUR_ADDED, [token.text for token in colours]),
            (Reason.WORD_ADDED, [token.text for token in words] if len(words) > limits.added_words else []),
        ]
        lost = self._lost()
        found.append((Reason.WORD_LOST, lost if len(lost) > limits.lost_words else []))
        found.append((Reason.WORD_REPEATED, self._repeated()))
        found.append((Reason.ORDER_CHANGED, self._out_of_order() if not lost else []))
        return [Finding(reason, tuple(dict.fromkeys(evidence))) for reason, evidence in found if evidence]

    def _added(self) -> list[Token]:
        known = self.from_plain | self.from_place | self.from_other
        added = []
        for at, token in enumerate(self.words):
            if is_known(token.text, known, self.language) or self._is_connector(token):
                continue
            following = self.words[at + 1] if at + 1 < len(self.words) else None
            before = self.words[at - 1] if at else None
            if any(f"{first.lower}{second.lower}" in known for first, second in _pairs(before, token, following)):
                continue  # "storm trooper" for "stormtrooper"
            added.append(token)
        return added

    def _is_connector(self, token: Token) -> bool:
        """ "named" before a known name, "located in" before the known place."""
        after = self.tokens[self.tokens.index(token) + 1 :]
        if token.lower in BEFORE_NAME:
            return bool(after) and SHADOW in after[0].text
        if token.lower not in BEFORE_PLACE or not self.from_place:
            return False
        target = next((word for word in after if word.lower not in SMALL and not word.text[0].isdigit()), None)
        steps = after.index(target) if target else 0
        return target is not None and 0 < steps <= 3 and is_known(target.text, self.from_place, self.language)

    def _looks_like_name(self, token: Token) -> bool:
        at = self.tokens.index(token)
        before = self.tokens[at - 1].lower if at else ""
        if before in BEFORE_NAME:
            return True
        return self.language == "en" and bool(before) and before not in ".!?" and token.text[0].isupper()

    def _lost(self) -> list[str]:
        """Words of person phrases may go where names stand for them; all others must stay."""
        kept = known_forms(words_that_stay(self.hidden, self.language), self.language) | self._name_words()
        replaceable = self._replaceable()
        pieces = {
            piece
            for first, second in zip(self.plain_words, self.plain_words[1:], strict=False)
            if f"{first.lower}{second.lower}" in kept
            for piece in (first, second)
        }
        return [
            token.text
            for token in self.plain_words
            if token not in pieces and token not in replaceable and not is_known(token.text, kept, self.language)
        ]

    def _name_words(self) -> frozenset[str]:
        """A word of the plain sentence may have become part of a known name or stand in it."""
        return frozenset(token.lower for name in self.facts.names for token in tokens_of(name))

    def _replaceable(self) -> set[Token]:
        grammar = grammar_of(self.language)
        if grammar is None or not self.has_names:
            return set()
        runs = find_mentions(self.plain_tokens, grammar).runs
        return {token for run in runs for token in self.plain_tokens[run[0].first : run[-1].last]}

    def _out_of_order(self) -> list[str]:
        kept = {token.lower for token in self.tokens}
        persons = self._replaceable()
        said_again = any(token.lower in kept for token in persons if token in self.plain_words)
        return out_of_order(self.plain, self.hidden, set() if said_again else persons, self.language)

    def _repeated(self) -> list[str]:
        """Return words that the rewritten sentence says more often than the plain one, though no fact holds them."""
        before = Counter(token.lower for token in words_that_claim(self.plain, self.language))
        after = Counter(token.lower for token in self.words)
        facts = self.from_place | self.from_other
        return [word for word, count in after.items() if count > max(1, before[word]) and word not in facts]

    def _numbers(self) -> list[str]:
        replaceable = self._replaceable()
        had = [(number_of(token, self.language), token in replaceable) for token in self.plain_tokens]
        has = [number for token in self.tokens if (number := number_of(token, self.language)) is not None]
        must = Counter(number for number, optional in had if number is not None and not optional)
        may = {number for number, _optional in had if number is not None} | self._known_numbers()
        added = [number for number in has if number not in may]
        return [*added, *(must - Counter(has))]

    def _known_numbers(self) -> set[str]:
        known = tokens_of(f"{self.facts.place} {self.facts.other}")
        return {number for token in known if (number := number_of(token, self.language)) is not None}

    def _negations(self) -> list[str]:
        before, after = (
            Counter("no" for token in tokens if _denies(token, self.language))
            for tokens in (self.plain_tokens, self.tokens)
        )
        if before == after:
            return []
        tokens = [*self.plain_tokens, *self.tokens]
        return [token.text for token in tokens if _denies(token, self.language)]


def _denies(token: Token, language: str) -> bool:
    return token.lower in NEGATIONS[language] or token.lower.endswith("n't")


def _pairs(before: Token | None, token: Token, following: Token | None) -> list[tuple[Token, Token]]:
    return [(first, second) for first, second in ((before, token), (token, following)) if first and second]
