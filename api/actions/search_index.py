"""Keep what photos are found by up to date.

Every action that changes a text of a photo calls `photo_index` in its transaction. Being hidden, in the trash or
missing is no part of the index: searching looks at the photo for that.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from babel.dates import get_month_names
from django.db import connection, transaction
from django.db.models import Max, Q

from api.lib.captioning.places import place_at
from api.lib.search_order import SLOTS, first_number
from api.lib.search_words import WORDS_VERSION, indexed
from api.models import Photo, PhotoSearch
from api.models.caption import CaptionState
from api.models.photo import PhotoState

BATCH = 500
OVERFLOW = 1 << 20
"""Seconds by which a number may be late, where thousands of photos have one time or none."""
LOCK = 7041
"""Ours among PostgreSQL's advisory locks."""
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
    _number(rows)
    # Not updated in place: a photo whose time changed has another number.
    PhotoSearch.objects.filter(photo__in=[row.photo_id for row in rows]).delete()
    PhotoSearch.objects.bulk_create(rows)
    PhotoSearch.objects.filter(photo__in=chosen.filter(_GONE)).delete()


def _number(rows: Sequence[PhotoSearch]) -> None:
    """Give each row a number of its photo's time, the one that it has where that fits."""
    for owner_id in sorted({row.owner_id for row in rows}):
        _lock(owner_id)
    known = dict(PhotoSearch.objects.filter(photo__in=[row.photo_id for row in rows]).values_list("photo", "pk"))
    given: set[int] = set()
    for row in rows:
        first = first_number(row.owner_id, row.photo.taken_at)
        number = known.get(row.photo_id)
        if number is None or not first <= number < first + OVERFLOW * SLOTS:
            number = _free_number(first, given)
        row.pk = number
        given.add(number)


def _free_number(first: int, given: set[int]) -> int:
    while True:
        behind = first + SLOTS
        taken = PhotoSearch.objects.filter(pk__gte=first, pk__lt=behind).aggregate(Max("pk"))["pk__max"]
        number = first if taken is None else int(taken) + 1
        while number in given:
            number += 1
        if number < behind:
            return number
        first = behind


def _lock(owner_id: int) -> None:
    """Let one transaction at a time give numbers for an owner; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, owner_id % 2**31])


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
