"""One HTTP call to a model service: timeout, token, and errors translated into ours."""

from dataclasses import dataclass
from typing import Any

import requests
from django.conf import settings

from api.errors import ServiceRejectedError, ServiceUnavailableError
from api.model_registry import ModelEntry

UNLOAD_TIMEOUT_S = 30.0
CONNECT_TIMEOUT_S = 3.05
HEALTH_TIMEOUT_S = 2.0


@dataclass(frozen=True, slots=True)
class ModelUse:
    """A model that there is room for; only `api.actions.model_use` makes one, so that no client forgets to ask."""

    model: ModelEntry
    idle_timeout_s: float

    @property
    def options(self) -> dict[str, Any]:
        """What every task of the services' contract takes."""
        return {"model": self.model.id, "idle_timeout_s": self.idle_timeout_s}


def service_post(service: str, route: str, *, timeout_s: float | None = None, **request: Any) -> dict[str, Any]:
    """POST to a service and return its JSON.

    Raises ServiceUnavailableError when it is down, busy, too slow or lacks its weights, and ServiceRejectedError when
    it refuses the request itself.
    """
    url = settings.SERVICE_URLS[service] + route
    timeout_s = timeout_s or settings.SERVICE_TIMEOUT_S
    try:
        response = requests.post(url, headers=_headers(), timeout=(CONNECT_TIMEOUT_S, timeout_s), **request)
    except requests.Timeout as error:
        raise ServiceUnavailableError(
            f"The service {service} did not answer within {timeout_s:.0f} seconds.",
            code="service_timeout",
            retry_after_s=10,
        ) from error
    except requests.RequestException as error:
        raise ServiceUnavailableError(
            f"The service {service} cannot be reached. Is it running?", code="service_down", retry_after_s=10
        ) from error
    return _answer(service, response)


def service_health(service: str) -> dict[str, Any]:
    """Return the service's /health, which never loads a model. Raises ServiceUnavailableError."""
    try:
        response = requests.get(
            settings.SERVICE_URLS[service] + "/health", headers=_headers(), timeout=HEALTH_TIMEOUT_S
        )
    except requests.RequestException as error:
        raise ServiceUnavailableError(f"The service {service} cannot be reached.", code="service_down") from error
    return _answer(service, response)


def service_unload(service: str) -> None:
    """Have a service give its model's memory back now. Raises ServiceUnavailableError."""
    service_post(service, "/unload", timeout_s=UNLOAD_TIMEOUT_S)


def _headers() -> dict[str, str]:
    return {"Authorization": f"Bearer {settings.SERVICE_TOKEN}"} if settings.SERVICE_TOKEN else {}


def _answer(service: str, response: requests.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except requests.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise ServiceUnavailableError(
            f"The service {service} answered {response.status_code} with something that is not JSON.",
            code="service_broken",
        )
    if response.ok:
        return body
    code, detail = str(body.get("code", "error")), str(body.get("detail", "no reason given"))
    if response.status_code >= 500 or response.status_code in {401, 429}:
        raise ServiceUnavailableError(
            f"The service {service}: {detail}", code=f"service_{code}", retry_after_s=_retry_after_s(response)
        )
    raise ServiceRejectedError(f"The service {service}: {detail}", code=f"service_{code}")


def _retry_after_s(response: requests.Response) -> int | None:
    text = response.headers.get("Retry-After", "")
    return int(text) if text.isdigit() else None
