"""Files that are no longer where they were."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from django.db import transaction

from api.models import Photo, PhotoFile, User
from api.models.photo import PhotoState

CHUNK = 500  # SQLite takes a limited number of values in one query
T = TypeVar("T")


def photos_mark_missing(*, owner: User, files: Sequence[int] = (), photos: Sequence[str] = ()) -> int:
    """Mark files as missing, and photos none of whose files is there. Returns how many photos.

    A missing photo leaves every list like a removed one, so that phones drop it, but keeps its captions and all that
    its owner decided; it comes back with them as soon as one of its files does.
    """
    count = 0
    for chunk in _chunks(files):
        with transaction.atomic():
            rows = PhotoFile.objects.filter(owner=owner, pk__in=chunk)
            rows.update(missing=True)
            count += _hide(owner, list(rows.values_list("photo_id", flat=True)))
    for some in _chunks(photos):
        count += _hide(owner, list(some))
    return count


def _hide(owner: User, photos: Sequence[str | None]) -> int:
    present = PhotoFile.objects.filter(photo__in=photos, missing=False).values("photo_id")
    return (
        Photo.objects.of(owner)
        .filter(pk__in=photos, removed=False)
        .exclude(pk__in=present)
        .change(state=PhotoState.MISSING, removed=True, problem="All its files are missing.")
    )


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
