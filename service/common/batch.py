"""Carry one batch to the model process and its answers back to the waiting requests."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from service.common.errors import ClientGoneError, ServiceError, from_wire
from service.common.jobs import Item, Job
from service.common.process import ModelProcess
from service.common.wire import Frame

# How often a running batch looks whether it is still wanted.
_POLL_S = 0.05


class HungError(Exception):
    """The model process went on with work that nobody waits for."""


class Batch:
    """The jobs in the hands of a model process.

    cancel_grace_s: an engine that ignores a cancellation for so long is taken to hang.
    """

    def __init__(self, process: ModelProcess, jobs: list[Job], *, cancel_grace_s: float) -> None:
        self._process = process
        self._jobs = {job.number: job for job in jobs}
        self._cancel_grace_s = cancel_grace_s
        self._told: set[int] = set()
        self._unwanted_since: float | None = None
        self.results: dict[int, dict[str, Any]] = {}

    def send(self, runner: str, limits: dict[str, int]) -> bool:
        """Hand over the jobs; False if all callers have left. Raises ClosedError."""
        # Taken once, and before looking who has left: a caller who leaves is marked first and
        # then takes the pictures along, so what is not marked here is whole.
        inputs = {number: job.inputs for number, job in self._jobs.items()}
        inputs = {number: own for number, own in inputs.items() if not self._jobs[number].cancelled}
        entries = [
            {"number": number, "options": own.options, "stream": own.stream, "blobs": len(own.blobs)}
            for number, own in inputs.items()
        ]
        if entries:
            blobs = [blob for own in inputs.values() for blob in own.blobs]
            self._process.send({"do": "run", "runner": runner, "jobs": entries, "limits": limits}, blobs)
        return bool(entries)

    def wait(self, closing: Callable[[], bool]) -> dict[str, Any]:
        """Pass on items and errors, collect results, until the batch is done.

        Returns the last message. Raises ClosedError when the process dies, HungError when it
        does not stop, or when `closing` turns true.
        """
        while True:
            if closing():
                raise HungError("the service is closing")
            self._cancel_unwanted()
            frame = self._process.receive(_POLL_S)
            if frame is None:
                continue
            if frame.message["event"] == "batch_done":
                return frame.message
            self._pass_on(frame)

    def fail_open(self, error: ServiceError) -> None:
        """Give every job that has no result its last outcome."""
        for number, job in self._jobs.items():
            if number not in self.results:
                job.put(error if not job.cancelled else ClientGoneError("The caller has left."))

    def _pass_on(self, frame: Frame) -> None:
        message = frame.message
        job, data = self._jobs[message["job"]], message["data"]
        if message["event"] == "item":
            job.put(Item(data))
        elif message["event"] == "result":
            self.results[job.number] = data
        else:
            job.put(from_wire(data))

    def _cancel_unwanted(self) -> None:
        """Take back what is not wanted; lose patience when nothing of the batch is."""
        for number, job in self._jobs.items():
            if not job.is_wanted and number not in self._told:
                self._told.add(number)
                self._process.send({"do": "cancel", "job": number})
        if len(self._told) < len(self._jobs):
            return
        now = time.monotonic()
        if self._unwanted_since is None:
            self._unwanted_since = now
        elif now - self._unwanted_since > self._cancel_grace_s:
            raise HungError(f"it did not stop within {self._cancel_grace_s:g} s")
