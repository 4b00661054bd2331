"""Albums that people put together themselves."""

from dataclasses import dataclass

from api.models import AlbumUser, Photo, User
from api.selectors.one import one_of
from api.selectors.photo_groups import covers_by, visible_count


@dataclass(frozen=True)
class UserAlbum:
    """An album with the number of its visible photos and up to four of them, the chosen cover first; none if empty."""

    album: AlbumUser
    count: int
    covers: list[Photo]


def user_albums(user: User, *, empty: bool = False) -> list[UserAlbum]:
    """Return the user's albums that have a visible photo, with `empty` all of them, by title; always two queries."""
    albums = AlbumUser.objects.filter(owner=user).select_related("owner").annotate(shown=visible_count("photos"))
    if not empty:
        albums = albums.filter(shown__gt=0)
    covers = covers_by(user, "albums_user", chosen="albums_user__cover_photo")
    return [UserAlbum(album, album.shown, covers.get(album.pk, [])) for album in albums.order_by("title", "pk")]


def user_album_of(user: User, album_id: int) -> AlbumUser:
    """Return one of the user's albums. Raises NotFoundError."""
    return one_of(AlbumUser.objects.filter(owner=user, pk=album_id).select_related("owner"))


def user_album_photos(album: AlbumUser) -> list[Photo]:
    """Return an album's visible photos, newest first, undated last."""
    return list(Photo.objects.visible().filter(albums_user=album).select_related("owner").newest_first())


def user_album_hashes(album: AlbumUser) -> list[str]:
    """Return the hashes of an album's photos that were not removed."""
    return list(album.photos.filter(removed=False).order_by("pk").values_list("pk", flat=True))
