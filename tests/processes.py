"""Real processes for tests: a model service on a free port, and how to wait for it."""

import contextlib
import fcntl
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import IO

import psutil
import requests

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 180.0
"""Nothing takes so long by itself; but the machine may be slow, and busy with other tests."""
PORTS = range(18_000, 32_000)
"""Below those that a system gives to outgoing connections, which would take one between our look and its use."""
_mine: set[int] = set()


def free_port() -> int:
    """Return a port that nobody listens at, and that no other tests get until this process ends."""
    for port in random.sample(PORTS, 1_000):
        if port not in _mine and _claim(port):
            _mine.add(port)
            return port
    raise AssertionError("of a thousand ports none is free")


def _claim(port: int) -> bool:
    """Lock the byte of this number in a file that all tests of this user share; the lock ends with the process."""
    try:
        fcntl.lockf(_claims(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True


@cache
def _claims() -> IO[bytes]:
    return (Path(tempfile.gettempdir()) / f"librephotos-test-ports-{os.getuid()}.lock").open("ab")


def eventually(condition: Callable[[], bool], *, within_s: float = PATIENCE_S) -> None:
    """Wait until it is true."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"not true within {within_s} s"
        time.sleep(0.05)


def has_ended(pid: int) -> bool:
    """Whether a process runs no more; what has ended may stay as a zombie where nobody asks for it."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def wait_for(url: str, *, process: subprocess.Popen[bytes], timeout_s: float = PATIENCE_S) -> None:
    """Return once the address answers with anything; fail when the process ends or the time is up."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the process ended with {process.returncode} before {url} answered"
        try:
            requests.get(url, timeout=2)
            return
        except requests.RequestException:
            time.sleep(0.1)
    raise AssertionError(f"{url} did not answer within {timeout_s} s")


@contextlib.contextmanager
def model_service(name: str, **environment: str) -> Iterator[str]:
    """Run `python -m service.<name>.main` on a free port; yields its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", f"service.{name}.main"],
        cwd=ROOT,
        env={**os.environ, "HOST": "127.0.0.1", "PORT": str(port), "THREADS": "1", **environment},
    )
    try:
        wait_for(f"{url}/health", process=process)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
