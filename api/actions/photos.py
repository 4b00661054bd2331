"""What people decide about their photos. Photos that are not theirs are left out, as if they did not exist."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q

from api.actions.hashtags import hashtags_leave
from api.actions.photo_files import photo_files_remove
from api.actions.search_index import photo_index, photos_index
from api.errors import InvalidError, NotFoundError
from api.models import AlbumDate, AlbumUser, Caption, Face, Photo, PhotoFile, User


@dataclass(frozen=True)
class Changed:
    """Hashes of the owner's photos: those that changed, and those that were as wished already."""

    updated: list[str]
    not_updated: list[str]


def photos_favorite(*, owner: User, hashes: list[str], favorite: bool) -> Changed:
    """Make photos favourites or not; a rating that already says so is left alone."""
    if favorite:
        return _change(owner, hashes, Q(rating__lt=owner.favorite_min_rating), rating=owner.favorite_min_rating)
    return _change(owner, hashes, Q(rating__gte=owner.favorite_min_rating), rating=0)


def photos_hide(*, owner: User, hashes: list[str], hidden: bool) -> Changed:
    return _change(owner, hashes, Q(hidden=not hidden), hidden=hidden)


def photos_make_public(*, owner: User, hashes: list[str], public: bool) -> Changed:
    return _change(owner, hashes, Q(public=not public), public=public)


def photos_set_deleted(*, owner: User, hashes: list[str], deleted: bool) -> Changed:
    """Put photos into the trash or take them out."""
    return _change(owner, hashes, Q(in_trashcan=not deleted), in_trashcan=deleted)


@transaction.atomic
def photos_delete(*, owner: User, hashes: list[str]) -> Changed:
    """Remove photos for good that are in the trash.

    A tombstone stays, by which phones learn of it. Captions, faces and tags go, and so do files that the product keeps
    itself; files of the person's own folder are never deleted, and a scan does not bring the photo back.
    """
    changed = _change(owner, hashes, Q(in_trashcan=True), removed=True, public=False)
    gone = changed.updated
    uploads = PhotoFile.objects.filter(photo__in=gone, uploaded=True)
    paths = list(uploads.values_list("path", flat=True))
    uploads.delete()
    Caption.objects.filter(photo__in=gone).delete()
    Face.objects.filter(photo__in=gone).delete()
    Photo.objects.filter(pk__in=gone).update(people_in_file=[])
    Photo.shared_to.through.objects.filter(photo__in=gone).delete()
    AlbumUser.photos.through.objects.filter(photo__in=gone).delete()
    hashtags_leave(owner=owner, hashes=gone)
    photos_index(hashes=gone)
    transaction.on_commit(partial(photo_files_remove, paths=paths, hashes=gone))
    return changed


@transaction.atomic
def photo_set_time(*, photo: Photo, moment: datetime | None) -> Photo:
    """Set the time a photo was taken (None: as the file says) and move it to that day's album."""
    photo = Photo.objects.select_for_update().get(pk=photo.pk)
    moment = moment.replace(microsecond=0) if moment else None
    taken_at = moment or photo.file_timestamp
    day = taken_at.date() if taken_at else None
    album, _ = AlbumDate.objects.get_or_create(owner_id=photo.owner_id, date=day)
    photo.change(user_timestamp=moment, taken_at=taken_at, album_date=album)
    photo_index(photo=photo)
    return photo


@transaction.atomic
def photos_share(*, owner: User, hashes: list[str], shared: bool, target_user_id: int) -> int:
    """Let another person read photos, or no longer. Returns how many there are. Raises NotFoundError, InvalidError."""
    target = User.objects.filter(pk=target_user_id, is_active=True).first()
    if target is None:
        raise NotFoundError("There is no such user.")
    if target == owner:
        raise InvalidError("These photos are yours already.", field="target_user_id")
    own = list(Photo.objects.of(owner).filter(pk__in=hashes, removed=False))
    if shared:
        target.photos_shared_to_me.add(*own)
    else:
        target.photos_shared_to_me.remove(*own)
    return len(own)


@transaction.atomic
def _change(owner: User, hashes: list[str], differs: Q, **values: Any) -> Changed:
    own = Photo.objects.of(owner).filter(pk__in=hashes, removed=False).select_for_update(no_key=True)
    known = list(own.order_by("pk").values_list("pk", flat=True))
    updated = list(own.filter(differs).order_by("pk").values_list("pk", flat=True))
    Photo.objects.filter(pk__in=updated).change(**values)
    return Changed(updated=updated, not_updated=sorted(set(known) - set(updated)))
