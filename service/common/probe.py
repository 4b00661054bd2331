"""Find out, in a process of its own, whether a family's libraries work on this computer.

A library built for another processor does not raise an error: it ends the process by an illegal
instruction. So the question is asked where the end of a process is an answer.
"""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading

from service.common.process import child_environment
from service.common.reason import Reason

logger = logging.getLogger(__name__)

_TIMEOUT_S = 120.0


class Probe:
    """module: None means that there is nothing to find out. Used by several threads."""

    def __init__(self, module: str | None) -> None:
        self._module = module
        self._lock = threading.Lock()
        self._is_done = module is None
        self.why: Reason | None = None  # once it is known that they do not work

    def run(self) -> Reason | None:
        """Ask, if that was not done; why they do not work, or None. Waits for the answer."""
        with self._lock:
            if not self._is_done:
                self._ask()
            return self.why

    def _ask(self) -> None:
        """What came too late proves nothing; it is asked again next time."""
        try:
            ended = subprocess.run(
                [sys.executable, "-m", str(self._module)],
                env=child_environment(threads=1),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                timeout=_TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            logger.warning("%s gave no answer within %g s", self._module, _TIMEOUT_S)
            return
        self.why = _why(ended.returncode, ended.stderr)
        self._is_done = True
        if self.why is not None:
            logger.error("%s", self.why.detail)


def _why(status: int, complaint: str) -> Reason | None:
    if status == 0:
        return None
    if status == -signal.SIGILL:
        return Reason(
            "newer_processor",
            "The installed libraries were built for a newer processor than this computer's "
            "(they end with an illegal instruction); install the service's requirements again on this computer.",
        )
    if status < 0:
        name = signal.strsignal(-status)
        return Reason("libraries_broken", f"The installed libraries end by signal {-status} ({name}) on this computer.")
    lines = complaint.strip().splitlines()
    sentence = lines[-1] if lines else f"The installed libraries do not work on this computer (status {status})."
    return Reason("libraries_broken", sentence)
