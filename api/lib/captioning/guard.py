"""Whether a rewritten sentence may be offered: only what the plain one and the known facts hold, and all of it."""

import difflib

from api.lib.captioning.compare import WordCheck
from api.lib.captioning.content import LANGUAGES
from api.lib.captioning.leaks import addresses, chatted, leaked
from api.lib.captioning.neutral import neutralised
from api.lib.captioning.verdict import Facts, Finding, Limits, Reason, Score, Verdict
from api.lib.captioning.words import shadowed, tokens_of, whole
from api.lib.tidy import without_opener

QUOTES = '"“”„«»'
NEAR_MISS = 0.75  # of difflib's ratio: "Niaaz" is meant to be "Niaz", "Anna" is no "Anton"
# Where words cannot be compared, a translation is at most so much longer than what there is to say. German and Finnish
# need a fifth more letters than English; what goes beyond this was made up.
LONGEST_RATIO = 2.0
LONGEST_MORE = 40  # characters, for short sentences
OTHER_LANGUAGE = "words: written in another language"


def guard(
    plain: str,
    rewritten: str,
    facts: Facts,
    *,
    language: str = "en",
    plain_language: str = "",
    limits: Limits | None = None,
    score: Score | None = None,
) -> Verdict:
    """Return whether `rewritten` may be offered in place of `plain`. Pure but for `score`.

    `language` is that of the rewritten sentence, `plain_language` the captioner's where it differs. `score` is asked
    once, and only about a sentence that is sound otherwise.
    """
    limits = limits or Limits()
    rewritten = rewritten.strip().strip(QUOTES).strip()
    text = with_exact_names(without_opener(rewritten), facts.names)
    if not any(character.isalnum() for character in rewritten):
        return Verdict(plain, (Finding(Reason.EMPTY),))
    findings = _phrase_findings(plain, rewritten, facts) + _name_findings(plain, text, facts)
    unchecked: tuple[str, ...] = ()
    if language in LANGUAGES and language == (plain_language or language):
        words = WordCheck(plain, text, facts, language)
        findings += words.findings(limits)
        if without_opener(rewritten) != rewritten and not words.says_more:
            findings.append(Finding(Reason.OPENER_ONLY, (_opening(rewritten, text),)))
    else:
        unchecked = (OTHER_LANGUAGE,)
        findings += _length_findings(plain, text, facts)
    findings.sort(key=lambda finding: list(Reason).index(finding.reason))
    numbers: dict[str, float] = {}
    if not findings and score is not None:
        findings, numbers = _compared(plain, text, facts, language, limits, score)
    return Verdict(plain if findings else text, tuple(findings), numbers, unchecked)


def with_exact_names(text: str, names: tuple[str, ...]) -> str:
    """Return the text with every name in its own upper and lower case: "niaz" → "Niaz"."""
    for name in sorted(names, key=len, reverse=True):
        if not whole(name).search(text):
            text = whole(name, ignore_case=True).sub(lambda _match, name=name: name, text)  # type: ignore[misc]
    return text


def _phrase_findings(plain: str, rewritten: str, facts: Facts) -> list[Finding]:
    """Names are hidden first: a person may be called "ignore previous instructions"."""
    without_names = shadowed(rewritten, facts.names, ignore_case=True)
    found = (
        (Reason.PROMPT_LEAKED, leaked(without_names, plain=plain)),
        (Reason.CHAT_PHRASE, chatted(without_names, plain=plain)),
        (Reason.ADDRESS, addresses(without_names, plain=f"{plain} {facts.other}", place=facts.place)),
    )
    return [Finding(reason, evidence) for reason, evidence in found if evidence]


def _length_findings(plain: str, text: str, facts: Facts) -> list[Finding]:
    known = sum(map(len, (plain, *facts.names, facts.place, facts.other)))
    longest = int(LONGEST_RATIO * known) + LONGEST_MORE
    return [Finding(Reason.TOO_LONG, (f"{len(text)} > {longest} characters",))] if len(text) > longest else []


def _name_findings(plain: str, text: str, facts: Facts) -> list[Finding]:
    if not facts.wants_names:
        return []
    missing = [name for name in facts.names if not whole(name).search(text)]
    changed = [(name, near) for name in missing if (near := _near_miss(name, plain, text, facts))]
    findings = []
    if changed:
        findings.append(Finding(Reason.NAME_CHANGED, tuple(f"{name} → {near}" for name, near in changed)))
    gone = tuple(name for name in missing if name not in dict(changed))
    return findings + ([Finding(Reason.NAME_MISSING, gone)] if gone else [])


def _near_miss(name: str, plain: str, text: str, facts: Facts) -> str:
    """Return the words of the text that look like the name or are a part of it; empty where there are none."""
    known = {token.lower for token in tokens_of(f"{plain} {facts.place} {facts.other}")}
    known |= {token.lower for other in facts.names if other != name for token in tokens_of(other)}
    parts = [token.lower for token in tokens_of(name)]
    words = [token for token in tokens_of(text) if token.lower not in known]
    for word in words:
        if word.lower in parts or difflib.SequenceMatcher(None, word.lower, name.lower()).ratio() >= NEAR_MISS:
            return word.text
    return ""


def _opening(rewritten: str, text: str) -> str:
    return rewritten[: max(0, len(rewritten) - len(text))].strip()


def _compared(
    plain: str, text: str, facts: Facts, language: str, limits: Limits, score: Score
) -> tuple[list[Finding], dict[str, float]]:
    """Compare how well both sentences fit the picture, without names and places."""
    sentences = [
        neutralised(sentence, names=facts.names, place=facts.place, plain=plain, language=language)
        for sentence in (plain, text)
    ]
    scores = score(sentences)
    if scores is None:
        return [], {}
    before, after = scores
    numbers = {"clip_score_plain": before, "clip_score_rewritten": after, "clip_ratio_wanted": limits.clip_ratio}
    if after >= before * limits.clip_ratio:
        return [], numbers
    return [Finding(Reason.PICTURE_DISAGREES, (f"{after:.3f} < {limits.clip_ratio:g} · {before:.3f}",))], numbers
