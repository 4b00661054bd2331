"""A request on its way through the host, and the bounded queue it waits in."""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from queue import Empty, SimpleQueue
from typing import Any

from service.common.errors import BusyError, ServiceError
from service.common.family import Inputs, Task

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Item:
    """Something the model made on the way, for a reader of a stream."""

    data: dict[str, Any]


@dataclass(frozen=True)
class Result:
    """The end of a job that went well."""

    data: dict[str, Any]


Outcome = Item | Result | ServiceError


@dataclass(eq=False)
class Job:
    """One request. The thread that serves it reads `next_outcome`; the dispatcher calls `put`."""

    task: Task
    model: str
    inputs: Inputs
    deadline: float  # in time.monotonic() seconds
    number: int = field(default_factory=lambda: next(_numbers))
    created: float = field(default_factory=time.monotonic)
    cancelled: bool = False
    finished: bool = False
    device: str = ""
    timings: dict[str, float] = field(default_factory=dict)
    _outcomes: SimpleQueue[Outcome] = field(default_factory=SimpleQueue)

    @property
    def size(self) -> int:
        """How much of a batch it fills: its pictures, at least 1."""
        return max(1, len(self.inputs.blobs))

    @property
    def is_wanted(self) -> bool:
        """Whether somebody still waits for it, in time."""
        return not self.cancelled and time.monotonic() < self.deadline

    def put(self, outcome: Outcome) -> None:
        """Hand something to the waiting thread; nothing follows a Result or an error."""
        if self.finished:
            return
        self.finished = not isinstance(outcome, Item)
        if self.finished:
            self.forget_pictures()
        self._outcomes.put(outcome)

    def forget_pictures(self) -> None:
        """Let go of the bytes as soon as nobody needs them.

        An error that is raised refers to the frames it passes, and they to it and to this job;
        Python's collector might leave such a ring, with its megabytes, for a long time.
        """
        self.inputs = replace(self.inputs, blobs=())

    def next_outcome(self, timeout_s: float) -> Outcome | None:
        """The next thing that happened, or None when nothing did in time."""
        try:
            return self._outcomes.get(timeout=max(0.0, timeout_s))
        except Empty:
            return None

    def runs_with(self, other: Job) -> bool:
        """Whether both may be in one batch."""
        return (
            self.inputs.batch_key is not None
            and self.inputs.batch_key == other.inputs.batch_key
            and self.task is other.task
            and self.model == other.model
            and not self.inputs.stream
            and not other.inputs.stream
        )


class JobQueue:
    """First come, first served, with a bound; equal requests behind the first ride along."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._jobs: deque[Job] = deque()
        self._changed = threading.Condition()
        self._nudged = False

    def __len__(self) -> int:
        with self._changed:
            self._forget_unwanted()
            return len(self._jobs)

    def put(self, job: Job, *, retry_after_s: int) -> None:
        """Let the job wait. Raises BusyError when the queue is full."""
        with self._changed:
            self._forget_unwanted()
            if len(self._jobs) >= self._limit:
                raise BusyError(f"{self._limit} requests are waiting already.", retry_after_s=retry_after_s)
            self._jobs.append(job)
            self._changed.notify()

    def take(self, timeout_s: float, *, max_size: int) -> list[Job]:
        """The next batch: the first wanted job and those that may run with it.

        Empty when there is none in time, or after `nudge()`.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._jobs or self._nudged, timeout=max(0.0, timeout_s))
            if self._nudged:
                self._nudged = False
                return []
            self._forget_unwanted()
            if not self._jobs:
                return []
            batch = list(self._fitting(self._jobs[0], max_size))
            for job in batch:
                self._jobs.remove(job)
            return batch

    def drop(self, job: Job) -> None:
        """Free the place of a job that is not wanted any more, if it still waits."""
        with self._changed:
            if job in self._jobs:
                self._jobs.remove(job)

    def drain(self) -> list[Job]:
        """Empty the queue, for a host that closes."""
        with self._changed:
            jobs = list(self._jobs)
            self._jobs.clear()
            return jobs

    def nudge(self) -> None:
        """Make the next or current `take` return at once, empty."""
        with self._changed:
            self._nudged = True
            self._changed.notify()

    def _fitting(self, first: Job, max_size: int) -> Iterator[Job]:
        """The first job, then all that may join it while they fit."""
        yield first
        size = first.size
        for job in list(self._jobs):
            if job is not first and job.runs_with(first) and size + job.size <= max_size:
                size += job.size
                yield job

    def _forget_unwanted(self) -> None:
        """Called with the lock held."""
        if not all(job.is_wanted for job in self._jobs):
            self._jobs = deque(job for job in self._jobs if job.is_wanted)
