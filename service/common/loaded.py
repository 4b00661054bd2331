"""One model, loaded in its own process: start, run batches, stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.common.batch import Batch, HungError
from service.common.config import Config
from service.common.errors import FailedError
from service.common.family import Family
from service.common.jobs import Job, Result
from service.common.process import ModelProcess
from service.common.wire import ClosedError

_LOAD_TIMEOUT_S = 900.0
_POLL_S = 0.1


@dataclass(frozen=True)
class LoadReport:
    """What is known once a model is loaded; load_s counts from the start of its process.

    why: the reason for another device than the best one; None where there is none.
    """

    device: str
    provider: str
    why: str | None
    vram_bytes: int
    load_s: float


class LoadedModel:
    """Made in the dispatcher's thread and used there; only `rss_bytes` and `is_alive` elsewhere."""

    def __init__(self, family: Family, config: Config, model: str) -> None:
        self.model = model
        self._family = family
        self._config = config
        self.process = ModelProcess(name=family.name, threads=config.threads)

    def load(self, weights: Path, closing: Callable[[], bool]) -> LoadReport:
        """Load the weights. Raises FailedError with the reason; the process is then of no use."""
        started = time.monotonic()
        try:
            self.process.send(
                {
                    "do": "load",
                    "engine": self._family.engine,
                    "weights": str(weights),
                    "device": self._config.device,
                    "threads": self._config.threads,
                }
            )
            message = self._wait_loaded(started, closing)
        except ClosedError:
            ended = self.process.how_it_ended()
            raise FailedError(f"The model process ended {ended} while loading.") from None
        if message["event"] == "load_failed":
            raise FailedError(f"The model {self.model!r} cannot be loaded: {message['detail']}")
        return LoadReport(
            device=message["device"],
            provider=message["provider"],
            why=message["why"],
            vram_bytes=message["vram_bytes"],
            load_s=time.monotonic() - started,
        )

    def run(
        self,
        jobs: list[Job],
        *,
        limits: dict[str, int],
        grace_s: float,
        closing: Callable[[], bool],
    ) -> dict[str, Any] | None:
        """Run a batch and give each job its answer.

        Returns the model's last message, or None if all callers had left before it began.
        Raises FailedError when the process died or had to be ended; the jobs then have no answer.
        """
        batch = Batch(self.process, jobs, cancel_grace_s=grace_s)
        try:
            done = batch.wait(closing) if batch.send(jobs[0].task.runner, limits) else None
        except (ClosedError, HungError) as error:
            raise self._failure(error) from None
        batch.fail_open(FailedError("The model gave this request no answer."))
        for job in jobs:
            if done is not None and job.number in batch.results:
                job.timings["infer_s"] = done["infer_s"]
                job.put(Result(batch.results[job.number]))
        return done

    def _wait_loaded(self, started: float, closing: Callable[[], bool]) -> dict[str, Any]:
        while not closing() and time.monotonic() - started < _LOAD_TIMEOUT_S:
            frame = self.process.receive(_POLL_S)
            if frame is not None:
                return frame.message
        self.process.kill()
        raise FailedError(f"The model {self.model!r} was not loaded in time.")

    def _failure(self, error: Exception) -> FailedError:
        if isinstance(error, HungError):
            self.process.kill()
            return FailedError(f"The model process was ended: {error}.", retry_after_s=1)
        ended = self.process.how_it_ended()
        return FailedError(
            f"The model process ended {ended} during the request; the next one starts it anew.",
            retry_after_s=1,
        )
