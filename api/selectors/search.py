"""Finding photos by words."""

import json

from django.db.models import Exists, F, OuterRef, Q, TextField
from django.db.models.functions import Cast

from api.models import AlbumThing, Caption, Person, Photo, User
from api.models.caption import CaptionState

EXAMPLES = 10


def photos_found(user: User, text: str) -> list[Photo]:
    """Return the user's visible photos in which every word of `text` occurs, newest first, undated last.

    Looked at are the caption, place, camera, keywords and file name; part of a word is enough, and case does not count.
    """
    words = text.split()
    if not words:
        return []
    photos = Photo.objects.of(user).visible().annotate(keyword_text=Cast("keywords", TextField()))
    for word in words:
        photos = photos.filter(_has(word))
    return list(photos.select_related("owner").order_by(F("taken_at").desc(nulls_last=True), "pk"))


def search_examples(user: User) -> list[str]:
    """Return words that find something: hashtags, people, places, cameras of the user's own photos."""
    tags = AlbumThing.objects.filter(owner=user).order_by("-pk").values_list("title", flat=True)[:4]
    people = Person.objects.filter(owner=user).exclude(name="").order_by("-pk").values_list("name", flat=True)[:3]
    recent = list(Photo.objects.of(user).visible().order_by("-taken_at").values_list("location", "camera")[:200])
    places = [place for place, _ in recent if place][:3]
    cameras = [camera for _, camera in recent if camera][:2]
    return list(dict.fromkeys([*tags, *people, *places, *cameras]))[:EXAMPLES]


def _has(word: str) -> Q:
    found = Q()
    for spelling in _spellings(word):
        captions = Caption.objects.filter(photo=OuterRef("pk"), state=CaptionState.ACCEPTED, text__icontains=spelling)
        found |= Exists(captions) | Q(location__icontains=spelling) | Q(camera__icontains=spelling)
        found |= Q(original_name__icontains=spelling) | Q(keyword_text__icontains=spelling)
        # SQLite keeps JSON with other than ASCII letters escaped.
        found |= Q(keyword_text__icontains=json.dumps(spelling)[1:-1])
    return found


def _spellings(word: str) -> set[str]:
    """SQLite knows upper and lower case of ASCII letters only."""
    return {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
