"""The language models' wire contract: a conversation in, JSON of a wanted shape out, piece by piece."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from api.clients.base import ModelUse, service_events
from api.errors import ServiceUnavailableError

GRACE_S = 2.0
"""The service ends an answer at its deadline; for so long after it we wait to hear that."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Generated:
    """The whole answer. `whole` is false when it was cut at `max_tokens`."""

    text: str
    whole: bool
    device: str
    timings: dict[str, float]


def generate(
    messages: list[dict[str, str]],
    *,
    use: ModelUse,
    json_schema: dict[str, Any],
    max_tokens: int,
    temperature: float,
    seed: int,
    timeout_s: float,
    tell: Tell = lambda _piece: None,
    check: Callable[[], None] = lambda: None,
) -> Generated:
    """Return the model's answer, bound to the schema; `tell` hears each piece as it is written.

    The service gives up at `timeout_s` by itself. check: called at every sign of life; what it or `tell` raises ends
    the work. Raises ServiceUnavailableError and ServiceRejectedError.
    """
    body = {
        "messages": messages,
        "json_schema": json_schema,
        "max_tokens": max_tokens,
        "temperature": temperature,
        "seed": seed,
        "stream": True,
        **use.options,
        "deadline_s": timeout_s,
    }
    service = use.model.service
    with closing(service_events(service, "/generate", timeout_s=timeout_s + GRACE_S, json=body)) as events:
        for name, data in events:
            check()
            if name == "token":
                tell(str(data.get("text", "")))
            elif name == "done":
                return _generated(service, data)
    raise ServiceUnavailableError(f"The service {service} ended in the middle.", code="service_broken")


def _generated(service: str, data: dict[str, Any]) -> Generated:
    try:
        return Generated(
            text=str(data["text"]),
            whole=data.get("finish_reason") != "length",
            device=str(data.get("device", "")),
            timings=dict(data.get("timings", {})),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ServiceUnavailableError(
            f"The service {service} sent an answer of another version.", code="service_broken"
        ) from error
