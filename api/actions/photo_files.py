"""Files of photos that are gone."""

import logging
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from api.lib.face_crops import remove_face_crops
from api.lib.thumbnails import remove_thumbnails

logger = logging.getLogger(__name__)


def photo_files_remove(*, paths: Iterable[str], hashes: Iterable[str]) -> None:
    """Delete originals that the product keeps itself, and previews; call it once the rows are gone for good.

    A file that cannot be deleted is logged and left: the photo is gone for its owner either way.
    """
    for path in paths:
        try:
            Path(path).unlink(missing_ok=True)
        except OSError as error:
            logger.warning("%s was not deleted: %s", path, error.strerror)
    for image_hash in hashes:
        try:
            remove_thumbnails(settings.MEDIA_DIR, image_hash)
            remove_face_crops(settings.MEDIA_DIR, image_hash)
        except OSError as error:
            logger.warning("previews of %s were not deleted: %s", image_hash, error.strerror)
