"""What is known, said in the captioner's sentence: names, place and date, by rules alone and without guessing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from api.lib.captioning.grammar import Grammar, grammar_of
from api.lib.captioning.naming import Replacement, replacement_for
from api.lib.captioning.phrases import find_mentions
from api.lib.captioning.words import FINAL_MARKS, first_sentence_end, joined, shadowed, tokens_of, whole

GERMAN_RELATIVE = re.compile(r",\s+(?:der|die|das|dem|den|deren|dessen)\b[^,]*$", re.IGNORECASE)


class Naming(StrEnum):
    """What became of the names."""

    NONE = "none"  # nobody to name
    PRESENT = "present"  # all stood there already
    REPLACED = "replaced"  # in the place of a phrase such as "two women"
    APPENDED = "appended"  # at the end, because no phrase fitted


@dataclass(frozen=True, slots=True)
class Merged:
    """The sentence, and what was done: the words that names replaced, and whether place and date were added."""

    text: str
    naming: Naming = Naming.NONE
    replaced: str = ""
    place_added: bool = False
    date_added: bool = False


def merge(
    text: str,
    *,
    names: Sequence[str] = (),
    place: str = "",
    place_words: Sequence[str] = (),
    date: str = "",
    unnamed_faces: int = 0,
    language: str = "en",
) -> Merged:
    """Return the sentence with names (left to right), a closing place phrase and a closing date phrase.

    Names replace a generic person phrase only where their number fits it, otherwise they close the sentence (", with
    A and B"). With `unnamed_faces` on the photo a counted phrase fits nobody: the man may be the one without a
    name. A place is left out when one of `place_words` is in the sentence already. Merging twice changes nothing more;
    a language without a grammar here is given back as it came.
    """
    grammar = grammar_of(language)
    if grammar is None or not FINAL_MARKS.sub("", text):
        return Merged(text)
    missing = [name for name in names if not is_named(text, name, grammar)]
    naming = Naming.PRESENT if names else Naming.NONE
    replaced, tail = "", ""
    if missing:
        replacement = _replacement(text, missing, names, grammar, guess=unnamed_faces > 0)
        if replacement is not None:
            naming, replaced, text = Naming.REPLACED, replacement.phrase, replacement.text
        else:
            naming, tail = Naming.APPENDED, f", {grammar.append} {joined(missing, grammar.join)}"
    wants_place = bool(place) and not _is_said(text, place, place_words, names)
    wants_date = bool(date) and not whole(date).search(text)
    hidden = (*names, place, date, *place_words)
    closing = _closing(text, place if wants_place else "", date if wants_date else "", place, hidden)
    end = first_sentence_end(text, hidden)
    return Merged(text[:end] + closing + tail + text[end:], naming, replaced, wants_place, wants_date)


def is_named(text: str, name: str, grammar: Grammar) -> bool:
    """Return whether the sentence holds the name as whole words, in its own spelling.

    A name that is spelled like a small word ("A", "Will") counts only where no noun follows: not in "A dog".
    """
    small = name.lower() in grammar.articles or name.lower() in grammar.after
    for match in whole(name).finditer(text):
        following = tokens_of(text[match.end() :])
        if not small or not following or not following[0].text[0].isalnum() or following[0].lower in grammar.after:
            return True
    return False


def _replacement(
    text: str, missing: list[str], names: Sequence[str], grammar: Grammar, *, guess: bool
) -> Replacement | None:
    """Return the sentence with the missing names in the place of its only person phrase; None where none fits.

    `guess`: there are more people than names, so that naming a counted phrase would be one.
    """
    present = [name for name in names if name not in missing]
    end = first_sentence_end(text, names)
    shadow = shadowed(text[:end], present)
    tokens = tokens_of(shadow)
    mentions = find_mentions(tokens, grammar)
    if mentions.others or len(mentions.runs) != 1:
        return None
    if guess and any(phrase.count is not None for phrase in mentions.runs[0]):
        return None
    replacement = replacement_for(text[:end], tokens, mentions.runs[0], missing, grammar)
    if replacement is None or not all(is_named(replacement.text, name, grammar) for name in names):
        return None
    return Replacement(replacement.text + text[end:], replacement.phrase)


def _is_said(text: str, phrase: str, words: Sequence[str], names: Sequence[str]) -> bool:
    if whole(phrase).search(text):
        return True
    without_names = shadowed(text, names)
    return any(whole(word, ignore_case=True).search(without_names) for word in words if word)


def _closing(text: str, place: str, date: str, known_place: str, hidden: Sequence[str]) -> str:
    """Return the words that go before the final stop, with the commas that they need."""
    sentence = text[: first_sentence_end(text, hidden)]
    closing = ""
    if place:
        closing = f", {place}" if GERMAN_RELATIVE.search(sentence) else f" {place}"
    if date:
        after_comma = "," in (place or known_place) and (place or sentence.endswith(known_place))
        closing += f", {date}" if after_comma else f" {date}"
    return closing
