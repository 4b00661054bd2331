"""The picture of a photo that models look at."""

from django.conf import settings

from api.errors import ConflictError
from api.lib.thumbnails import BIG, thumbnail_path
from api.models import Photo


def picture_for_models(photo: Photo) -> bytes:
    """Return the encoded big thumbnail: upright, in a format every service reads, and small enough to send.

    Raises ConflictError (`photo_processing`) when it is not there.
    """
    try:
        return thumbnail_path(settings.MEDIA_DIR, BIG, photo.pk).read_bytes()
    except FileNotFoundError as error:
        raise ConflictError(
            "The photo's picture is not ready yet; try again in a moment.", code="photo_processing"
        ) from error
