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


def limit_bytes(proc: Path = Path("/proc"), cgroups: Path = Path("/sys/fs/cgroup")) -> int | None:
    """The tightest limit of the cgroups that we are in, as a container's; None when none is below the machine's size.

    Source: https://docs.kernel.org/admin-guide/cgroup-v2.html and .../cgroup-v1/memory.html.
    """
    total = os.sysconf("SC_PHYS_PAGES") * _PAGE_BYTES
    limits = []
    for line in _read(proc / "self" / "cgroup").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controllers and "memory" not in controllers.split(","):
            continue
        root = cgroups / "memory" if controllers else cgroups
        folder = root / path.strip("/")
        for group in (folder, *folder.parents):
            text = _read(group / ("memory.limit_in_bytes" if controllers else "memory.max")).strip()
            if text.isdigit():  # version 2 says "max" for none, version 1 a number near 2^63
                limits.append(int(text))
            if group == root:
                break
    return min((limit for limit in limits if limit < total), default=None)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


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
