"""What is handed to the model process when callers leave at the worst moment."""

from __future__ import annotations

import time
from typing import Any, cast

from service.common.batch import Batch
from service.common.errors import ClientGoneError, FailedError
from service.common.family import Inputs, Task
from service.common.jobs import Job
from service.common.process import ModelProcess

TASK = Task("/caption", "a:b", "c:d")


class Recorder:
    """Stands for the model process."""

    def __init__(self) -> None:
        self.sent: list[tuple[dict[str, Any], list[bytes]]] = []

    def send(self, message: dict[str, Any], blobs: list[bytes]) -> None:
        self.sent.append((message, blobs))


def jobs_of(*pictures: bytes) -> list[Job]:
    deadline = time.monotonic() + 3600
    return [Job(TASK, "m", Inputs({}, (picture,)), deadline=deadline) for picture in pictures]


def leave(job: Job) -> None:
    """What the host does for a caller who has left."""
    job.cancelled = True
    job.forget_pictures()


def batch_of(jobs: list[Job]) -> tuple[Batch, Recorder]:
    recorder = Recorder()
    return Batch(cast(ModelProcess, recorder), jobs, cancel_grace_s=1), recorder


def test_who_left_before_is_not_sent() -> None:
    first, gone, last = jobs = jobs_of(b"one", b"two", b"three")
    batch, recorder = batch_of(jobs)
    leave(gone)
    assert batch.send("c:d", {})
    ((message, blobs),) = recorder.sent
    assert [entry["number"] for entry in message["jobs"]] == [first.number, last.number]
    assert blobs == [b"one", b"three"]
    batch.fail_open(FailedError("x"))
    assert isinstance(gone.next_outcome(0), ClientGoneError)


def test_nothing_is_sent_when_all_have_left() -> None:
    jobs = jobs_of(b"one", b"two")
    batch, recorder = batch_of(jobs)
    for job in jobs:
        leave(job)
    assert not batch.send("c:d", {})
    assert recorder.sent == []


def test_an_ended_job_holds_no_pictures() -> None:
    (job,) = jobs_of(b"one")
    job.put(FailedError("x"))
    assert job.inputs.blobs == ()
