"""Previews that are missing, for example after a backup was restored: they are made from the photo's file."""

from pathlib import Path

from django.conf import settings

from api.lib.file_types import detect_type
from api.lib.files import open_regular
from api.lib.images import read_picture
from api.lib.problems import MediaProblemError
from api.lib.thumbnails import BIG, HEIGHTS, box, thumbnail_path, write_thumbnails
from api.lib.videos import read_video
from api.models import Photo
from api.selectors.media import original_path


def photo_previews(*, image_hash: str) -> str:
    """Make the previews that the photo lacks; returns what happened in a word. Nothing else of the photo changes."""
    photo = Photo.objects.select_related("owner").filter(pk=image_hash, removed=False).first()
    if photo is None:
        return "gone"
    media_dir = Path(settings.MEDIA_DIR)
    if all(thumbnail_path(media_dir, kind, photo.pk).is_file() for kind in HEIGHTS):
        return "there"
    path = original_path(photo)
    if path is None:
        return "missing"  # the next scan, or the folder's return, tells
    with open_regular(path) as file:
        kind = detect_type(file)
        try:
            if kind is None:
                return "broken"
            if kind.is_video:
                picture = read_video(
                    file,
                    container_format=kind.container or "",
                    zone=photo.owner.default_timezone,
                    max_pixels=settings.MAX_IMAGE_PIXELS,
                ).still
            else:
                picture = read_picture(file, box=box(BIG), max_pixels=settings.MAX_IMAGE_PIXELS).image
        except MediaProblemError:
            return "broken"
        write_thumbnails(media_dir, photo.pk, picture)
    return "made"
