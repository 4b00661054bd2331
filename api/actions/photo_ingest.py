"""Read one photo's file: previews, size, time, place, camera, texts. The row then says `ready`, or `broken` and why."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from PIL import Image

from api.actions.captions import caption_import
from api.actions.people_import import people_import
from api.actions.photo_place import photo_place
from api.actions.photo_take_over import photo_take_over
from api.actions.search_index import photo_index
from api.lib.colours import dominant_colour
from api.lib.face_regions import FoundPerson
from api.lib.file_types import MEDIA_EXTENSIONS, FileType, detect_type
from api.lib.files import open_regular
from api.lib.images import read_picture
from api.lib.metadata import read_metadata, read_sidecar
from api.lib.names import file_extension
from api.lib.problems import MediaProblemError
from api.lib.thumbnails import BIG, box, write_thumbnails
from api.lib.timestamps import time_in_name
from api.lib.videos import read_video
from api.models import AlbumDate, Photo, PhotoFile
from api.models.photo import MediaType, PhotoState

logger = logging.getLogger(__name__)


class Outcome(StrEnum):
    READY = "ready"
    BROKEN = "broken"
    KNOWN = "known"  # it has been read already
    GONE = "gone"  # the photo was removed
    MISSING = "missing"  # none of its files is there unchanged


@dataclass(frozen=True)
class Read:
    """What a file gave: values for the row, a text that enters as its owner's caption, and who is on it."""

    values: dict[str, Any]
    file_timestamp: datetime | None
    description: str = ""
    rating: int | None = None
    people: tuple[FoundPerson, ...] = ()
    problem: str = ""


def photo_ingest(*, image_hash: str, again: bool = False, replaced: str | None = None) -> Outcome:
    """Read the photo; safe to run twice and at once. `again` also reads one that has been read.

    `replaced`: the photo whose file this one's was, see api.actions.photo_take_over.
    A file that cannot be shown is no error: the photo is listed as broken with a sentence.
    """
    photo = Photo.objects.select_related("owner").filter(pk=image_hash, removed=False).first()
    if photo is None:
        return Outcome.GONE
    if photo.state != PhotoState.PROCESSING and not again:
        return Outcome.KNOWN
    found = _open_one(photo)
    if found is None:
        _set_missing(photo)
        return Outcome.MISSING
    path, file = found
    with file:
        read = _read(photo, path, file)
    return _store(photo.pk, read, replaced)


def photo_ingest_failed(*, image_hash: str, problem: str) -> None:
    """List a photo as broken whose reading ended in an unexpected error."""
    photo = Photo.objects.filter(pk=image_hash, state=PhotoState.PROCESSING).first()
    if photo is not None:
        _store(photo.pk, Read(_plain_values(photo, None), time_in_name(photo.original_name), problem=problem))


def _open_one(photo: Photo) -> tuple[Path, BinaryIO] | None:
    """Open the first of the photo's files that is as it was when its bytes were hashed."""
    for row in PhotoFile.objects.filter(photo=photo).order_by("missing", "pk"):
        path = Path(row.path)
        try:
            if path.lstat().st_size != row.size_bytes or path.lstat().st_mtime_ns != row.mtime_ns:
                continue
            return path, open_regular(path)
        except OSError as error:
            logger.info("photo %s: %s cannot be read: %s", photo.pk, path, error.strerror)
    return None


@transaction.atomic
def _set_missing(photo: Photo) -> None:
    """The files are marked too, so that the next scan looks at them again."""
    photo.files.update(missing=True)
    photo.change(state=PhotoState.MISSING, removed=True, problem="Its file is missing or has changed.")


def _read(photo: Photo, path: Path, file: BinaryIO) -> Read:
    kind = detect_type(file)
    name = photo.original_name or path.name
    try:
        if kind is None:
            raise MediaProblemError(_why_unknown(path, file))
        if kind.is_video:
            return _read_video(photo, name, path, file, kind)
        return _read_picture(photo, name, path, file, kind)
    except MediaProblemError as problem:
        values = _plain_values(photo, kind) | {"width": problem.width, "height": problem.height}
        return Read(values, time_in_name(name), problem=problem.sentence)
    except OSError as error:
        # Reading the file or writing its previews failed, which is no fault of the picture: let the queue try again.
        logger.warning("photo %s: %s", photo.pk, error)
        raise


def _why_unknown(path: Path, file: BinaryIO) -> str:
    file.seek(0)
    if not file.read(1):
        return "The file is empty."
    extension = file_extension(path.name).lower()
    if extension in MEDIA_EXTENSIONS:
        return f"The file is called {extension} but holds no picture or video that can be read."
    return "The file holds no picture or video that can be read."


def _plain_values(photo: Photo, kind: FileType | None) -> dict[str, Any]:
    is_video = kind.is_video if kind else photo.is_video
    return {
        "mime_type": kind.mime if kind else "application/octet-stream",
        "media_type": MediaType.VIDEO if is_video else MediaType.IMAGE,
    }


def _previews(photo: Photo, picture: Image.Image) -> str:
    """Write the previews and return the dominant colour."""
    return dominant_colour(write_thumbnails(Path(settings.MEDIA_DIR), photo.pk, picture))


def _read_picture(photo: Photo, name: str, path: Path, file: BinaryIO, kind: FileType) -> Read:
    picture = read_picture(file, box=box(BIG), max_pixels=settings.MAX_IMAGE_PIXELS)
    found = read_metadata(picture.source, name=name, sidecar=read_sidecar(path), zone=photo.owner.default_timezone)
    exif = found.exif
    values = _plain_values(photo, kind) | {
        "width": picture.width,
        "height": picture.height,
        "dominant_color": _previews(photo, picture.image),
        "gps_lat": found.latitude,
        "gps_lon": found.longitude,
        "camera": exif.camera,
        "lens": exif.lens,
        "fstop": exif.fstop,
        "shutter_speed": exif.shutter_speed,
        "iso": exif.iso,
        "focal_length": exif.focal_length,
        "focal_length_35mm": exif.focal_length_35mm,
        "digital_zoom_ratio": exif.digital_zoom_ratio,
        "subject_distance": exif.subject_distance,
        "keywords": found.keywords,
    }
    return Read(values, found.taken_at, found.description, found.rating, found.people)


def _read_video(photo: Photo, name: str, path: Path, file: BinaryIO, kind: FileType) -> Read:
    video = read_video(
        file,
        container_format=kind.container or "",
        zone=photo.owner.default_timezone,
        max_pixels=settings.MAX_IMAGE_PIXELS,
    )
    sidecar = read_sidecar(path)
    values = _plain_values(photo, kind) | {
        "width": video.width,
        "height": video.height,
        "dominant_color": _previews(photo, video.still),
        "video_length_s": video.length_s,
        "gps_lat": video.latitude,
        "gps_lon": video.longitude,
        "camera": video.camera,
        "keywords": sidecar.keywords if sidecar else [],
    }
    taken_at = (sidecar.original if sidecar else None) or video.taken_at or time_in_name(name)
    description = (sidecar.description if sidecar else "") or video.description
    # Where a face is says nothing about a moving picture.
    names = tuple(FoundPerson(person.name) for person in sidecar.faces.people if person.name) if sidecar else ()
    return Read(values, taken_at, description, sidecar.rating if sidecar else None, names)


@transaction.atomic
def _store(image_hash: str, read: Read, replaced: str | None = None) -> Outcome:
    """Write what was read; what the person set in the meantime stays."""
    photo = Photo.objects.select_for_update().filter(pk=image_hash, removed=False).first()
    if photo is None:
        return Outcome.GONE
    if replaced and not read.problem:
        photo_take_over(photo=photo, replaced=replaced)
    file_timestamp = read.file_timestamp.replace(tzinfo=UTC) if read.file_timestamp else None
    taken_at = photo.user_timestamp or file_timestamp
    album, _ = AlbumDate.objects.get_or_create(owner_id=photo.owner_id, date=taken_at.date() if taken_at else None)
    values = read.values | {
        "album_date": album,
        "file_timestamp": file_timestamp,
        "taken_at": taken_at,
        "state": PhotoState.BROKEN if read.problem else PhotoState.READY,
        "problem": read.problem,
    }
    if not read.problem:
        values |= photo_place(owner=photo.owner, latitude=values["gps_lat"], longitude=values["gps_lon"])
    if read.rating and not photo.rating:
        values["rating"] = read.rating
    photo.change(**values)
    if not read.problem:
        people_import(photo=photo, found=read.people)
    if read.description:
        caption_import(photo=photo, text=read.description.replace("\0", ""))
    photo_index(photo=photo)
    return Outcome.BROKEN if read.problem else Outcome.READY
