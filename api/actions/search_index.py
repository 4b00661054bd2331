"""Keep what photos are found by up to date.

Every action that changes a text of a photo calls `photo_index` in its transaction. Being hidden, in the trash or
missing is no part of the index: searching looks at the photo for that.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from babel.dates import get_month_names
from django.db import transaction
from django.db.models import Q

from api.lib.captioning.places import place_at
from api.lib.search_words import WORDS_VERSION, indexed
from api.models import Photo, PhotoSearch
from api.models.caption import CaptionState
from api.models.photo import PhotoState

BATCH = 500
MAX_WORDS = 4_000
"""Forms a field; a caption of the greatest length has fewer words. PostgreSQL takes 1 MB a photo."""
LANGUAGES = ("en", "de")
FIELDS = ("owner", "version", "caption", "subjects", "file", "drafts")

# Removed for good: nothing of it may be found. A missing photo comes back with all it had.
_GONE = Q(removed=True) & ~Q(state=PhotoState.MISSING)


def photo_index(*, photo: Photo) -> None:
    """Make the photo found by what is known of it now."""
    photos_index(hashes=[photo.pk])


def photos_index(*, hashes: Iterable[str]) -> None:
    """Make photos found by what is known of them now; those removed for good, by nothing."""
    for some in _batched(hashes):
        _index(some)


def search_rebuild(*, all_photos: bool = False, report: Callable[[int], None] = lambda _count: None) -> int:
    """Index the photos that are not, or by other rules; or all of them. Returns how many.

    Works in batches, each of them kept: what was cut off goes on where it was. `report` gets the count so far.
    """
    photos = Photo.objects.exclude(_GONE)
    if not all_photos:
        photos = photos.exclude(search__version=WORDS_VERSION)
    count, last = 0, ""
    while hashes := list(photos.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        photos_index(hashes=hashes)
        count, last = count + len(hashes), hashes[-1]
        report(count)
    return count


@transaction.atomic
def _index(hashes: Sequence[str]) -> None:
    chosen = Photo.objects.filter(pk__in=hashes)
    # Locked, so that what is read here is not changed before it is written; in one order, against deadlocks.
    photos = chosen.exclude(_GONE).order_by("pk").select_for_update(no_key=True)
    rows = [_row(photo) for photo in photos.prefetch_related("captions", "albums_thing", "faces__person")]
    PhotoSearch.objects.bulk_create(rows, update_conflicts=True, unique_fields=["photo"], update_fields=list(FIELDS))
    PhotoSearch.objects.filter(photo__in=chosen.filter(_GONE)).delete()


def _row(photo: Photo) -> PhotoSearch:
    captions = list(photo.captions.all())
    accepted = [row.text for row in captions if row.state == CaptionState.ACCEPTED]
    # A person who decided, also on an empty caption, does not want the photo found by what a model made up.
    drafts = [] if accepted else [row.text for row in captions if row.state == CaptionState.DRAFT]
    texts = {
        "caption": accepted,
        "subjects": list(_subjects(photo)),
        "file": [photo.original_name, photo.camera, photo.lens, *_dates(photo)],
        "drafts": drafts,
    }
    words = {name: indexed(values, max_words=MAX_WORDS) for name, values in texts.items()}
    return PhotoSearch(photo=photo, owner_id=photo.owner_id, version=WORDS_VERSION, **words)


def _subjects(photo: Photo) -> Iterator[str]:
    yield from (album.title for album in photo.albums_thing.all())
    yield from (str(word) for word in photo.keywords)
    yield from (face.person.name for face in photo.faces.all() if face.person is not None)
    yield photo.location
    yield photo.text_in_picture
    if photo.gps_lat is None or photo.gps_lon is None:
        return
    for language in LANGUAGES:
        place = place_at(photo.gps_lat, photo.gps_lon, language=language)
        if place is not None:
            yield from (place.city, place.region, place.country)


def _dates(photo: Photo) -> Iterator[str]:
    """Yield "2024-05-01" and the month's names."""
    if photo.taken_at is None:
        return
    yield photo.taken_at.date().isoformat()
    for language in LANGUAGES:
        yield get_month_names("wide", locale=language)[photo.taken_at.month]


def _batched(values: Iterable[str]) -> Iterator[Sequence[str]]:
    every = list(values)
    return (every[start : start + BATCH] for start in range(0, len(every), BATCH))
