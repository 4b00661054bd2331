"""Albums that people put together themselves."""

from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from api.errors import NotFoundError
from api.models import AlbumUser, Photo, User
from api.models.photo import PhotoState

COVERS = 4


@dataclass(frozen=True)
class UserAlbum:
    """An album with the number of its visible photos and up to four of them, the chosen cover first; none if empty."""

    album: AlbumUser
    count: int
    covers: list[Photo]


def user_albums(user: User, *, empty: bool = False) -> list[UserAlbum]:
    """Return the user's albums that have a visible photo, with `empty` all of them, by title; always two queries."""
    visible = Q(photos__hidden=False, photos__in_trashcan=False, photos__removed=False)
    shown = Count("photos", filter=visible & ~Q(photos__state=PhotoState.PROCESSING))
    albums = AlbumUser.objects.filter(owner=user).select_related("owner").annotate(shown=shown)
    if not empty:
        albums = albums.filter(shown__gt=0)
    covers = _covers(user)
    return [UserAlbum(album, album.shown, covers.get(album.pk, [])) for album in albums.order_by("title", "pk")]


def user_album_of(user: User, album_id: int) -> AlbumUser:
    """Return one of the user's albums. Raises NotFoundError."""
    album = AlbumUser.objects.filter(owner=user, pk=album_id).select_related("owner").first()
    if album is None:
        raise NotFoundError
    return album


def user_album_photos(album: AlbumUser) -> list[Photo]:
    """Return an album's visible photos, newest first, undated last."""
    photos = Photo.objects.visible().filter(albums_user=album).select_related("owner")
    return list(photos.order_by(F("taken_at").desc(nulls_last=True), "pk"))


def user_album_hashes(album: AlbumUser) -> list[str]:
    """Return the hashes of an album's photos that were not removed."""
    return list(album.photos.filter(removed=False).order_by("pk").values_list("pk", flat=True))


def _covers(user: User) -> dict[int, list[Photo]]:
    newest = [F("taken_at").desc(nulls_last=True), F("pk").asc()]
    number = Window(RowNumber(), partition_by="albums_user", order_by=newest)
    photos = Photo.objects.visible().filter(albums_user__owner=user)
    numbered = photos.annotate(album=F("albums_user"), chosen=F("albums_user__cover_photo"), n=number)
    found: dict[int, list[Any]] = {}
    for photo in numbered.filter(Q(n__lte=COVERS) | Q(chosen=F("pk"))).order_by("n"):
        found.setdefault(cast(Any, photo).album, []).append(photo)
    # Sorting is stable: the newest follow the chosen one.
    return {
        album: sorted(members, key=lambda photo: photo.chosen != photo.pk)[:COVERS] for album, members in found.items()
    }
