"""Albums of places, named in the reader's language."""

from dataclasses import dataclass

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from api.errors import NotFoundError
from api.lib.captioning.places import Place, PlaceKey
from api.models import AlbumPlace, Photo, User

COVERS = 4


@dataclass(frozen=True)
class PlaceAlbum:
    """A place with the number of its visible photos and the newest of them; a country counts all of its places."""

    album: AlbumPlace
    place: Place
    count: int
    covers: list[Photo]


def place_albums(user: User, *, language: str) -> list[PlaceAlbum]:
    """Return the places of the user's visible photos: by country, and in each the country itself first.

    Three queries however many they are.
    """
    albums = list(AlbumPlace.objects.filter(owner=user))
    counts, covers = _counts(user), _covers(user)
    inside: dict[str, list[int]] = {}
    for album in albums:
        inside.setdefault(album.country_code, []).append(album.pk)
    found = []
    for album in albums:
        members = inside[album.country_code] if album.is_country else [album.pk]
        count = sum(counts.get(pk, 0) for pk in members)
        if count:
            newest = _newest([photo for pk in members for photo in covers.get(pk, [])])
            found.append(PlaceAlbum(album, place_named(album, language=language), count, newest))
    return sorted(found, key=_order)


def place_album(user: User, album_id: int) -> tuple[AlbumPlace, list[Photo]]:
    """Return one of the user's places and its visible photos, newest first, undated last. Raises NotFoundError."""
    album = place_album_of(user, album_id)
    photos = Photo.objects.visible().filter(album_place__in=places_within(user, album_id)).select_related("owner")
    return album, list(photos.order_by(F("taken_at").desc(nulls_last=True), "pk"))


def place_album_of(user: User, album_id: int) -> AlbumPlace:
    """Return one of the user's places. Raises NotFoundError."""
    album = AlbumPlace.objects.filter(owner=user, pk=album_id).first()
    if album is None:
        raise NotFoundError
    return album


def places_within(user: User, album_id: int) -> list[int]:
    """Return the ids of a place and, if it is a country, of all places in it. Raises NotFoundError."""
    album = place_album_of(user, album_id)
    if not album.is_country:
        return [album.pk]
    return list(AlbumPlace.objects.filter(owner=user, country_code=album.country_code).values_list("pk", flat=True))


def place_named(album: AlbumPlace, *, language: str) -> Place:
    """Return the names of a place in a language."""
    return PlaceKey(album.country_code, album.region, album.city).named(language=language)


def place_title(place: Place) -> str:
    """Return the finest name of a place."""
    return place.city or place.region or place.country


def _order(found: PlaceAlbum) -> tuple[str, str, bool, str, int]:
    place = found.place
    title = place_title(place).casefold()
    return place.country.casefold(), place.country_code, not found.album.is_country, title, found.album.pk


def _counts(user: User) -> dict[int, int]:
    placed = Photo.objects.of(user).visible().filter(album_place__isnull=False).order_by()
    return dict(placed.values_list("album_place").annotate(count=Count("*")))


def _covers(user: User) -> dict[int, list[Photo]]:
    newest = [F("taken_at").desc(nulls_last=True), F("pk").asc()]
    number = Window(RowNumber(), partition_by="album_place", order_by=newest)
    photos = Photo.objects.of(user).visible().filter(album_place__isnull=False).annotate(n=number)
    found: dict[int, list[Photo]] = {}
    for photo in photos.filter(n__lte=COVERS).order_by("n").only("pk", "media_type", "taken_at", "album_place"):
        if photo.album_place_id is not None:
            found.setdefault(photo.album_place_id, []).append(photo)
    return found


def _newest(photos: list[Photo]) -> list[Photo]:
    dated = sorted((photo for photo in photos if photo.taken_at), key=lambda photo: photo.taken_at, reverse=True)  # type: ignore[arg-type, return-value]
    return [*dated, *(photo for photo in photos if not photo.taken_at)][:COVERS]
