"""The graphics card as nvidia-smi sees it, for the front: it loads no library that could hold memory there."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")

_DRIVER = Path("/dev/nvidiactl")
_MIB = 1 << 20
# nvidia-smi takes up to a second where the driver has to wake up.
_KEEP_S = 5.0
_TIMEOUT_S = 5.0


def is_there() -> bool:
    """Whether the system has an NVIDIA driver; a few look-ups, no process."""
    return _DRIVER.exists() or shutil.which("nvidia-smi") is not None


@dataclass(frozen=True)
class Gpu:
    """The first card, which is the one that the engines use."""

    name: str
    total_bytes: int
    free_bytes: int


class GpuWatch:
    """Looks at most every few seconds, from any thread."""

    def __init__(self) -> None:
        self._gpu = _Kept(look)
        self._used = _Kept(used_bytes)

    def describe(self) -> dict[str, Any] | None:
        """`{name, total_bytes, free_bytes}` for /health, or None without a card."""
        gpu = self._gpu.get()
        return None if gpu is None else asdict(gpu)

    def used_by(self, pid: int) -> int:
        """The card's memory that a process holds; 0 where the driver numbers processes otherwise, as for containers."""
        return self._used.get().get(pid, 0)


class _Kept(Generic[Value]):
    """An answer that is asked for anew once it is some seconds old."""

    def __init__(self, ask: Callable[[], Value]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._kept: tuple[float, Value] | None = None

    def get(self) -> Value:
        with self._lock:
            if self._kept is None or time.monotonic() - self._kept[0] >= _KEEP_S:
                value = self._ask()
                self._kept = (time.monotonic(), value)
            return self._kept[1]


def look() -> Gpu | None:
    """The first card now, or None when there is none or its driver does not answer."""
    rows = _query("--query-gpu=name,memory.total,memory.free")
    if not rows or len(rows[0]) != 3:
        return None
    name, total, free = rows[0]
    return Gpu(name, int(total) * _MIB, int(free) * _MIB) if total.isdigit() and free.isdigit() else None


def used_bytes() -> dict[int, int]:
    """Process → bytes that it holds on the cards."""
    found: dict[int, int] = {}
    for row in _query("--query-compute-apps=pid,used_memory"):
        if len(row) == 2 and row[0].isdigit() and row[1].isdigit():
            found[int(row[0])] = found.get(int(row[0]), 0) + int(row[1]) * _MIB
    return found


def _query(question: str) -> list[list[str]]:
    """The answer's rows; none when there is no nvidia-smi or it fails."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return []
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program of the driver
            [program, question, "--format=csv,noheader,nounits"],
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    lines = done.stdout.splitlines() if done.returncode == 0 else []
    return [[cell.strip() for cell in line.split(",")] for line in lines]
