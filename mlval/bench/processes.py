"""A model service as a real process, its memory, and pictures to send it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import requests
from PIL import Image

from service.common.memory import rss_bytes

ROOT = Path(__file__).resolve().parents[2]
MB = 1e6
_START_TIMEOUT_S = 60.0
_TIMEOUT_S = 300.0


class RunningService:
    """Its address and its processes; `pid` is gunicorn's parent."""

    def __init__(self, pid: int, url: str, model: str) -> None:
        self.pid = pid
        self.url = url
        self.model = model

    def health(self) -> dict[str, Any]:
        return dict(requests.get(f"{self.url}/health", timeout=_TIMEOUT_S).json())

    def unload(self) -> None:
        requests.post(f"{self.url}/unload", timeout=_TIMEOUT_S)

    def caption(self, *images: bytes, **options: Any) -> requests.Response:
        return requests.post(
            f"{self.url}/caption",
            files=[("image", ("photo.jpg", image)) for image in images],
            data={"options": json.dumps({"model": self.model, **options})},
            timeout=_TIMEOUT_S,
        )

    def pids(self) -> list[int]:
        """All its processes, parents before children."""
        found = [self.pid]
        for pid in found:
            found += _children(pid)
        return found

    def model_pid(self) -> int | None:
        """The process that holds the model, if there is one."""
        pids = self.pids()
        return pids[2] if len(pids) > 2 else None

    def rss_mb(self) -> float:
        """Of all its processes together."""
        return rss_bytes(self.pids()) / MB


@contextlib.contextmanager
def running(family: str, model: str, **environment: str) -> Iterator[RunningService]:
    """Start `python -m service.FAMILY.main` on a free port; ends it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", f"service.{family}.main"],
        cwd=ROOT,
        env={**os.environ, "PORT": str(port), "SERVICE_TOKEN": "", **environment},
        stderr=subprocess.DEVNULL,
    )
    service = RunningService(process.pid, f"http://127.0.0.1:{port}", model)
    try:
        _wait_until_up(service, process)
        yield service
    finally:
        process.terminate()
        process.wait()


def peak_rss_bytes() -> int:
    """The most that this process has held since it was started.

    Not ru_maxrss, which begins with what the parent held when it started the process.
    """
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def photo(seed: int = 0, size: tuple[int, int] = (1600, 1200)) -> bytes:
    """A JPEG of coloured noise, smooth enough to be as large as a photo of that size."""
    small = np.random.default_rng(seed).integers(0, 256, (size[1] // 16, size[0] // 16, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(small).resize(size, Image.Resampling.BICUBIC).save(file, "JPEG", quality=90)
    return file.getvalue()


def _children(pid: int) -> list[int]:
    """Direct children, of all threads of the process."""
    children: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            children += map(int, path.read_text(encoding="ascii").split())
    return children


def _wait_until_up(service: RunningService, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            service.health()
            return
        except requests.RequestException:
            time.sleep(0.1)
    raise SystemExit("The service did not start.")
