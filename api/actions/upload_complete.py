"""The end of an upload: its bytes become a photo's file."""

import logging
import re
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from api.actions.photo_register import photo_register
from api.actions.uploads import (
    open_part,
    part_path,
    upload_allowed,
    upload_discard,
    upload_of,
    upload_turn,
    uploads_folder,
)
from api.errors import DiskFullError, InvalidError, NotFoundError, UnsupportedFileError
from api.lib.file_types import MEDIA_EXTENSIONS, FileType, detect_type
from api.lib.files import free_bytes, is_disk_full, md5_hex, move_into_place
from api.lib.names import clean_file_name, file_extension
from api.models import Photo, PhotoFile, Upload, User
from api.selectors.media import original_path

logger = logging.getLogger(__name__)
MD5 = re.compile(r"[0-9a-f]{32}\Z")


def upload_complete(*, user: User, upload_id: str, md5: str, file_name: str) -> Photo:
    """Check the bytes, keep them under a generated name and return the photo, which a job reads next.

    Doing it again answers the same. Identical bytes are kept once; a photo that was removed for good comes back.
    Raises InvalidError (`md5_mismatch`) and leaves the bytes, UnsupportedFileError and DiskFullError, which drop them,
    GoneError when the bytes are not there any more.
    """
    upload_allowed()
    upload = upload_of(user=user, upload_id=upload_id)
    if upload.photo is not None:
        return upload.photo
    if not MD5.match(md5.lower()):
        raise InvalidError("Send the md5 of the whole file, 32 hexadecimal digits.", field="md5")
    try:
        with upload_turn(upload):
            if upload.photo is not None:  # another request completed it while this one waited
                return upload.photo
            with open_part(upload) as part:
                kind = _check(upload, part, md5.lower())
            return _keep(upload, md5.lower(), clean_file_name(file_name), kind)
    except OSError as error:
        if not is_disk_full(error):
            raise
        upload_discard(upload=upload)
        raise DiskFullError from error
    except Upload.DoesNotExist as error:
        raise NotFoundError("There is no such upload.") from error
    except (UnsupportedFileError, DiskFullError):
        upload_discard(upload=upload)
        raise


def _check(upload: Upload, part: BinaryIO, md5: str) -> FileType:
    part.truncate(upload.offset)
    if md5_hex(part) != md5:
        raise InvalidError("The md5 does not fit the bytes that arrived.", code="md5_mismatch", field="md5")
    kind = detect_type(part)
    if kind is None:
        raise UnsupportedFileError("This is not a picture or video of a kind that can be shown.", field="file")
    return kind


def _keep(upload: Upload, md5: str, name: str, kind: FileType) -> Photo:
    user = upload.user
    known = Photo.objects.filter(pk=f"{md5}{user.pk}", removed=False).first()
    if known is not None and original_path(known, exact=True) is not None:
        _finish(upload, known)
        part_path(upload).unlink(missing_ok=True)
        return known
    target = _target(user, md5, name, kind)
    if free_bytes(target.parent) < settings.MIN_FREE_BYTES:
        raise DiskFullError
    move_into_place(part_path(upload), target)
    try:
        with transaction.atomic():
            photo = photo_register(
                owner=user,
                md5=md5,
                path=str(target),
                stat=target.stat(),
                original_name=name,
                is_video=kind.is_video,
                uploaded=True,
            ).photo
            _finish(upload, photo)
    except BaseException:
        if not PhotoFile.objects.filter(owner=user, path=str(target)).exists():
            target.unlink(missing_ok=True)
        raise
    return photo


def _target(user: User, md5: str, name: str, kind: FileType) -> Path:
    """The name is the bytes' md5, so that the same file sent twice at once lands in the same place."""
    extension = file_extension(name)
    if extension.lower() not in MEDIA_EXTENSIONS:
        extension = kind.extension
    return uploads_folder(user.pk) / md5[:2] / f"{md5}{extension}"


def _finish(upload: Upload, photo: Photo) -> None:
    upload.photo, upload.completed_at = photo, timezone.now()
    upload.save(update_fields=["photo", "completed_at"])
