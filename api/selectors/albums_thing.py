"""Albums of things, so far those of hashtags."""

from dataclasses import dataclass

from api.models import AlbumThing, Photo, User
from api.selectors.one import one_of
from api.selectors.photo_groups import covers_by, visible_count


@dataclass(frozen=True)
class ThingAlbum:
    """An album with the number of its visible photos and the newest of them."""

    album: AlbumThing
    count: int
    covers: list[Photo]


def thing_albums(user: User) -> list[ThingAlbum]:
    """Return the user's albums that have a visible photo, by title; two queries however many they are."""
    albums = AlbumThing.objects.filter(owner=user).annotate(shown=visible_count("photos")).filter(shown__gt=0)
    covers = covers_by(user, "albums_thing")
    return [ThingAlbum(album, album.shown, covers.get(album.pk, [])) for album in albums.order_by("key", "pk")]


def thing_album_of(user: User, album_id: int) -> AlbumThing:
    """Return one of the user's albums. Raises NotFoundError."""
    return one_of(AlbumThing.objects.filter(owner=user, pk=album_id))


def thing_album_photos(album: AlbumThing) -> list[Photo]:
    """Return an album's visible photos, newest first, undated last."""
    return list(Photo.objects.visible().filter(albums_thing=album).select_related("owner").newest_first())
