"""Finding photos by words."""

from django.db.models import F

from api.models import AlbumThing, Person, Photo, User
from api.selectors.search_match import matching_hashes, ranked_hashes, search_terms

EXAMPLES = 10
MAX_FOUND = 5_000
"""Photos an answer has at most, the newest; the first letters of a word may find the whole library."""
MAX_RANKED = 200


def photos_found(user: User, text: str) -> list[Photo]:
    """Return the user's visible photos in which every word of `text` occurs, newest first, undated last.

    Looked at are the caption, else the open drafts; hashtags, keywords, people and place; file name, camera and date.
    Case, accents and endings do not count, and the last word may be the beginning of one. At most MAX_FOUND.
    """
    terms = search_terms(text)
    if not terms:
        return []
    # The index knows the owner: asked for here again, SQLite would read the library and look each photo up in it.
    photos = Photo.objects.visible().filter(pk__in=matching_hashes(user.pk, terms)).select_related("owner")
    return list(photos.order_by(F("taken_at").desc(nulls_last=True), "pk")[:MAX_FOUND])


def photos_found_ranked(user: User, text: str) -> list[Photo]:
    """Return the same photos, what fits best first: caption, then subjects, file, drafts. At most MAX_RANKED."""
    terms = search_terms(text)
    if not terms:
        return []
    hashes = ranked_hashes(user.pk, terms, limit=MAX_RANKED)
    photos = Photo.objects.of(user).visible().select_related("owner").in_bulk(hashes)
    return [photos[image_hash] for image_hash in hashes if image_hash in photos]


def search_examples(user: User) -> list[str]:
    """Return words that find something: hashtags, people, places, cameras of the user's own photos."""
    tags = AlbumThing.objects.filter(owner=user).order_by("-pk").values_list("title", flat=True)[:4]
    people = Person.objects.filter(owner=user).exclude(name="").order_by("-pk").values_list("name", flat=True)[:3]
    recent = list(Photo.objects.of(user).visible().order_by("-taken_at").values_list("location", "camera")[:200])
    places = [place for place, _ in recent if place][:3]
    cameras = [camera for _, camera in recent if camera][:2]
    return list(dict.fromkeys([*tags, *people, *places, *cameras]))[:EXAMPLES]
