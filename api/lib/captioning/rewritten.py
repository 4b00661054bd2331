"""What of a language model's answer may be offered: the sentence by the guard, keywords only of known words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from api.lib.captioning import english, german
from api.lib.captioning.guard import guard
from api.lib.captioning.taste import Length, Taste, Tone
from api.lib.captioning.verdict import Facts, Limits, Score, Verdict
from api.lib.captioning.words import tokens_of
from api.lib.captioning.written import Written

WARM_WORDS = {"en": english.WARM_WORDS, "de": german.WARM_WORDS}
NO_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict, the keywords that hold no word of the model's own, and the sentence as it was written."""

    verdict: Verdict
    rewritten: str
    keywords: tuple[str, ...] = ()

    @property
    def scores(self) -> dict[str, float]:
        """The guard's numbers, and `clip`: how well the rewritten sentence fits, without names and place."""
        numbers = self.verdict.numbers
        after = numbers.get("clip_score_rewritten")
        return numbers if after is None else {**numbers, "clip": after}

    def without_picture(self, why: str) -> "Judged":
        """Return the same, saying that the picture was not looked at; as it is when `why` is empty."""
        if not why or not self.verdict.ok:
            return self
        return replace(self, verdict=replace(self.verdict, unchecked=(*self.verdict.unchecked, why)))


def judged(
    plain: str,
    written: Written,
    facts: Facts,
    taste: Taste,
    *,
    language: str,
    plain_language: str,
    limits: Limits,
    score: Score | None = None,
) -> Judged:
    """Return what to make of an answer. What the taste asks for is allowed: a short sentence may lack words, a warm one
    may have those of WARM_WORDS. Names, places and all else are checked as ever."""
    if taste.length is Length.SHORT:
        limits = replace(limits, lost_words=NO_LIMIT)
    allowed = facts
    if taste.tone is Tone.WARM and language in WARM_WORDS:
        allowed = replace(facts, other=" ".join((facts.other, *sorted(WARM_WORDS[language]))))
    verdict = guard(
        plain, written.caption, allowed, language=language, plain_language=plain_language, limits=limits, score=score
    )
    known = (verdict.text, *facts.names, facts.place, facts.other)
    return Judged(verdict, written.caption, known_keywords(written.keywords, known))


def known_keywords(keywords: Sequence[str], texts: Sequence[str]) -> tuple[str, ...]:
    """Return the keywords all of whose words stand in one of the texts; each once, whatever its case."""
    known = {token.lower for text in texts for token in tokens_of(text)}
    kept = {
        word.casefold(): word.strip(" #.,")
        for word in reversed(keywords)
        if any(character.isalnum() for character in word)
        and all(token.lower in known for token in tokens_of(word.strip(" #.,")))
    }
    return tuple(reversed(kept.values()))


def with_hashtags(text: str, keywords: Sequence[str]) -> str:
    """Return the sentence with its keywords as hashtags at the end: "golden gate" becomes #GoldenGate."""
    tags = ("".join(c for c in _one_word(word) if c.isalnum() or c == "_") for word in keywords)
    return " ".join([text, *(f"#{tag}" for tag in tags if tag)])


def _one_word(words: str) -> str:
    parts = words.split()
    return words if len(parts) == 1 else "".join(part[:1].upper() + part[1:] for part in parts)
