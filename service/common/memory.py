"""Resident memory: how much there is, and how to keep a small front small."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
from collections.abc import Iterable
from pathlib import Path

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")

# From glibc's <malloc.h>; the values are part of its ABI.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8


def rss_bytes(pids: Iterable[int]) -> int:
    """Resident bytes of these processes together; one that is gone counts 0.

    Pages that a fork shares are counted once for each process, so the sum is an upper bound.
    """
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError, IndexError, ValueError):
            resident = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
            total += int(resident) * _PAGE_BYTES
    return total


def keep_heap_small() -> None:
    """Make glibc give freed uploads back to the system instead of keeping them for later.

    Its default moves the mmap threshold up to the largest block ever freed (32 MiB at most) and
    opens a heap for each thread, so a few large uploads would stay in the front for ever.
    Does nothing on another C library.
    """
    with contextlib.suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_ARENA_MAX, 2)
        mallopt(_M_MMAP_THRESHOLD, 128 * 1024)
        mallopt(_M_TRIM_THRESHOLD, 128 * 1024)


def trim_heap() -> None:
    """Free what only refers to itself, and return free pages to the system where glibc can."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
