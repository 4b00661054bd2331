"""What somebody may be about to search for, from their own library only."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from api.lib.prefix_match import folded_words, goes_on
from api.lib.search_words import fold, words_of
from api.models import Caption, User
from api.models.caption import CaptionState
from api.selectors.albums_place import place_albums
from api.selectors.albums_thing import thing_albums
from api.selectors.albums_user import user_albums
from api.selectors.persons import persons_of
from api.selectors.search_match import newest_found, search_terms

EACH = 4
"""Suggestions of one kind."""
CAPTIONS = 200
"""The newest photos that fit so far, whose captions are looked at for words."""


class SuggestionKind(StrEnum):
    """`word`: text to search for; the others have a page of their own."""

    PERSON = "person"
    PLACE = "place"
    HASHTAG = "hashtag"
    ALBUM = "album"
    WORD = "word"


@dataclass(frozen=True)
class Suggestion:
    """`id` is the person's or album's, None of a word; `count` is the number of photos, None of a word."""

    kind: SuggestionKind
    text: str
    id: int | None = None
    count: int | None = None


def search_suggestions(user: User, text: str, *, language: str) -> list[Suggestion]:
    """Return what goes on `text`: people, places, hashtags and albums, those with most photos first, then words.

    Words come from the accepted captions of photos in which the words before occur, the most frequent first; `text` of
    such a suggestion is the whole search.
    """
    typed = folded_words(text)
    if not typed:
        return []
    found = []
    for named in (_people(user), _places(user, language), _hashtags(user), _albums(user)):
        fitting = [one for one in named if goes_on(one.text, typed)]
        found += sorted(fitting, key=lambda one: (-(one.count or 0), one.text.casefold()))[:EACH]
    return found + _words(user, text)


def _people(user: User) -> Iterator[Suggestion]:
    for person in persons_of(user):
        count: int = person.face_count  # type: ignore[attr-defined]
        if count:
            yield Suggestion(SuggestionKind.PERSON, person.name, person.pk, count)


def _places(user: User, language: str) -> Iterator[Suggestion]:
    for found in place_albums(user, language=language):
        yield Suggestion(SuggestionKind.PLACE, found.place.known_as(), found.album.pk, found.count)


def _hashtags(user: User) -> Iterator[Suggestion]:
    for found in thing_albums(user):
        yield Suggestion(SuggestionKind.HASHTAG, found.album.title, found.album.pk, found.count)


def _albums(user: User) -> Iterator[Suggestion]:
    for found in user_albums(user):
        yield Suggestion(SuggestionKind.ALBUM, found.album.title, found.album.pk, found.count)


def _words(user: User, text: str) -> list[Suggestion]:
    beginning = list(words_of(text))[-1]
    before = text[: len(text) - len(beginning)]
    # A finished word is no beginning of another one, and the rest of a hashtag no word by itself.
    if not text.lower().endswith(beginning) or (before and not before[-1].isspace()):
        return []
    hashes = [row.image_hash for row in newest_found(user.pk, search_terms(text), limit=CAPTIONS)]
    captions = Caption.objects.filter(photo__in=hashes, state=CaptionState.ACCEPTED).values_list("text", flat=True)
    words = Counter(word for caption in captions for word in _plain_words(caption) if _goes_on(word, fold(beginning)))
    best = sorted(words, key=lambda word: (-words[word], word))[:EACH]
    return [Suggestion(SuggestionKind.WORD, before + word) for word in best]


def _plain_words(caption: str) -> set[str]:
    """Hashtags are offered as such."""
    return set(words_of(" ".join(part for part in caption.split() if not part.startswith("#"))))


def _goes_on(word: str, beginning: str) -> bool:
    folded = fold(word)
    return folded.startswith(beginning) and folded != beginning
