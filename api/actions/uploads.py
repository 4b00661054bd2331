"""Files that arrive in chunks, see docs of both clients for the order of calls.

The bytes so far lie in UPLOADS_DIR/<upload id>; the row says how many of them count. Requests for one upload come after
each other by a lock beside the bytes, which are moved away when all have come.
"""

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from api.errors import ConflictError, DiskFullError, GoneError, InvalidError, NotFoundError, TooLargeError
from api.lib.files import CHUNK_BYTES, free_bytes, is_disk_full, lock_file
from api.models import Upload, User
from api.selectors.site_settings import site_setting

MAX_OPEN = 20  # uploads of one user
IDLE_S = 600


def upload_allowed() -> None:
    """Raise ConflictError when the administrator switched uploads off. Not a 403: phones answer that with a log-in."""
    if not site_setting("ALLOW_UPLOAD"):
        raise ConflictError("Uploads are switched off on this server.", code="upload_off")


def upload_append(*, user: User, upload_id: str, start: int, size: int, chunk: BinaryIO) -> Upload:
    """Add a chunk that begins at byte `start` and return the upload with its new offset.

    An empty `upload_id` begins a new upload. A repeat of the last chunk (sent again after a lost answer) changes
    nothing. Raises InvalidError when `start` is not the offset, NotFoundError for an unknown or foreign upload,
    GoneError for an expired one, TooLargeError and DiskFullError, after which nothing of the upload is left.
    """
    upload_allowed()
    if start + size > settings.MAX_UPLOAD_BYTES:
        if upload_id:
            upload_discard(upload=upload_of(user=user, upload_id=upload_id))
        raise TooLargeError(f"A file may have at most {settings.MAX_UPLOAD_BYTES} bytes.")
    upload = upload_of(user=user, upload_id=upload_id) if upload_id else _begin(user, start)
    _refuse_completed(upload)
    try:
        with upload_turn(upload), open_part(upload) as part:
            _refuse_completed(upload)
            if not _is_repeat(upload, part, start, size, chunk):
                _write(upload, part, start, size, chunk)
    except Upload.DoesNotExist as error:
        raise NotFoundError("There is no such upload.") from error
    except OSError as error:
        if not is_disk_full(error):
            raise
        upload_discard(upload=upload)
        raise DiskFullError from error
    except DiskFullError:
        upload_discard(upload=upload)
        raise
    return upload


def upload_of(*, user: User, upload_id: str) -> Upload:
    """Return the user's upload. Raises NotFoundError, and GoneError for one that expired, which is removed."""
    try:
        upload = Upload.objects.get(pk=UUID(upload_id), user=user)
    except (ValueError, Upload.DoesNotExist) as error:
        raise NotFoundError("There is no such upload.") from error
    if upload.completed_at is None and upload.created_at < _expired_before():
        upload_discard(upload=upload)
        raise GoneError("The upload has expired; start again.", code="upload_expired")
    return upload


def upload_discard(*, upload: Upload) -> None:
    """Forget an upload and its bytes."""
    part_path(upload).unlink(missing_ok=True)
    Upload.objects.filter(pk=upload.pk).delete()


def uploads_purge() -> int:
    """Remove what expired, of all users, and parts without a row. Returns how many uploads."""
    expired = list(Upload.objects.filter(created_at__lt=_expired_before())[:1000])
    for upload in expired:
        upload_discard(upload=upload)
    folder = Path(settings.UPLOADS_DIR)
    for part in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(FileNotFoundError):
            if part.stat().st_mtime < _expired_before().timestamp():
                part.unlink()
    return len(expired)


def uploads_folder(user_id: int) -> Path:
    """Where the finished uploads of a user lie."""
    return Path(settings.PHOTOS_DIR) / str(user_id) / "uploads"


def part_path(upload: Upload) -> Path:
    return Path(settings.UPLOADS_DIR) / str(upload.pk)


@contextmanager
def upload_turn(upload: Upload) -> Iterator[None]:
    """Wait until no other request works on the upload, and read it anew. Raises Upload.DoesNotExist when it is gone."""
    Path(settings.UPLOADS_DIR).mkdir(parents=True, exist_ok=True)
    with lock_file(part_path(upload).with_suffix(".lock")):
        upload.refresh_from_db()
        yield


@contextmanager
def open_part(upload: Upload) -> Iterator[BinaryIO]:
    """Open the bytes so far for reading and writing. Raises GoneError without them."""
    try:
        part = part_path(upload).open("r+b")
    except FileNotFoundError as error:
        raise GoneError("The upload's bytes are gone; start again.", code="upload_expired") from error
    with part:
        yield part


def _begin(user: User, start: int) -> Upload:
    if start != 0:
        raise InvalidError("A new upload starts at byte 0.", code="wrong_offset", field="offset", offset=0)
    uploads_purge()
    _drop_oldest(user)
    folder = Path(settings.UPLOADS_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    upload = Upload(user=user)
    part_path(upload).touch(mode=0o600)
    upload.save(force_insert=True)
    return upload


def _refuse_completed(upload: Upload) -> None:
    if upload.completed_at is not None:
        raise ConflictError("The upload has been completed already.", code="upload_completed")


def _drop_oldest(user: User) -> None:
    """Phones begin anew whenever their list of files changes; what they leave behind must not fill the disk."""
    for upload in Upload.objects.filter(user=user, completed_at=None).order_by("-created_at")[MAX_OPEN - 1 :]:
        upload_discard(upload=upload)


def _drop_idle() -> None:
    """With the disk full, uploads go that nobody has added to for a while."""
    for upload in Upload.objects.filter(completed_at=None):
        with contextlib.suppress(FileNotFoundError):
            if part_path(upload).stat().st_mtime < time.time() - IDLE_S:
                upload_discard(upload=upload)


def _is_repeat(upload: Upload, part: BinaryIO, start: int, size: int, chunk: BinaryIO) -> bool:
    if not upload.last_chunk_bytes or size != upload.last_chunk_bytes or start != upload.offset - size:
        return False
    part.seek(start)
    chunk.seek(0)
    while piece := chunk.read(CHUNK_BYTES):
        if part.read(len(piece)) != piece:
            return False
    return True


def _has_room(size: int) -> bool:
    return free_bytes(Path(settings.UPLOADS_DIR)) >= size + settings.MIN_FREE_BYTES


def _write(upload: Upload, part: BinaryIO, start: int, size: int, chunk: BinaryIO) -> None:
    if start != upload.offset:
        raise InvalidError(
            f"The next chunk must start at byte {upload.offset}, not {start}.",
            code="wrong_offset",
            field="offset",
            offset=upload.offset,
        )
    if not _has_room(size):
        _drop_idle()
        if not _has_room(size):
            raise DiskFullError
    # What lies behind the offset is left from a request that died before it could count its bytes.
    part.truncate(start)
    part.seek(start)
    chunk.seek(0)
    shutil.copyfileobj(chunk, part, CHUNK_BYTES)
    part.flush()
    if os.fstat(part.fileno()).st_size != start + size:
        raise InvalidError("The chunk is not as long as it says.", code="wrong_length", field="file")
    upload.offset, upload.last_chunk_bytes = start + size, size
    upload.save(update_fields=["offset", "last_chunk_bytes"])


def _expired_before() -> datetime:
    return timezone.now() - timedelta(seconds=settings.UPLOAD_EXPIRES_S)
