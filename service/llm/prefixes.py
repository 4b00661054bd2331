"""Files with what a model remembers of a fixed beginning, for the process that loads it next.

A model leaves memory after an idle time of seconds; computing the same system text again would take
longer than all the rest of a short answer. The files hold no more than that text, in a folder that
only this user can read, and are taken only if they are whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

logger = logging.getLogger(__name__)

_MOST_BYTES = 512 * 2**20
_CHECK_BYTES = 4


class PrefixFiles:
    """identity: names everything that the content depends on beside the tokens."""

    def __init__(self, folder: Path, identity: str) -> None:
        self._folder = folder
        self._identity = identity

    def read(self, tokens: Sequence[int]) -> bytearray | None:
        """What was written for these tokens; None if nothing was, or it is damaged."""
        path = self._path(tokens)
        if not self._is_ours():
            return None
        try:
            data = bytearray(path.read_bytes())
        except OSError:
            return None
        content = data[_CHECK_BYTES:]
        if data[:_CHECK_BYTES] != _check(content):
            logger.warning("%s is damaged and not used", path)
            path.unlink(missing_ok=True)
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # the least recently used go first
        return content

    def write(self, tokens: Sequence[int], content: memoryview) -> None:
        """Keep it for later; without room or permission it is computed again, and the log says so."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._is_ours():
                logger.warning("%s belongs to others or is open to them; nothing is kept there", self._folder)
                return
            self._replace(self._path(tokens), content)
            self._shrink()
        except OSError as error:
            logger.warning("nothing could be kept in %s: %s", self._folder, error)

    def _replace(self, path: Path, content: memoryview) -> None:
        """Whole or not at all, also when two processes write."""
        handle, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_check(content))
                file.write(content)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _shrink(self) -> None:
        """Remove the least recently used files over the limit, and what a killed process left."""
        left = _MOST_BYTES
        for path in sorted(self._folder.iterdir(), key=lambda one: one.stat().st_mtime, reverse=True):
            left -= path.stat().st_size
            if left < 0:
                path.unlink(missing_ok=True)

    def _path(self, tokens: Sequence[int]) -> Path:
        digest = hashlib.sha256(self._identity.encode())
        digest.update(np.asarray(tokens, dtype=np.int32).tobytes())
        return self._folder / f"{digest.hexdigest()}.prefix"

    def _is_ours(self) -> bool:
        """Whether nobody else can have put a file there: /tmp is everybody's."""
        try:
            found = self._folder.lstat()
        except OSError:
            return False
        return found.st_uid == os.getuid() and not found.st_mode & 0o077 and self._folder.is_dir()


def _check(content: bytes | bytearray | memoryview) -> bytes:
    return zlib.crc32(content).to_bytes(_CHECK_BYTES, "big")
