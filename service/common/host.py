"""Holds at most one model, in its own process: loads it when asked, lets it go when idle."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import math
import threading
import time
from collections.abc import Sequence
from queue import SimpleQueue
from typing import Any

from service.common.config import Config
from service.common.errors import AbsentError, FailedError, ServiceError
from service.common.family import Family, Inputs, Task
from service.common.gpu import GpuWatch
from service.common.jobs import Job, JobQueue
from service.common.loaded import LoadedModel
from service.common.memory import limit_bytes, rss_bytes, trim_heap
from service.common.metrics import Metrics
from service.common.model_folders import ModelFolders, missing_library
from service.common.self_test import SelfTest
from service.common.state import Status

logger = logging.getLogger(__name__)


class ModelHost:
    """Takes jobs from any thread; one thread of its own, the dispatcher, deals with the model.

    The dispatcher: 1. takes the next batch, or finds that the idle time is over and ends the
    process; 2. starts a process with the model that the batch asks for, ending one that holds
    another; 3. runs the batch; 4. notes what happened for /health and /metrics.
    """

    def __init__(self, family: Family, config: Config, front_pids: Sequence[int]) -> None:
        self.folders = ModelFolders(family, config.weights_dir)
        self.metrics = Metrics(family.name)
        self.self_test = SelfTest()
        self._family = family
        self._config = config
        self._front_pids = front_pids
        self._queue = JobQueue(config.queue_size)
        self._status = Status(device=config.device)
        self._loaded: LoadedModel | None = None
        self._closing = False
        self._gpu = GpuWatch()
        self._memory_limit = limit_bytes()
        self._unloads: SimpleQueue[threading.Event] = SimpleQueue()
        self._idle_timeout_s = config.idle_timeout_s
        self._idle_since = time.monotonic()
        self._batch_s = 1.0  # a moving mean, for Retry-After
        self._thread = threading.Thread(target=self._dispatch, name="dispatcher", daemon=True)
        self._thread.start()
        if family.probe is not None:  # so that /health knows before the first request
            threading.Thread(target=self._try_libraries, name="probe", daemon=True).start()

    def submit(self, task: Task, inputs: Inputs) -> Job:
        """Queue a request.

        Raises MalformedError or AbsentError for its model, BusyError when the queue is full.
        """
        model = self.folders.default_id() if inputs.model is None else self.folders.true_id(inputs.model)
        self.folders.find(model)
        wait_s = self._config.request_timeout_s
        if inputs.deadline_s is not None:
            wait_s = min(wait_s, inputs.deadline_s)
        job = Job(task, model, inputs, deadline=time.monotonic() + wait_s)
        if self._closing:
            raise FailedError("The service is stopping.", retry_after_s=5)
        self._queue.put(job, retry_after_s=self.retry_after_s())
        if inputs.idle_timeout_s is not None:
            self._idle_timeout_s = inputs.idle_timeout_s
        return job

    def cancel(self, job: Job) -> None:
        """Nobody waits for this job any more: free its place, or stop the model's work on it."""
        job.cancelled = True
        self._queue.drop(job)
        job.forget_pictures()

    def is_full(self) -> bool:
        return len(self._queue) >= self._config.queue_size

    def retry_after_s(self) -> int:
        """Whole seconds in which about half of a full queue is served; from 1 to 60."""
        batches = max(1.0, self._config.queue_size / 2)
        return min(60, max(1, math.ceil(batches * self._batch_s)))

    def unload(self, timeout_s: float) -> None:
        """Free the model now, or after the batch that is running; returns when it is done."""
        done = threading.Event()
        self._unloads.put(done)
        self._queue.nudge()
        done.wait(timeout_s)

    def health(self) -> dict[str, Any]:
        """What GET /health answers; never loads anything."""
        loaded = self._loaded
        child_bytes = loaded.process.rss_bytes() if loaded is not None else 0
        front_bytes = rss_bytes(self._front_pids)
        status = self._status.snapshot(self.folders)
        if loaded is not None and status["device"] == "cuda" and not status["vram_bytes"]:
            status["vram_bytes"] = self._gpu.used_by(loaded.process.pid)
        return {
            **status,
            "gpu": self._gpu.describe(),
            "memory_limit_bytes": self._memory_limit,
            **self.self_test.report(),
            "idle_timeout_s": self._idle_timeout_s,
            "rss_bytes": front_bytes + child_bytes,
            "front_rss_bytes": front_bytes,
            "model_rss_bytes": child_bytes,
            "queue_length": len(self._queue),
            "queue_size": self._config.queue_size,
            "conversions": self._conversions(),
        }

    def _conversions(self) -> list[str]:
        """What POST /convert can do here; nothing while a library for it is missing."""
        is_ready = missing_library(self._family, self._family.conversion_libraries) is None
        return sorted(self._family.conversions) if is_ready else []

    def close(self) -> None:
        """End the model process and fail what waits; for the end of the front."""
        self._closing = True
        self._queue.nudge()
        self._thread.join(timeout=15.0)

    def _try_libraries(self) -> None:
        with contextlib.suppress(AbsentError):
            self.folders.try_libraries()

    def _dispatch(self) -> None:
        while not self._closing:
            batch = self._queue.take(self._idle_left_s(), max_size=self._config.max_batch)
            if batch:
                self._serve(batch)
                self._idle_since = time.monotonic()
            self._do_unloads()
            if self._loaded is not None and self._idle_left_s() <= 0:
                self._drop("idle")
        self._drop("closing")
        for job in self._queue.drain():
            job.put(FailedError("The service is stopping.", retry_after_s=5))

    def _idle_left_s(self) -> float:
        """Until the model is to go; a long time while there is none."""
        if self._loaded is None:
            return 3600.0
        return self._idle_since + self._idle_timeout_s - time.monotonic()

    def _do_unloads(self) -> None:
        while not self._unloads.empty():
            done = self._unloads.get()
            self._drop("asked to")
            done.set()

    def _serve(self, batch: list[Job]) -> None:
        """Give every job of the batch its outcome, whatever happens."""
        started = time.monotonic()
        try:
            loaded, load_s = self._ensure(batch[0].model)
            ready = time.monotonic()
            wanted = [job for job in batch if job.is_wanted]
            for job in wanted:
                job.timings = {"queue_s": started - job.created, "load_s": load_s}
                job.device = self._status.device
            if wanted:
                self._run(loaded, wanted)
                self._batch_s += 0.3 * (time.monotonic() - ready - self._batch_s)
        except ServiceError as error:
            self._drop("failed", why=error.detail)
            self._fail(batch, error)
        except Exception:  # the loop's edge: one odd batch must not end the service
            logger.exception("a batch of %d failed", len(batch))
            self._drop("failed", why="An unexpected error; see the log of the service.")
            self._fail(batch, ServiceError("An unexpected error; see the log of the service."))

    def _fail(self, batch: list[Job], error: ServiceError) -> None:
        for job in batch:
            job.put(error)

    def _ensure(self, model: str) -> tuple[LoadedModel, float]:
        """The model in a living process, and the seconds that loading it took just now."""
        if self._loaded is not None and self._loaded.model == model:
            if self._loaded.process.is_alive():
                return self._loaded, 0.0
            logger.warning("the model process ended %s", self._loaded.process.how_it_ended())
            self.metrics.add("crashes")
        self._drop("another model is asked for")
        self.folders.try_libraries()
        weights = self.folders.find(model)
        self._status.loading(model)
        config = dataclasses.replace(self._config, device=self.self_test.device(self._config.device))
        self._loaded = LoadedModel(self._family, config, model)
        self.metrics.add("loads")
        report = self._loaded.load(weights, lambda: self._closing)
        self._status.ready(report)
        logger.info("loaded %s on %s in %.2f s", model, report.device, report.load_s)
        return self._loaded, report.load_s

    def _run(self, loaded: LoadedModel, jobs: list[Job]) -> None:
        try:
            done = loaded.run(
                jobs,
                limits={"max_image_pixels": self._config.max_image_pixels},
                grace_s=self._config.cancel_grace_s,
                closing=lambda: self._closing,
            )
        except FailedError:
            self.metrics.add("crashes")
            raise
        finally:
            self._status.used()
        if done is None:
            return
        self.metrics.add("batches")
        self.metrics.add("infer_seconds", done["infer_s"])
        self._status.vram_bytes = done["vram_bytes"]

    def _drop(self, reason: str, why: str | None = None) -> None:
        """End the process if there is one; the state becomes idle, or failed with a `why`."""
        loaded, self._loaded = self._loaded, None
        if loaded is not None:
            loaded.process.stop()
            logger.info("unloaded %s: %s", loaded.model, reason)
        self._status.gone(why)
        trim_heap()
