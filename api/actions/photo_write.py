"""Write a photo's caption into its files or sidecars; the picture and everything else in them stays as it is."""

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.db import transaction

from api.lib.caption_in_file import CaptionInFile, Written, caption_into
from api.lib.exiftool import ExifTool, ExifToolError, ExifToolMissingError
from api.lib.files import FILE_MODE, is_disk_full, md5_hex, open_regular, write_atomic
from api.lib.metadata import find_sidecar
from api.lib.xmp import MAX_BYTES
from api.lib.xmp_edit import NotXmpError, read_caption, with_caption
from api.models import Photo, PhotoFile, PhotoVersion
from api.models.user import SaveMetadata
from api.selectors.captions import caption_current

WRITABLE = frozenset(f"image/{kind}" for kind in ("jpeg", "png", "tiff", "heic", "heif", "avif", "gif"))
"""What is written into. Videos, which would be copied whole for a sentence, raw files, and WebP, which Debian 12's
ExifTool cannot write, get sidecars."""


class FileWriteError(Exception):
    """It was not written; the text is a sentence for people."""


def photo_write(*, photo: Photo, before: Written, tool: ExifTool) -> Written:
    """Write the photo's caption, as its owner chose, and return what of it is ours. Safe to run twice.

    Raises FileWriteError; what was written until then stays, and the next try completes it. The database is not
    changed by what stands in the file.
    """
    into_files = photo.owner.save_metadata_to_disk == SaveMetadata.MEDIA_FILE
    current = caption_current(photo)
    text = None if current is None else current.text
    ours = before
    for file in photo.files.filter(missing=False).order_by("pk"):
        path = Path(file.path)
        with _told(path):
            _demand_unchanged(file, path)
            # Phones know what they sent by its bytes, which therefore stay.
            if into_files and photo.mime_type in WRITABLE and not file.uploaded:
                ours = _into_file(photo, file, path, text, before, tool)
                if find_sidecar(path) is None:
                    continue
            ours = _into_sidecar(photo, path, text, before)
    return ours


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what may go wrong into sentences."""
    try:
        yield
    except ExifToolMissingError as error:
        raise FileWriteError(str(error)) from error
    except ExifToolError as error:
        raise FileWriteError(f"{path.name} was not written: {error}.") from error
    except NotXmpError as error:
        raise FileWriteError(f"The sidecar of {path.name} was left alone: {error}") from error
    except OSError as error:
        if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
            raise FileWriteError(f"The folder {path.parent} is read-only for this server.") from error
        if is_disk_full(error):
            raise FileWriteError(f"The disk of {path.parent} is full.") from error
        raise FileWriteError(f"{path.name} could not be written: {error.strerror}.") from error


def _demand_unchanged(file: PhotoFile, path: Path) -> None:
    try:
        status = path.lstat()
    except FileNotFoundError as error:
        raise FileWriteError(f"{path.name} is not where it was; the next scan looks for it.") from error
    if (status.st_size, status.st_mtime_ns) != (file.size_bytes, file.mtime_ns):
        raise FileWriteError(f"{path.name} was changed by another program; the next scan reads it first.")


def _into_file(photo: Photo, file: PhotoFile, path: Path, text: str | None, before: Written, tool: ExifTool) -> Written:
    found = tool.read(path)
    wanted, ours = caption_into(found, text=text, before=before)
    if wanted == found:
        return ours
    # A dot in front: scans pass over it. The ending tells ExifTool the format.
    copy = path.with_name(f".part-{secrets.token_hex(8)}{path.suffix}")
    try:
        tool.write_copy(path, copy, found=found, wanted=wanted)
        with copy.open("rb") as content:
            md5 = md5_hex(content)
            os.fsync(content.fileno())
        _take_after(path, copy)
        rows = list(PhotoFile.objects.filter(path=file.path))
        # Before the file is there: whenever a scan meets these bytes, it knows whose they are.
        _know(rows, md5)
        _demand_unchanged(file, path)
        copy.replace(path)
        status = path.lstat()
        PhotoFile.objects.filter(pk__in=[row.pk for row in rows]).update(
            size_bytes=status.st_size, mtime_ns=status.st_mtime_ns, md5=md5
        )
    finally:
        copy.unlink(missing_ok=True)
    return ours


@transaction.atomic
def _know(rows: list[PhotoFile], md5: str) -> None:
    """Several people may have the same folder."""
    for row in rows:
        if row.photo_id is not None:
            known = {"photo_id": row.photo_id}
            PhotoVersion.objects.get_or_create(owner_id=row.owner_id, md5=md5, defaults=known)


def _take_after(path: Path, copy: Path) -> None:
    """Give the copy the rights, and where allowed the owner, of the original."""
    shutil.copymode(path, copy)
    status = path.stat()
    with contextlib.suppress(PermissionError):
        os.chown(copy, status.st_uid, status.st_gid)


def _into_sidecar(photo: Photo, path: Path, text: str | None, before: Written) -> Written:
    """Write the sidecar that is there, else `name.jpg.xmp`; none is made to say nothing."""
    sidecar = find_sidecar(path)
    packet = None
    if sidecar is not None:
        with open_regular(sidecar) as content:
            packet = content.read(MAX_BYTES + 1)
        if len(packet) > MAX_BYTES:
            raise NotXmpError("It is larger than a sidecar may be.")
    found = read_caption(packet) if packet is not None else CaptionInFile()
    # A sidecar's keywords stand for the file's own, so where it has none yet, those come along.
    base = found if found.subjects else CaptionInFile(found.description, tuple(map(str, photo.keywords)))
    wanted, ours = caption_into(base, text=text, before=before)
    if wanted.subjects == base.subjects:
        wanted = CaptionInFile(wanted.description, found.subjects)
    if wanted == found:
        return ours
    target = sidecar or path.with_name(f"{path.name}.xmp")
    written = with_caption(packet, wanted)
    mode = sidecar.stat().st_mode if sidecar else FILE_MODE
    write_atomic(target, lambda file: _fill(file, written, mode))
    PhotoFile.objects.filter(path=str(path)).update(sidecar_mtime_ns=target.lstat().st_mtime_ns)
    return ours


def _fill(file: BinaryIO, content: bytes, mode: int) -> None:
    file.write(content)
    os.fchmod(file.fileno(), mode & 0o777)
