"""Wait for a job on behalf of its caller, and notice when the caller has left."""

from __future__ import annotations

import json
import select
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

from service.common.errors import ClientGoneError, DeadlineError, ServiceError
from service.common.host import ModelHost
from service.common.jobs import Item, Job, Outcome, Result

# How soon a caller who has left is noticed while the model works.
_LOOK_S = 0.1
# A comment in a quiet stream keeps proxies from closing it.
COMMENT_S = 10.0


def caller_has_left(environ: dict[str, Any]) -> Callable[[], bool]:
    """A question to ask while waiting: has the caller closed the connection?

    Asks Linux about gunicorn's socket without reading from it; under another server, never.
    """
    sock: socket.socket | None = environ.get("gunicorn.socket")

    def has_left() -> bool:
        if sock is None:
            return False
        poller = select.poll()
        try:
            poller.register(sock, select.POLLRDHUP)  # and always POLLHUP and POLLERR
        except ValueError:  # closed on our side
            return True
        return bool(poller.poll(0))

    return has_left


def wait_for_answer(host: ModelHost, job: Job, has_left: Callable[[], bool]) -> dict[str, Any]:
    """The job's answer. Raises the ServiceError that ended it, DeadlineError, ClientGoneError."""
    for outcome in _outcomes(host, job, has_left):
        if isinstance(outcome, Result):
            return answer(job, outcome)
        if isinstance(outcome, ServiceError):
            raise outcome
    raise AssertionError("a job ended without a last outcome")


def stream_events(host: ModelHost, job: Job, has_left: Callable[[], bool]) -> Iterator[str]:
    """Server-sent events: `token` for each item, then `done` with the answer, or `error`.

    Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
    """
    yield ": accepted\n\n"  # sends the headers, so that the reader knows it is served
    last_sent = time.monotonic()
    try:
        for outcome in _outcomes(host, job, has_left):
            if outcome is None:
                if time.monotonic() - last_sent < COMMENT_S:
                    continue
                yield ": waiting\n\n"
            elif isinstance(outcome, Item):
                yield event("token", outcome.data)
            elif isinstance(outcome, Result):
                yield event("done", answer(job, outcome))
            else:
                raise outcome
            last_sent = time.monotonic()
    except ServiceError as error:
        yield event("error", error.to_wire())


def answer(job: Job, result: Result) -> dict[str, Any]:
    """The body of an answer: what the model said, with its name, device and times.

    An engine may add to the times what it counted itself.
    """
    timings = {**job.timings, **result.data.get("timings", {})}
    return {**result.data, "model": job.model, "device": job.device, "timings": timings}


def _outcomes(host: ModelHost, job: Job, has_left: Callable[[], bool]) -> Iterator[Outcome | None]:
    """What happens to the job, None for each quiet moment; its place is freed however it ends."""
    try:
        while True:
            outcome = job.next_outcome(min(job.deadline - time.monotonic(), _LOOK_S))
            if time.monotonic() >= job.deadline and not isinstance(outcome, Result):
                # Asked first: the cancelled work may already say that nobody waits for it.
                raise DeadlineError("The deadline passed before there was an answer.")
            if outcome is None and has_left():
                raise ClientGoneError("The caller has left.")
            yield outcome
            if isinstance(outcome, Result | ServiceError):
                return
    finally:
        host.cancel(job)


def event(name: str, data: dict[str, Any]) -> str:
    """One server-sent event."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
