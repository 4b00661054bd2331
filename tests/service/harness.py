"""Start a model service as a real process, talk to it, and count its memory."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psutil
import requests
from PIL import Image

from tests.processes import PATIENCE_S, ROOT, eventually, free_port

__all__ = ["PATIENCE_S", "ROOT", "Service", "eventually", "free_port", "picture", "running"]


class Service:
    """A running service; `process` is gunicorn's parent."""

    def __init__(self, process: subprocess.Popen[bytes], url: str) -> None:
        self.process = process
        self.url = url

    def health(self) -> dict[str, Any]:
        answer = requests.get(f"{self.url}/health", timeout=PATIENCE_S)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def caption(
        self, image: bytes | None = None, headers: dict[str, str] | None = None, **options: Any
    ) -> requests.Response:
        return requests.post(
            f"{self.url}/caption",
            files={"image": ("photo", image if image is not None else picture())},
            data={"options": json.dumps(options)},
            headers=headers,
            timeout=PATIENCE_S,
        )

    def post(self, path: str, **arguments: Any) -> requests.Response:
        return requests.post(self.url + path, timeout=PATIENCE_S, **arguments)

    def processes(self) -> list[psutil.Process]:
        """The front's processes and the model's; not the one that looks at the accelerator while the service starts."""
        parent = psutil.Process(self.process.pid)
        children = parent.children(recursive=True)
        return [parent, *(child for child in children if not _runs(child, "service.common.accelerator"))]

    def model_processes(self) -> list[psutil.Process]:
        return [process for process in self.processes() if _runs(process, "service.common.child")]

    def rss_bytes(self) -> int:
        """Of all its processes together."""
        total = 0
        for process in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                total += process.memory_info().rss
        return total

    def wait_for_state(self, *states: str) -> dict[str, Any]:
        """The first health answer with one of these states."""
        health: dict[str, Any] = {}

        def reached() -> bool:
            health.update(self.health())
            return health["state"] in states

        eventually(reached)
        return health


@contextlib.contextmanager
def running(module: str, **environment: object) -> Iterator[Service]:
    """Run `python -m module` on a free port with nothing of our own environment but the path."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env={
            "PATH": os.environ.get("PATH", ""),
            "PORT": str(port),
            "THREADS": "1",
            **{name: str(value) for name, value in environment.items()},
        },
    )
    service = Service(process, f"http://127.0.0.1:{port}")
    try:
        eventually(lambda: process.poll() is not None or _answers(service.url))
        assert process.poll() is None, f"{module} ended with {process.returncode}"
        yield service
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _runs(process: psutil.Process, module: str) -> bool:
    try:
        return module in process.cmdline()
    except psutil.NoSuchProcess:
        return False


def picture(colour: str = "red", size: tuple[int, int] = (40, 30), kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, kind)
    return file.getvalue()


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/health", timeout=5).status_code == 200
    except requests.RequestException:
        return False
