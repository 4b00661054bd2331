"""Rows and files for tests, made as small as they can be."""

import hashlib
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from PIL import Image

from api.actions.search_index import photo_index
from api.lib.thumbnails import write_thumbnails
from api.models import AlbumDate, Photo, User
from api.models.photo import PhotoState

SAMPLES = Path(__file__).parent / "samples"


def image_bytes(format: str = "JPEG", size: tuple[int, int] = (64, 48), color: str = "red", **save: Any) -> bytes:
    """A plain picture; another colour or size gives other bytes."""
    buffer = io.BytesIO()
    Image.new("RGB", size, color).save(buffer, format, **save)
    return buffer.getvalue()


def photo_hash(data: bytes, user: User) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest() + str(user.pk)


def make_photo(owner: User, *, name: str = "a", taken_at: datetime | None = None, **values: Any) -> Photo:
    """A photo that has been read, without a file. `name` makes its hash; the day album fits `taken_at`."""
    taken_at = taken_at or datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
    album, _ = AlbumDate.objects.get_or_create(owner=owner, date=taken_at.date())
    fields: dict[str, Any] = {
        "image_hash": photo_hash(name.encode(), owner),
        "owner": owner,
        "album_date": album,
        "state": PhotoState.READY,
        "width": 64,
        "height": 48,
        "taken_at": taken_at,
        "file_timestamp": taken_at,
        "original_name": f"{name}.jpg",
    }
    photo = Photo.objects.create(**(fields | values))
    photo_index(photo=photo)
    return photo


def make_picture_photo(owner: User, *, sample: str = "photographer.jpg", **values: Any) -> Photo:
    """A photo with real previews, as models look at them."""
    photo = make_photo(owner, name=sample, **values)
    with Image.open(SAMPLES / sample) as picture:
        write_thumbnails(settings.MEDIA_DIR, photo.pk, picture.convert("RGB"))
    return photo
