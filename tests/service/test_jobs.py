"""The queue: its bound, its order, and who rides along."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from service.common.errors import BusyError, FailedError
from service.common.family import Inputs, Task
from service.common.jobs import Item, Job, JobQueue, Result

TASK = Task("/caption", "a:b", "c:d")


def job(
    key: str | None = "same", *, blobs: int = 1, model: str = "m", wait_s: float = 60.0, stream: bool = False
) -> Job:
    inputs = Inputs({}, (b"x",) * blobs, batch_key=key, stream=stream)
    return Job(TASK, model, inputs, deadline=time.monotonic() + wait_s)


def filled(*jobs: Job, limit: int = 100) -> JobQueue:
    queue = JobQueue(limit)
    for each in jobs:
        queue.put(each, retry_after_s=3)
    return queue


def test_first_come_first_served() -> None:
    jobs = [job("a"), job("b"), job("c")]
    queue = filled(*jobs)
    assert [queue.take(0, max_size=8) for _ in range(4)] == [[jobs[0]], [jobs[1]], [jobs[2]], []]


def test_equal_requests_ride_along_up_to_the_size() -> None:
    jobs = [job("a"), job("b"), job("a"), job("a", blobs=3), job("a")]
    queue = filled(*jobs)
    assert queue.take(0, max_size=3) == [jobs[0], jobs[2], jobs[4]]
    assert queue.take(0, max_size=3) == [jobs[1]]
    assert queue.take(0, max_size=3) == [jobs[3]]


@pytest.mark.parametrize(
    "difference", [{"key": None}, {"key": "b"}, {"model": "n"}, {"stream": True}], ids=lambda value: next(iter(value))
)
def test_who_does_not_ride_along(difference: dict[str, Any]) -> None:
    first, other = job("a"), job(**{"key": "a", **difference})
    assert filled(first, other).take(0, max_size=8) == [first]
    assert filled(other, first).take(0, max_size=8) == [other]


def test_a_full_queue_is_busy_and_says_when_to_come_again() -> None:
    queue = filled(job(), job(), limit=2)
    with pytest.raises(BusyError) as refusal:
        queue.put(job(), retry_after_s=3)
    assert refusal.value.retry_after_s == 3
    queue.take(0, max_size=1)
    queue.put(job(), retry_after_s=3)


def test_those_who_left_or_are_late_take_no_place() -> None:
    gone, late, waiting = job(), job(wait_s=0.0), job()
    queue = filled(gone, waiting, limit=2)
    gone.cancelled = True
    queue.put(late, retry_after_s=1)
    assert len(queue) == 1
    assert queue.take(0, max_size=8) == [waiting]


def test_a_dropped_job_is_not_taken() -> None:
    first, second = job(), job()
    queue = filled(first, second)
    queue.drop(first)
    queue.drop(first)
    assert queue.take(0, max_size=8) == [second]


def test_take_wakes_for_a_job_and_for_a_nudge() -> None:
    queue = JobQueue(5)
    taken: list[list[Job]] = []
    wanted = job()
    for act in (lambda: queue.put(wanted, retry_after_s=1), queue.nudge):
        thread = threading.Thread(target=lambda: taken.append(queue.take(60, max_size=8)))
        thread.start()
        act()
        thread.join(180)
    assert taken == [[wanted], []]


def test_nothing_follows_the_last_outcome() -> None:
    each = job()
    for outcome in (Item({"a": 1}), Result({"b": 2}), FailedError("late"), Item({"c": 3})):
        each.put(outcome)
    assert each.next_outcome(0) == Item({"a": 1})
    assert each.next_outcome(0) == Result({"b": 2})
    assert each.next_outcome(0) is None
