"""Which file of a photo somebody may have."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from api.errors import NotFoundError
from api.lib.files import md5_hex, open_regular
from api.lib.thumbnails import HEIGHTS, thumbnail_path
from api.models import Photo, PhotoFile, User
from api.selectors.one import one_of

ORIGINALS = frozenset({"photos", "video"})
EMBEDDED = "embedded_media"
KINDS = (*HEIGHTS, *ORIGINALS, EMBEDDED)
MAX_CHECKED_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class MediaFile:
    """`name` is for people (empty: none is offered); `immutable` files never change under their address."""

    path: Path
    mime_type: str
    name: str = ""


def photo_for_viewer(*, user: User | AnonymousUser, image_hash: str) -> Photo:
    """Return a photo that the user owns, that is shared with them, or that is public. Raises NotFoundError.

    Its owner also sees hidden and trashed ones; removed ones nobody.
    """
    allowed = Q(public=True, hidden=False, in_trashcan=False)
    if user.is_authenticated:
        allowed |= Q(owner=user) | Q(shared_to=user, hidden=False, in_trashcan=False)
    return one_of(Photo.objects.filter(allowed, pk=image_hash, removed=False).distinct())


def media_file(*, user: User | AnonymousUser, kind: str, image_hash: str) -> MediaFile:
    """Return the file behind /media/<kind>/<hash>. Raises NotFoundError, also while it is not ready."""
    photo = photo_for_viewer(user=user, image_hash=image_hash)
    if kind in ORIGINALS:
        if kind == "video" and not photo.is_video:
            raise NotFoundError
        return _original(photo)
    if kind in HEIGHTS:
        path, mime_type = thumbnail_path(Path(settings.MEDIA_DIR), kind, photo.pk), "image/webp"
    else:
        raise NotFoundError
    if not path.is_file():
        raise NotFoundError("The preview is not there, or not yet.")
    return MediaFile(path, mime_type)


def _original(photo: Photo) -> MediaFile:
    path = original_path(photo)
    if path is None:
        raise NotFoundError("The photo's file is missing or has changed; scan again.", code="file_missing")
    return MediaFile(path, photo.mime_type, photo.original_name or path.name)


def original_path(photo: Photo, *, exact: bool = False) -> Path | None:
    """Return a file that holds the photo's bytes at this moment, None when there is none.

    Also one into which a caption was written since, unless `exact`; others come first.
    """
    rows = photo.files.filter(missing=False).order_by("md5", "pk")
    if exact:
        rows = rows.filter(md5="")
    return next((Path(row.path) for row in rows if _holds_the_bytes(row, photo)), None)


def _holds_the_bytes(row: PhotoFile, photo: Photo) -> bool:
    """Whether the file is still the one whose bytes were hashed: phones compare the md5 of what they get.

    Also keeps a link that was put in the file's place from being followed out of the folder.
    """
    path = Path(row.path)
    try:
        if path.resolve(strict=True) != path:
            return False
        with open_regular(path) as file:
            status: Any = path.stat()
            if status.st_size != row.size_bytes:
                return False
            if status.st_mtime_ns == row.mtime_ns:
                return True
            return status.st_size <= MAX_CHECKED_BYTES and md5_hex(file) == (row.md5 or photo.md5)
    except OSError:
        return False
