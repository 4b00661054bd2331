"""Albums of things, so far those of hashtags."""

from dataclasses import dataclass

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from api.errors import NotFoundError
from api.models import AlbumThing, Photo, User
from api.models.photo import PhotoState

COVERS = 4


@dataclass(frozen=True)
class ThingAlbum:
    """An album with the number of its visible photos and the newest of them."""

    album: AlbumThing
    count: int
    covers: list[Photo]


def thing_albums(user: User) -> list[ThingAlbum]:
    """Return the user's albums that have a visible photo, by title; two queries however many they are."""
    visible = Q(photos__hidden=False, photos__in_trashcan=False, photos__removed=False)
    shown = Count("photos", filter=visible & ~Q(photos__state=PhotoState.PROCESSING))
    albums = list(AlbumThing.objects.filter(owner=user).annotate(shown=shown).filter(shown__gt=0).order_by("key", "pk"))
    covers: dict[int, list[Photo]] = {}
    for photo in _covers(user):
        covers.setdefault(photo.album, []).append(photo)  # type: ignore[attr-defined]
    return [ThingAlbum(album, album.shown, covers.get(album.pk, [])) for album in albums]


def thing_album(user: User, album_id: int) -> tuple[AlbumThing, list[Photo]]:
    """Return one of the user's albums and its visible photos, newest first, undated last. Raises NotFoundError."""
    album = thing_album_of(user, album_id)
    photos = Photo.objects.visible().filter(albums_thing=album).select_related("owner")
    return album, list(photos.order_by(F("taken_at").desc(nulls_last=True), "pk"))


def thing_album_of(user: User, album_id: int) -> AlbumThing:
    """Return one of the user's albums. Raises NotFoundError."""
    album = AlbumThing.objects.filter(owner=user, pk=album_id).first()
    if album is None:
        raise NotFoundError
    return album


def _covers(user: User) -> list[Photo]:
    newest = [F("taken_at").desc(nulls_last=True), F("pk").asc()]
    number = Window(RowNumber(), partition_by="albums_thing", order_by=newest)
    photos = Photo.objects.visible().filter(albums_thing__owner=user).annotate(album=F("albums_thing"), n=number)
    return list(photos.filter(n__lte=COVERS).order_by("n").only("pk", "media_type"))
