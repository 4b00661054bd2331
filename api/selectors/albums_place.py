"""Albums of places, named in the reader's language."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Avg, Count

from api.lib.captioning.places import Place, PlaceKey
from api.models import AlbumPlace, Photo, User
from api.selectors.one import one_of
from api.selectors.photo_groups import COVERS, covers_by


@dataclass(frozen=True)
class PlaceAlbum:
    """A place with the number of its visible photos and the newest of them; a country counts all of its places."""

    album: AlbumPlace
    place: Place
    count: int
    covers: list[Photo]


@dataclass(frozen=True)
class PlacePin:
    """Where a place lies on a map, in degrees, WGS 84, and the title of its album."""

    longitude: float
    latitude: float
    title: str


def place_albums(user: User, *, language: str) -> list[PlaceAlbum]:
    """Return the places of the user's visible photos: by country, and in each the country itself first.

    Three queries however many they are.
    """
    inside, covers = places_inside(user), covers_by(user, "album_place")
    found = []
    for album, count in place_counts(inside).items():
        newest = _newest([photo for member in inside[album] for photo in covers.get(member.pk, [])])
        found.append(PlaceAlbum(album, place_named(album, language=language), count, newest))
    return sorted(found, key=_order)


def place_pins(user: User, *, language: str) -> list[PlacePin]:
    """Return a pin for each of `place_albums`, in no order: the middle of its photos; a country's at its main place."""
    inside = places_inside(user)
    placed = (
        Photo.objects.visible().filter(album_place__in=[album.pk for album in inside], gps_lat__isnull=False).order_by()
    )
    middles = {
        row["album_place"]: row
        for row in placed.values("album_place").annotate(n=Count("*"), lat=Avg("gps_lat"), lon=Avg("gps_lon"))
    }
    pins = []
    for album, members in inside.items():
        rows = [middles[member.pk] for member in members if member.pk in middles]
        if rows:
            main = max(rows, key=lambda row: row["n"])
            pins.append(PlacePin(main["lon"], main["lat"], place_named(album, language=language).title))
    return pins


def places_inside(user: User) -> dict[AlbumPlace, list[AlbumPlace]]:
    """Return the user's places, each with those whose photos it has: itself, and if it is a country all in it."""
    albums = list(AlbumPlace.objects.filter(owner=user))
    countries: dict[str, list[AlbumPlace]] = {}
    for album in albums:
        countries.setdefault(album.country_code, []).append(album)
    return {album: countries[album.country_code] if album.is_country else [album] for album in albums}


def place_counts(inside: dict[AlbumPlace, list[AlbumPlace]]) -> dict[AlbumPlace, int]:
    """Return the number of visible photos of the places, as `places_inside` has them, that have any; one query."""
    members = {member.pk for found in inside.values() for member in found}
    photos = Photo.objects.visible().filter(album_place__in=members).order_by()
    counts = dict(photos.values_list("album_place").annotate(count=Count("*")))
    summed = {album: sum(counts.get(member.pk, 0) for member in found) for album, found in inside.items()}
    return {album: count for album, count in summed.items() if count}


def place_album_of(user: User, album_id: int) -> AlbumPlace:
    """Return one of the user's places. Raises NotFoundError."""
    return one_of(AlbumPlace.objects.filter(owner=user, pk=album_id))


def place_album_photos(album: AlbumPlace) -> list[Photo]:
    """Return a place's visible photos, newest first, undated last."""
    photos = Photo.objects.visible().filter(album_place__in=places_within(album))
    return list(photos.select_related("owner").newest_first())


def places_within(album: AlbumPlace) -> list[int]:
    """Return the ids of a place and, if it is a country, of all places in it."""
    if not album.is_country:
        return [album.pk]
    same = AlbumPlace.objects.filter(owner=album.owner_id, country_code=album.country_code)
    return list(same.values_list("pk", flat=True))


def place_named(album: AlbumPlace, *, language: str) -> Place:
    """Return the names of a place in a language."""
    return PlaceKey(album.country_code, album.region, album.city).named(language=language)


def _order(found: PlaceAlbum) -> tuple[str, str, bool, str, int]:
    place = found.place
    title = place.title.casefold()
    return place.country.casefold(), place.country_code, not found.album.is_country, title, found.album.pk


def _newest(photos: Iterable[Photo]) -> list[Photo]:
    """Sorting is stable, and the undated come last."""
    return sorted(photos, key=lambda photo: -photo.taken_at.timestamp() if photo.taken_at else math.inf)[:COVERS]
