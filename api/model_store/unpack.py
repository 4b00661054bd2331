"""Take a tar archive from a stranger apart: plain files inside one folder, or nothing."""

import os
import tarfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import IO

from api.model_registry import is_safe_path
from api.model_store.errors import UnsafeArchiveError, disk_full

MAX_MEMBERS = 10_000
CHUNK_BYTES = 1 << 20
_SLIP = "points out of its folder or hides itself"


def unpack(archive: Path, folder: Path, *, strip: int, limit_bytes: int, check: Callable[[], None]) -> None:
    """Write the archive's files below `folder`, without the first `strip` folders of their names.

    Owners, modes and times of the archive are ignored. limit_bytes: what all files may take together, whatever the
    archive's headers say. Raises UnsafeArchiveError before the first bad member is written, and DiskFullError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        # "r|*" reads the archive once from front to back, so no member can refer to an earlier one.
        with archive.open("rb") as file, tarfile.open(fileobj=file, mode="r|*") as tar:
            _unpack_all(tar, folder, strip, limit_bytes, check)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise UnsafeArchiveError(f"{archive.name} is no whole tar archive: {error}") from error
    except OSError as error:
        if full := disk_full(error):
            raise full from error
        raise UnsafeArchiveError(f"{archive.name} cannot be unpacked: {error}") from error


def _unpack_all(tar: tarfile.TarFile, folder: Path, strip: int, limit_bytes: int, check: Callable[[], None]) -> None:
    left = limit_bytes
    for count, member in enumerate(tar):
        check()
        if count >= MAX_MEMBERS:
            raise UnsafeArchiveError(f"The archive has more than {MAX_MEMBERS} members.")
        if member.isdir() and is_safe_folder(member.name):
            continue
        path = _target(member, strip)
        if member.size > left:
            raise UnsafeArchiveError(f"The archive's files take more than {limit_bytes} bytes.")
        left -= member.size
        source = tar.extractfile(member)
        if source is None:
            raise UnsafeArchiveError(f"{member.name!r} in the archive has no content.")
        _write(source, folder / path)


def is_safe_folder(name: str) -> bool:
    """True for the archive's own root ("." and "./") too."""
    return name.strip("./") == "" or is_safe_path(name.removeprefix("./").rstrip("/"))


def _target(member: tarfile.TarInfo, strip: int) -> PurePosixPath:
    if not member.isreg() or member.issparse():
        raise UnsafeArchiveError(f"{member.name!r} in the archive is a link, a device or the like, not a plain file.")
    name = member.name.removeprefix("./")
    if not is_safe_path(name):
        raise UnsafeArchiveError(f"{member.name!r} in the archive {_SLIP}.")
    parts = PurePosixPath(name).parts[strip:]
    if not parts:
        raise UnsafeArchiveError(f"{member.name!r} in the archive lies outside the expected folder.")
    return PurePosixPath(*parts)


def _write(source: IO[bytes], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # "x": a second member of the same name is refused instead of replacing the first.
    with target.open("xb") as file:
        while chunk := source.read(CHUNK_BYTES):
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
