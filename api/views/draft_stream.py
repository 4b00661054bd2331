"""Drafts as server-sent events: what the model is doing, each draft, the end.

The work runs in a thread of its own and is written into the ledger even when the reader leaves: a phone that lost its
connection finds the drafts when it comes back.
"""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, Queue
from typing import Any

from django.db import connection

from api.actions.draft_answer import DraftAnswer
from api.actions.rewrites import Tell
from api.clients.base import service_health
from api.errors import DomainError, ServiceUnavailableError
from api.exception_handler import server_error_body
from api.lib.event_stream import COMMENT, MEDIA_TYPE, event
from api.models import Caption
from api.serializers.captions import CaptionSerializer, RewriteOutcomeSerializer

logger = logging.getLogger(__name__)
POLL_S = 0.5
WAITING_COMMENT_EVERY = 20  # polls
STATES = {"loading": "loading", "ready": "writing"}
"""The service's state → what the reader is told."""

_pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="drafts")
Told = tuple[str, Any] | None
"""What the work says: the name of an event and its data; None when it is over."""


def draft_events(make: Callable[[Tell], DraftAnswer], *, service: str) -> Iterator[bytes]:
    """Start the work and return its events, the last of them `done` or `error`.

    `status` {state: queued, loading, writing, rewriting}, `draft` and `held_back` (a caption), `token` {text: the next
    letters of the rewritten one}, `done` {count, order: ids of the drafts, best first; rewrite} and `error` {code,
    detail}.
    """
    told: Queue[Told] = Queue()
    return _events(_pool.submit(_in_thread, make, told), told, service)


def _events(future: "Future[DraftAnswer]", told: "Queue[Told]", service: str) -> Iterator[bytes]:
    yield event("status", {"state": "queued"})
    yield from _watch(told, service)
    try:
        answer = future.result()
    except DomainError as error:
        yield event("error", {"code": error.code, "detail": error.detail, **error.extra})
        return
    except Exception:
        logger.exception("drafting failed")
        body = server_error_body()
        yield event("error", {"code": body["code"], "detail": body["detail"]})
        return
    order = [row.pk for row in answer.drafts]
    rewrite = RewriteOutcomeSerializer(answer.rewrite).data
    yield event("done", {"count": len(order), "order": order, "rewrite": rewrite})


def _watch(told: "Queue[Told]", service: str) -> Iterator[bytes]:
    """Pass on what the work says, and what its service does while it says nothing."""
    state, polls, rewriting = "queued", 0, False
    while True:
        try:
            said = told.get(timeout=POLL_S)
        except Empty:
            polls += 1
            now = state if rewriting else STATES.get(_state(service), state)
            if now != state:
                state = now
                yield event("status", {"state": state})
            elif polls % WAITING_COMMENT_EVERY == 0:
                yield COMMENT
            continue
        if said is None:
            return
        name, data = said
        rewriting = rewriting or name == "status"  # from then on the captioner's state says nothing
        yield event(name, CaptionSerializer(data).data if isinstance(data, Caption) else data)


def _state(service: str) -> str:
    try:
        return str(service_health(service).get("state", ""))
    except ServiceUnavailableError:
        return ""


def _in_thread(make: Callable[[Tell], DraftAnswer], told: "Queue[Told]") -> DraftAnswer:
    try:
        return make(lambda name, data: told.put((name, data)))
    finally:
        told.put(None)
        connection.close()  # connections belong to threads


def wants_events(accept: str) -> bool:
    """True when an Accept header asks for an event stream."""
    return MEDIA_TYPE in accept.lower()
