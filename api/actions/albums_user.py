"""Making, filling and removing albums. Only the owner's photos enter; others are left out, as if they did not exist."""

from collections.abc import Collection

from django.db import IntegrityError, transaction

from api.errors import ConflictError, InvalidError
from api.models import AlbumUser, Photo, User


@transaction.atomic
def user_album_create(*, owner: User, title: str, hashes: Collection[str]) -> AlbumUser:
    """Make an album, or take the one of this title, and add photos. Raises InvalidError."""
    album, _ = AlbumUser.objects.get_or_create(owner=owner, title=_checked(title))
    album.photos.add(*_own(owner, hashes))
    return album


@transaction.atomic
def user_album_change(
    *,
    album: AlbumUser,
    title: str | None = None,
    add: Collection[str] = (),
    remove: Collection[str] = (),
    cover: str | None = None,
) -> AlbumUser:
    """Rename an album, add and remove photos, choose the cover among them. Raises InvalidError, ConflictError."""
    if title is not None:
        _rename(album, _checked(title))
    album.photos.add(*_own(album.owner, add))
    album.photos.remove(*_own(album.owner, remove))
    if cover is not None:
        photo = album.photos.filter(pk=cover, removed=False).first()
        if photo is None:
            raise InvalidError("The cover must be a photo of the album.", field="cover_photo")
        album.cover_photo = photo
        album.save(update_fields=["cover_photo"])
    return album


def user_album_delete(*, album: AlbumUser) -> None:
    """Remove an album; its photos stay."""
    album.delete()


def _rename(album: AlbumUser, title: str) -> None:
    if title == album.title:
        return
    album.title = title
    try:
        with transaction.atomic():
            album.save(update_fields=["title"])
    except IntegrityError as error:
        raise ConflictError("There is an album of this title.", code="title_taken", field="title") from error


def _own(owner: User, hashes: Collection[str]) -> list[Photo]:
    return list(Photo.objects.of(owner).filter(pk__in=hashes, removed=False)) if hashes else []


def _checked(title: str) -> str:
    title = title.strip()
    if not title:
        raise InvalidError("An album needs a title.", field="title")
    return title
