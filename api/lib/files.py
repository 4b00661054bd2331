"""Files from strangers and files of our own: opened without surprises, written whole or not at all."""

import errno
import fcntl
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO

CHUNK_BYTES = 1024 * 1024
FILE_MODE = 0o644  # the web server in front may run as another user
DISK_FULL_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class NotAFileError(OSError):
    """The path is not a regular file: a folder, link, pipe, socket or device."""


def open_regular(path: str | Path) -> BinaryIO:
    """Open a regular file for reading. Raises NotAFileError for anything else, OSError when it cannot be read.

    Neither follows a link in the last part of the path nor waits on a pipe that was put there.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENXIO}:
            raise NotAFileError(error.errno, "not a regular file", str(path)) from error
        raise
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise NotAFileError(errno.EINVAL, "not a regular file", str(path))
    return os.fdopen(handle, "rb")


def md5_hex(file: IO[bytes]) -> str:
    """Return the md5 of an open file from its start, 32 lower-case hex digits."""
    file.seek(0)
    digest = hashlib.md5(usedforsecurity=False)
    while chunk := file.read(CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()


def is_disk_full(error: OSError) -> bool:
    return error.errno in DISK_FULL_ERRORS


def free_bytes(folder: Path) -> int:
    """Return the free bytes of the disk that `folder` is, or will be, on."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def write_atomic(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Let `write` fill a new file that appears under its name only when it is complete. Makes the folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _temporary_beside(path) as (file, name):
        write(file)
        file.close()
        Path(name).replace(path)


def move_into_place(source: Path, target: Path) -> None:
    """Move a file, also to another disk, so that `target` is never seen half-written. Replaces what was there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as file:
        os.fchmod(file.fileno(), FILE_MODE)
        os.fsync(file.fileno())
    try:
        source.replace(target)
        return
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    with source.open("rb") as file, _temporary_beside(target) as (copy, name):
        shutil.copyfileobj(file, copy, CHUNK_BYTES)
        copy.flush()
        os.fsync(copy.fileno())
        copy.close()
        Path(name).replace(target)
    source.unlink()


@contextmanager
def lock_file(path: Path) -> Iterator[None]:
    """Wait for the lock and have it for the block; its file is there only meanwhile, or after its holder was killed."""
    while True:
        with path.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            # Who had it before removed the file: others lock a new one by now.
            if not _is_same(file, path):
                continue
            try:
                yield
            finally:
                path.unlink(missing_ok=True)
            return


def _is_same(file: IO[str], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


@contextmanager
def _temporary_beside(path: Path) -> Iterator[tuple[BinaryIO, str]]:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, FILE_MODE)
            yield file, name
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()
