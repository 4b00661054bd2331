"""Which photos a drafting job is for."""

from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Exists, F, OuterRef

from api.errors import NotFoundError
from api.models import AlbumDate, AlbumThing, AlbumUser, Caption, Photo, User
from api.models.caption import CaptionState
from api.models.photo import MediaType, PhotoQuerySet, PhotoState

AlbumKind = Literal["user", "thing", "date"]
ALBUM_KINDS: tuple[AlbumKind, ...] = ("user", "thing", "date")
_ALBUMS: dict[AlbumKind, tuple[type[AlbumUser | AlbumThing | AlbumDate], str]] = {
    "user": (AlbumUser, "albums_user"),
    "thing": (AlbumThing, "albums_thing"),
    "date": (AlbumDate, "album_date"),
}


@dataclass(frozen=True, slots=True)
class DraftScope:
    """All the user's photos, those of an album, or a selection.

    redo_model: instead of photos without a draft, those whose open drafts all come from this model.
    """

    image_hashes: tuple[str, ...] | None = None
    album_kind: AlbumKind | None = None
    album_id: int | None = None
    redo_model: str = ""

    def as_parameters(self) -> dict[str, Any]:
        """Return plain values for the job's row, from which `of` makes the same scope."""
        found: dict[str, Any] = {}
        if self.image_hashes is not None:
            found["image_hashes"] = sorted(set(self.image_hashes))
        if self.album_kind is not None:
            found["album"] = {"kind": self.album_kind, "id": self.album_id}
        if self.redo_model:
            found["redo_model"] = self.redo_model
        return found

    @classmethod
    def of(cls, parameters: dict[str, Any]) -> "DraftScope":
        album, hashes = parameters.get("album") or {}, parameters.get("image_hashes")
        return cls(
            image_hashes=None if hashes is None else tuple(hashes),
            album_kind=album.get("kind"),
            album_id=album.get("id"),
            redo_model=parameters.get("redo_model", ""),
        )


def album_demand(user: User, kind: AlbumKind, album_id: int) -> None:
    """Raise NotFoundError unless it is an album of the user's."""
    if not _ALBUMS[kind][0].objects.filter(owner=user, pk=album_id).exists():
        raise NotFoundError("There is no such album.")


def photos_to_draft(user: User, scope: DraftScope) -> PhotoQuerySet:
    """Return the user's visible pictures of the scope that are to be drafted, newest first.

    That is: nobody captioned them and no model drafted for them. What a person wrote, accepted or refused stays as it
    is, whatever the scope.
    """
    photos = Photo.objects.of(user).visible().filter(state=PhotoState.READY).exclude(media_type=MediaType.VIDEO)
    if scope.image_hashes is not None:
        photos = photos.filter(pk__in=scope.image_hashes)
    if scope.album_kind is not None:
        photos = photos.filter(**{_ALBUMS[scope.album_kind][1]: scope.album_id})
    rows = Caption.objects.filter(photo=OuterRef("pk"))
    done = [CaptionState.ACCEPTED, CaptionState.REFUSED]
    if scope.redo_model:
        drafts = rows.filter(state=CaptionState.DRAFT)
        photos = photos.filter(Exists(drafts.filter(model_id=scope.redo_model)))
        photos = photos.filter(~Exists(drafts.exclude(model_id=scope.redo_model)), ~Exists(rows.filter(state__in=done)))
    else:
        photos = photos.filter(~Exists(rows.filter(state__in=[*done, CaptionState.DRAFT])))
    return photos.order_by(F("taken_at").desc(nulls_last=True), "pk")
