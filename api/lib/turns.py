"""Who uses what, between processes on one machine: file locks, which the kernel frees when their holder dies.

A *place* may be used by many at once and carries a note of how many bytes its users need. The *turn* is had by one
process (or thread) at a time; only who has it looks at places and enters one, so what it saw still holds then.
"""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

POLL_S = 0.05
_TURN = "turn.lock"
_SUFFIX = ".place"


def nothing() -> None:
    """Do nothing, where somebody might look up from waiting."""


class Turns:
    """The locks of one folder, which is made when it is missing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def turn(self, *, deadline: float, check: Callable[[], None] = nothing) -> Iterator[None]:
        """Wait for the turn and have it for the block.

        deadline: of time.monotonic(). check: called between two looks; raises to give up. Raises TimeoutError.
        """
        descriptor = _open(self._folder / _TURN)
        try:
            while not _lock(descriptor, fcntl.LOCK_EX):
                if time.monotonic() >= deadline:
                    raise TimeoutError
                check()
                time.sleep(POLL_S)
            yield
        finally:
            os.close(descriptor)

    def notes(self) -> dict[str, int]:
        """Return place → bytes that its last users said they need, whether or not they still use it."""
        return {path.name.removesuffix(_SUFFIX): _note(path) for path in self._folder.glob(f"*{_SUFFIX}")}

    def in_use(self) -> dict[str, int]:
        """Return place → bytes that its users need, of the places that somebody uses now. For who has the turn."""
        return {name: needs for name, needs in self.notes().items() if not self._is_free(name)}

    def enter(self, place: str, needs_bytes: int) -> int:
        """Use a place until the returned descriptor is closed. For who has the turn, which clears no place."""
        path = self._folder / f"{place}{_SUFFIX}"
        needs_bytes = max(needs_bytes, self.in_use().get(place, 0))
        descriptor = _open(path)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"needs_bytes": needs_bytes}).encode(), 0)
        return descriptor

    def _is_free(self, place: str) -> bool:
        descriptor = _open(self._folder / f"{place}{_SUFFIX}")
        try:
            return _lock(descriptor, fcntl.LOCK_EX)
        finally:
            os.close(descriptor)


def _open(path: Path) -> int:
    # The file stays for good: removing it would let another process lock a new file of the same name.
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)


def _lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _note(path: Path) -> int:
    try:
        return int(json.loads(path.read_text(encoding="ascii"))["needs_bytes"])
    except (OSError, ValueError, KeyError, TypeError):  # of a process that died between two writes
        return 0
