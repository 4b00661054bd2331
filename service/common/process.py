"""The process that holds a model, as its front sees it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from service.common.memory import rss_bytes
from service.common.wire import ClosedError, Frame, readable, receive_frame, send_frame

_EXIT_GRACE_S = 5.0
# A process that decodes strangers' pictures has no use for them.
_SECRETS = ("SERVICE_TOKEN", "SECRET_KEY", "DATABASE_URL")
# The child's reading thread takes a frame at once; one that does not is stopped or hangs.
_FRAME_TIMEOUT_S = 60.0


class ModelProcess:
    """A fresh interpreter running `service.common.child`, and the pipe to it.

    Fresh, never forked: a fork of a threaded front may deadlock, and CUDA does not survive one.
    Frames are sent and received by one thread, which is also the one that makes this object and
    must outlive the process: Linux sends the parent-death signal when that thread ends.
    """

    def __init__(self, *, name: str, threads: int) -> None:
        ours, theirs = socket.socketpair()
        ours.settimeout(_FRAME_TIMEOUT_S)
        self._sock = ours
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "service.common.child", str(theirs.fileno()), name],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                env=child_environment(threads),
            )
        finally:
            theirs.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def rss_bytes(self) -> int:
        """Resident bytes; 0 once it has ended."""
        return rss_bytes([self.pid]) if self.is_alive() else 0

    def send(self, message: dict[str, Any], blobs: Sequence[bytes] = ()) -> None:
        """Raises ClosedError when the process has gone."""
        try:
            send_frame(self._sock, message, blobs)
        except OSError as error:
            raise ClosedError(str(error)) from error

    def receive(self, timeout_s: float) -> Frame | None:
        """The next frame, or None when none came in time. Raises ClosedError."""
        return receive_frame(self._sock) if readable(self._sock, timeout_s) else None

    def stop(self) -> None:
        """End it: politely, so that the engine can unload, then by force. Safe to call twice."""
        try:
            self.send({"do": "exit"})
            self._process.wait(_EXIT_GRACE_S)
        except (ClosedError, subprocess.TimeoutExpired):
            self._process.kill()
        self._reap()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._reap()

    def how_it_ended(self) -> str:
        """For a sentence: "by signal 9 (Killed)" or "with status 1"; waits for the end."""
        self._reap()
        status = self._process.returncode
        return f"by signal {-status} ({signal.strsignal(-status)})" if status < 0 else f"with status {status}"

    def _reap(self) -> None:
        self._sock.close()  # an orderly child ends on this too
        try:
            self._process.wait(_EXIT_GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def child_environment(threads: int) -> dict[str, str]:
    """Ours without the secrets, the same module path, and thread limits that libraries read."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_SECRETS)}
    return {
        **inherited,
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(path for path in sys.path if path)),
        "OMP_NUM_THREADS": str(threads),
        "OPENBLAS_NUM_THREADS": str(threads),
    }
