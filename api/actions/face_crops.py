"""The picture of a face, made when it is first asked for."""

from pathlib import Path

from django.conf import settings

from api.actions.people_import import box_of
from api.errors import NotFoundError
from api.lib.face_crops import face_crop_path, write_face_crop
from api.lib.thumbnails import BIG, thumbnail_path
from api.models import Face
from api.selectors.media import MediaFile


def face_picture(*, face: Face) -> MediaFile:
    """Return the cut-out face; for somebody without a box the whole photo, small. Raises NotFoundError."""
    media_dir, box = Path(settings.MEDIA_DIR), box_of(face)
    if box is None:
        path = thumbnail_path(media_dir, "square_thumbnails_small", face.photo_id)
    else:
        path = face_crop_path(media_dir, face.photo_id, face.pk)
        if not path.is_file():
            try:
                write_face_crop(thumbnail_path(media_dir, BIG, face.photo_id), path, box)
            except FileNotFoundError as error:
                raise NotFoundError("The photo's preview is not there, or not yet.") from error
    if not path.is_file():
        raise NotFoundError("The photo's preview is not there, or not yet.")
    return MediaFile(path, "image/webp")
