"""A file whose bytes changed while its picture did not: somebody wrote metadata into it or turned it."""

from pathlib import Path

from django.conf import settings
from django.db import transaction

from api.actions.people_import import faces_turn
from api.actions.search_index import photos_index
from api.lib.similarity import turned_by
from api.lib.thumbnails import thumbnail_path
from api.models import AlbumThing, AlbumUser, Caption, Face, FileWrite, Person, Photo, PhotoVersion
from api.models.photo import PhotoState

KIND = "square_thumbnails_small"


@transaction.atomic
def photo_take_over(*, photo: Photo, replaced: str) -> bool:
    """Give `photo` what its owner decided about the photo that its file held before, if both show the same picture.

    The new bytes have another hash and so are another photo, but for people it is still theirs, with its caption. What
    the old one was stays as a tombstone. Returns whether it was taken over. Both need their previews.
    """
    old = (
        Photo.objects.select_for_update().filter(pk=replaced, owner_id=photo.owner_id, state=PhotoState.MISSING).first()
    )
    if old is None or photo.captions.exists() or (orientation := _turned_by(old, photo)) is None:
        return False
    Caption.objects.filter(photo=old).update(photo=photo)
    Face.objects.filter(photo=old).update(photo=photo)
    faces_turn(photo=photo, orientation=orientation)
    PhotoVersion.objects.filter(photo=old).update(photo=photo)
    FileWrite.objects.filter(photo=old).update(photo=photo)
    for covered in (Person, AlbumUser):
        covered.objects.filter(cover_photo=old).update(cover_photo=photo)
    for album in (AlbumThing, AlbumUser):
        album.photos.through.objects.filter(photo=old).update(photo=photo)
    photo.shared_to.add(*old.shared_to.all())
    old.shared_to.clear()
    photo.change(
        rating=old.rating or photo.rating,
        hidden=old.hidden,
        public=old.public,
        in_trashcan=old.in_trashcan,
        user_timestamp=old.user_timestamp,
        location=photo.location or old.location,
        added_on=old.added_on,
        people_in_file=old.people_in_file,
    )
    photos_index(hashes=[old.pk, photo.pk])
    return True


def _turned_by(old: Photo, new: Photo) -> int | None:
    media_dir = Path(settings.MEDIA_DIR)
    return turned_by(thumbnail_path(media_dir, KIND, old.pk), thumbnail_path(media_dir, KIND, new.pk))
