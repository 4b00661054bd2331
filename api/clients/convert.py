"""The services' wire contract for conversions: a folder of published weights in, one that the service loads out."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

from api.clients.base import service_events
from api.errors import ServiceRejectedError, ServiceUnavailableError

LONGEST_S = 55 * 60.0
"""Less than the hour after which the queue would kill the job (`Q_CLUSTER["timeout"]`)."""
HOPELESS = frozenset({"service_failed", "service_timeout"})
"""The files are no good, or the machine is too slow for them: the same again would end the same way."""


def weights_convert(
    service: str, *, kind: str, source: str, target: str, advance: Callable[[float], None]
) -> dict[str, Any]:
    """Have a service convert weights and return its report: figures about what it made.

    source, target: folders relative to WEIGHTS_DIR; `target` is there and empty. advance: called with 0 to 1, also
    while nothing moves; what it raises stops the conversion. Raises ServiceUnavailableError when the service is down,
    busy or goes away, and ServiceRejectedError with its sentence when these files cannot be converted.
    """
    done = 0.0
    body = {"kind": kind, "source": source, "target": target}
    try:
        # Closed at once when `advance` raises, and not when somebody lets go of the exception.
        with closing(service_events(service, "/convert", timeout_s=LONGEST_S, json=body)) as events:
            for name, data in events:
                if name == "done":
                    return dict(data.get("report") or {})
                done = float(data.get("progress", done)) if name == "progress" else done
                advance(done)
    except ServiceUnavailableError as error:
        if error.code in HOPELESS:
            raise ServiceRejectedError(error.detail, code="conversion_failed") from error
        raise
    raise ServiceUnavailableError(
        f"The service {service} ended the conversion without a word.", code="service_down", retry_after_s=10
    )
