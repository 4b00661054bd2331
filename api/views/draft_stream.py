"""Drafts as server-sent events: what the model is doing, each draft, the end.

The work runs in a thread of its own and is written into the ledger even when the reader leaves: a phone that lost its
connection finds the drafts when it comes back.
"""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError

from django.db import connection

from api.clients.base import service_health
from api.errors import DomainError, ServiceUnavailableError
from api.exception_handler import server_error_body
from api.lib.event_stream import COMMENT, MEDIA_TYPE, event
from api.models import Caption
from api.serializers.captions import CaptionSerializer

logger = logging.getLogger(__name__)
POLL_S = 0.5
WAITING_COMMENT_EVERY = 20  # polls
STATES = {"loading": "loading", "ready": "writing"}
"""The service's state → what the reader is told."""

_pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="drafts")


def draft_events(make: Callable[[], list[Caption]], *, service: str) -> Iterator[bytes]:
    """Start the work and return events `status`, `draft`…, `done`, or `error` with the usual `{code, detail}`."""
    return _events(_pool.submit(_in_thread, make), service)


def _events(future: "Future[list[Caption]]", service: str) -> Iterator[bytes]:
    yield event("status", {"state": "queued"})
    yield from _watch(future, service)
    try:
        drafts = future.result()
    except DomainError as error:
        yield event("error", {"code": error.code, "detail": error.detail, **error.extra})
        return
    except Exception:
        logger.exception("drafting failed")
        body = server_error_body()
        yield event("error", {"code": body["code"], "detail": body["detail"]})
        return
    for draft in drafts:
        yield event("draft", CaptionSerializer(draft).data)
    yield event("done", {"count": len(drafts)})


def _watch(future: "Future[list[Caption]]", service: str) -> Iterator[bytes]:
    """Tell what the service does until the drafts are there."""
    told, polls = "queued", 0
    while True:
        try:
            future.exception(timeout=POLL_S)
            return
        except FutureTimeoutError:
            polls += 1
        state = STATES.get(_state(service), told)
        if state != told:
            told = state
            yield event("status", {"state": state})
        elif polls % WAITING_COMMENT_EVERY == 0:
            yield COMMENT


def _state(service: str) -> str:
    try:
        return str(service_health(service).get("state", ""))
    except ServiceUnavailableError:
        return ""


def _in_thread(make: Callable[[], list[Caption]]) -> list[Caption]:
    try:
        return make()
    finally:
        connection.close()  # connections belong to threads


def wants_events(accept: str) -> bool:
    """True when an Accept header asks for an event stream."""
    return MEDIA_TYPE in accept.lower()
