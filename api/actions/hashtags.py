"""Hashtag albums follow the accepted captions."""

from collections.abc import Collection

from django.db import transaction

from api.lib.hashtags import hashtags_find
from api.models import AlbumThing, Photo, User
from api.models.album_thing import HASHTAG


@transaction.atomic
def hashtags_sync(*, photo: Photo, text: str) -> None:
    """Make the photo a member of exactly the albums that `text` names; an album without photos is removed."""
    _lock(photo.owner_id)
    wanted = hashtags_find(text)
    albums = AlbumThing.objects.filter(owner_id=photo.owner_id, thing_type=HASHTAG)
    joined = {album.key: album for album in albums.filter(photos=photo)}
    for key in wanted.keys() - joined.keys():
        album, _ = albums.get_or_create(
            owner_id=photo.owner_id, thing_type=HASHTAG, key=key, defaults={"title": wanted[key]}
        )
        album.photos.add(photo)
    left = [album for key, album in joined.items() if key not in wanted]
    for album in left:
        album.photos.remove(photo)
    albums.filter(pk__in=[album.pk for album in left], photos=None).delete()


@transaction.atomic
def hashtags_leave(*, owner: User, hashes: Collection[str]) -> None:
    """Take photos out of all their albums; an album without photos is removed."""
    _lock(owner.pk)
    AlbumThing.photos.through.objects.filter(photo_id__in=hashes).delete()
    AlbumThing.objects.filter(owner=owner, photos=None).delete()


def _lock(owner_id: int) -> None:
    # One writer per owner at a time: an album must not be removed as empty while somebody else's photo joins it.
    User.objects.select_for_update(no_key=True).get(pk=owner_id)
