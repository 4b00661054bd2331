"""Finding photos by words."""

from dataclasses import dataclass

from api.models import AlbumThing, Person, Photo, User
from api.selectors.search_match import newest_found, ranked_hashes, search_terms

EXAMPLES = 10
MAX_FOUND = 1_000
"""Photos an answer has at most, the newest; the first letters of a word may find the whole library."""
MAX_RANKED = 200
RANKED_AMONG = 1_000
"""Of how many, the newest that fit, the best are chosen."""


@dataclass(frozen=True)
class FoundPage:
    """Photos, newest first, and from where older ones go on; None: there are no more."""

    photos: list[Photo]
    next: int | None


def photos_found_page(user: User, text: str, *, limit: int = MAX_FOUND, before: int | None = None) -> FoundPage:
    """Return the user's newest visible photos in which every word of `text` occurs, undated last.

    Looked at are the caption, else the open drafts; hashtags, keywords, people and place; file name, camera and date.
    Case, accents and endings do not count, and the last word may be the beginning of one. before: `next` of a page.
    """
    terms = search_terms(text)
    found = newest_found(user.pk, terms, limit=limit + 1, before=before) if terms else []
    page = found[:limit]
    return FoundPage(_photos(user, [row.image_hash for row in page]), page[-1].number if len(found) > limit else None)


def photos_found(user: User, text: str) -> list[Photo]:
    """Return the first page, of MAX_FOUND photos at most."""
    return photos_found_page(user, text).photos


def photos_found_ranked(user: User, text: str) -> list[Photo]:
    """Return photos that fit, best first: caption, then subjects, file, drafts. At most MAX_RANKED, chosen among the
    newest RANKED_AMONG."""
    terms = search_terms(text)
    return _photos(user, ranked_hashes(user.pk, terms, limit=MAX_RANKED, among=RANKED_AMONG)) if terms else []


def _photos(user: User, hashes: list[str]) -> list[Photo]:
    photos = Photo.objects.of(user).in_bulk(hashes)
    for photo in photos.values():
        photo.owner = user  # known, so not read with each of them
    return [photos[image_hash] for image_hash in hashes if image_hash in photos]


def search_examples(user: User) -> list[str]:
    """Return words that find something: hashtags, people, places, cameras of the user's own photos."""
    tags = AlbumThing.objects.filter(owner=user).order_by("-pk").values_list("title", flat=True)[:4]
    people = Person.objects.filter(owner=user).exclude(name="").order_by("-pk").values_list("name", flat=True)[:3]
    recent = list(Photo.objects.of(user).visible().order_by("-taken_at").values_list("location", "camera")[:200])
    places = [place for place, _ in recent if place][:3]
    cameras = [camera for _, camera in recent if camera][:2]
    return list(dict.fromkeys([*tags, *people, *places, *cameras]))[:EXAMPLES]
