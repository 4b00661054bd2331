"""One process at a time changes a model."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from api.model_store.errors import ModelBusyError

POLL_S = 0.5


@contextmanager
def model_lock(path: Path, *, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the lock file. It belongs to the open file, so the kernel frees it when the process dies, kill -9 included.

    waiting: called again and again while another process holds the lock; it may raise to give up. None: do not wait.
    Raises ModelBusyError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        while not _try(descriptor):
            if waiting is None:
                raise ModelBusyError("Somebody is downloading or removing this model right now.")
            waiting()
            time.sleep(POLL_S)
        # The file itself stays: removing it would let a third process lock a new file of the same name.
        yield
    finally:
        os.close(descriptor)


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
