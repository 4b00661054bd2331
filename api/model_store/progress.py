"""Progress in bytes, and the wish to stop."""

import time
from typing import Protocol

REPORT_EVERY_S = 0.5


class Progress(Protocol):
    """What the store tells about its work; `api.jobs.runner.JobRun` fits.

    `advance` and `check` may raise to stop the work; what was downloaded by then stays for the next try.
    """

    def target(self, count: int) -> None: ...

    def advance(self, current: int) -> None: ...

    def check(self) -> None: ...


class _NoProgress:
    def target(self, count: int) -> None:
        pass

    def advance(self, current: int) -> None:
        pass

    def check(self) -> None:
        pass


NO_PROGRESS: Progress = _NoProgress()


class Meter:
    """Adds up the bytes of several files and reports now and then."""

    def __init__(self, progress: Progress, total_bytes: int) -> None:
        self._progress = progress
        self._done = 0
        self._reported_at = 0.0
        self.total_bytes = total_bytes
        progress.target(total_bytes)

    def grow(self, count: int) -> None:
        """Raise the target: a size has become known."""
        self.total_bytes += count
        self._progress.target(self.total_bytes)
        self._report()

    def add(self, count: int) -> None:
        """Count bytes that are there; negative when some had to be thrown away."""
        self._done += count
        if time.monotonic() - self._reported_at >= REPORT_EVERY_S:
            self._report()

    def check(self) -> None:
        self._progress.check()

    def sleep(self, seconds: float) -> None:
        """Wait, but notice within half a second that the work should stop."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self.check()
            time.sleep(min(left, REPORT_EVERY_S))

    def finish(self) -> None:
        self._report()

    def _report(self) -> None:
        self._reported_at = time.monotonic()
        self._progress.advance(min(self._done, self.total_bytes))
