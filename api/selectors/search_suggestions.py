"""What somebody may be about to search for, from their own library only."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from api.lib.prefix_match import folded_words, goes_on
from api.lib.search_words import fold, words_of
from api.models import AlbumThing, AlbumUser, Caption, User
from api.models.caption import CaptionState
from api.selectors.albums_place import place_counts, place_named, places_inside
from api.selectors.persons import persons_named
from api.selectors.photo_groups import most_photos
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
    named = [
        *_named(SuggestionKind.PERSON, persons_named(user), typed, name="name", photos="faces__photo"),
        *_places(user, typed, language),
        *_named(SuggestionKind.HASHTAG, AlbumThing.objects.filter(owner=user), typed, name="title", photos="photos"),
        *_named(SuggestionKind.ALBUM, AlbumUser.objects.filter(owner=user), typed, name="title", photos="photos"),
    ]
    return named + _words(user, text)


def _named(kind: SuggestionKind, rows: QuerySet[Any], typed: list[str], *, name: str, photos: str) -> list[Suggestion]:
    """Names are compared here, since no database folds them as search does; photos are counted of those that fit."""
    fitting = {pk: text for pk, text in rows.values_list("pk", name) if goes_on(text, typed)}
    return _best(kind, fitting, most_photos(rows, fitting, photos=photos, limit=EACH) if fitting else {})


def _places(user: User, typed: list[str], language: str) -> list[Suggestion]:
    inside = places_inside(user)
    names = {album: place_named(album, language=language).known_as() for album in inside}
    fitting = {album: members for album, members in inside.items() if goes_on(names[album], typed)}
    counts = {album.pk: count for album, count in place_counts(fitting).items()} if fitting else {}
    return _best(SuggestionKind.PLACE, {album.pk: text for album, text in names.items()}, counts)


def _best(kind: SuggestionKind, names: dict[int, str], counts: dict[int, int]) -> list[Suggestion]:
    best = sorted(counts, key=lambda pk: (-counts[pk], names[pk].casefold()))[:EACH]
    return [Suggestion(kind, names[pk], pk, counts[pk]) for pk in best]


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
