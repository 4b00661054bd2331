"""Use a model within the memory budget: what does not fit beside it is unloaded, or waited for, before it is loaded.

The API's threads and the workers are different processes that share no memory but the same services. They agree by
file locks in DATA_DIR, see `api.lib.turns`: every request holds its service's place while it runs, and only a service
whose place is free is unloaded.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings

from api.clients.base import CHECK_EVERY_S, ModelUse, service_unload
from api.errors import ConflictError, ServiceUnavailableError
from api.lib.sizes import size_text
from api.lib.turns import POLL_S, Turns, nothing
from api.model_registry import ModelEntry
from api.selectors.model_costs import memory_budget_bytes
from api.selectors.models import service_healths
from api.selectors.site_settings import site_setting

RETRY_AFTER_S = 10

Check = Callable[[], None]
"""Called about twice a second while somebody waits; raises to have done with waiting."""


@contextmanager
def model_use(model: ModelEntry, *, check: Check = nothing) -> Iterator[ModelUse]:
    """See that there is room for the model, and keep it for the block; clients of services want what this yields.

    Waits MEMORY_WAIT_S at most. Raises ConflictError (`memory_budget`) when the model is larger than the budget, and
    ServiceUnavailableError (`memory_busy`) when others that do not fit beside it are at work all that time, and what
    `check` raises. Using a second model inside the block is right only where both fit.
    """
    with memory_use(model.service, model.ram_bytes, label=model.label, check=check):
        yield ModelUse(model, idle_timeout_s=float(site_setting("IDLE_TIMEOUT_S")))


@contextmanager
def memory_use(place: str, needs_bytes: int, *, label: str, check: Check = nothing) -> Iterator[None]:
    """Keep so much of the budget for the block. place: a service, or a name for other work. Raises as `model_use`."""
    budget = memory_budget_bytes()
    if needs_bytes > budget:
        raise ConflictError(
            f"{label} needs {size_text(needs_bytes)} of memory, and models may take {size_text(budget)} together "
            f"on this server (MEMORY_BUDGET).",
            code="memory_budget",
            needed_bytes=needs_bytes,
            budget_bytes=budget,
        )
    descriptor = _enter(place, needs_bytes, budget, label, seldom(check))
    try:
        yield
    finally:
        os.close(descriptor)


def seldom(check: Check) -> Check:
    """Return what may be called all the time, and looks every CHECK_EVERY_S."""
    looked_at = time.monotonic()

    def look() -> None:
        nonlocal looked_at
        if time.monotonic() - looked_at >= CHECK_EVERY_S:
            looked_at = time.monotonic()
            check()

    return look


def _enter(place: str, needs_bytes: int, budget: int, label: str, check: Check) -> int:
    """Wait for room and take it. Who waits keeps the turn, so that a stream of others does not pass it for ever."""
    turns = Turns(settings.DATA_DIR / "turns")
    deadline = time.monotonic() + settings.MEMORY_WAIT_S
    try:
        with turns.turn(deadline=deadline, check=check):
            while not _make_room(turns, place, needs_bytes, budget):
                if time.monotonic() >= deadline:
                    raise TimeoutError
                check()
                time.sleep(POLL_S)
            return turns.enter(place, needs_bytes)
    except TimeoutError as error:
        at_work = sum(needs for name, needs in turns.notes().items() if name != place)
        raise ServiceUnavailableError(
            f"{label} needs {size_text(needs_bytes)} of memory; other models are at work "
            f"({size_text(at_work)}), and {size_text(budget)} is what they may take together. Try again in a moment.",
            code="memory_busy",
            retry_after_s=RETRY_AFTER_S,
            needed_bytes=needs_bytes,
            budget_bytes=budget,
        ) from error


def _make_room(turns: Turns, place: str, needs_bytes: int, budget: int) -> bool:
    """Return whether it fits now; unloads idle models, longest unused first, where that makes it fit."""
    notes = turns.notes()
    everything = needs_bytes + sum(needs for name, needs in notes.items() if name != place)
    # So far below the budget that a wrong figure in the list of models does no harm: no need to ask the services.
    if everything <= budget // 2:
        return True
    healths = {name: health for name, (health, _why) in service_healths().items() if health is not None}
    # A service may still be loading for a caller who has given up.
    loading = {name: notes.get(name, 0) for name, health in healths.items() if health["state"] == "loading"}
    used = loading | turns.in_use()
    loaded = {name: int(health.get("model_rss_bytes") or 0) for name, health in healths.items()}
    busy = sum(max(needs, loaded.get(name, 0)) for name, needs in used.items() if name != place)
    # Its service may be at work with a larger model, which goes only after that.
    busy += max(needs_bytes, used.get(place, 0))
    if busy > budget:
        return False
    idle = {name: count for name, count in loaded.items() if count and name != place and name not in used}
    for name in sorted(idle, key=lambda name: str(healths[name].get("last_used_at") or "")):
        if busy + sum(idle.values()) <= budget:
            break
        service_unload(name)
        del idle[name]
    return True
