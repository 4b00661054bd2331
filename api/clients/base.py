"""One HTTP call to a model service: timeout, token, and errors translated into ours."""

import http.client
import json
import select
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from django.conf import settings
from requests.adapters import HTTPAdapter

from api.errors import ServiceRejectedError, ServiceUnavailableError
from api.model_registry import ModelEntry

UNLOAD_TIMEOUT_S = 30.0
CONNECT_TIMEOUT_S = 3.05
HEALTH_TIMEOUT_S = 5.0
"""One that is busy loading a model on a slow machine is not to count as away."""
CHECK_EVERY_S = 0.4
"""Who waits looks up so often, to see whether it is still wanted."""
SILENCE_TIMEOUT_S = 25.0
"""Services send a comment every ten seconds while a stream has nothing to say."""
Event = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ModelUse:
    """A model that there is room for; only `api.actions.model_use` makes one, so that no client forgets to ask."""

    model: ModelEntry
    idle_timeout_s: float

    @property
    def options(self) -> dict[str, Any]:
        """What every task of the services' contract takes."""
        return {"model": self.model.id, "idle_timeout_s": self.idle_timeout_s}


def service_post(
    service: str,
    route: str,
    *,
    timeout_s: float | None = None,
    check: Callable[[], None] | None = None,
    **request: Any,
) -> dict[str, Any]:
    """POST to a service and return its JSON.

    check: called twice a second while the service works; what it raises ends the connection, by which the service
    stops working. Raises ServiceUnavailableError when it is down, busy, too slow or lacks its weights, and
    ServiceRejectedError when it refuses the request itself.
    """
    url = settings.SERVICE_URLS[service] + route
    timeout_s = timeout_s or settings.SERVICE_TIMEOUT_S
    try:
        if check is None:
            response = requests.post(url, headers=_headers(), timeout=(CONNECT_TIMEOUT_S, timeout_s), **request)
        else:
            prepared = requests.Request("POST", url, headers=_headers(), **request).prepare()
            response = _send_watched(prepared, timeout_s, check)
    except (requests.Timeout, TimeoutError) as error:
        raise _too_slow(service, timeout_s) from error
    except (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError) as error:
        raise _down(service) from error
    return _answer(service, response)


def _send_watched(prepared: requests.PreparedRequest, timeout_s: float, check: Callable[[], None]) -> requests.Response:
    """Send, and look up now and then from waiting for the first byte of the answer, which requests cannot do."""
    address = urlsplit(str(prepared.url))
    kind = urllib3.connection.HTTPSConnection if address.scheme == "https" else urllib3.connection.HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=CONNECT_TIMEOUT_S)
    try:
        connection.connect()
        sock = connection.sock
        sock.settimeout(timeout_s)
        connection.request(
            "POST", prepared.path_url, body=prepared.body, headers=dict(prepared.headers), preload_content=False
        )
        until = time.monotonic() + timeout_s
        while not select.select([sock], [], [], CHECK_EVERY_S)[0]:
            if time.monotonic() > until:
                raise TimeoutError
            check()
        response = HTTPAdapter().build_response(prepared, connection.getresponse())
        _ = response.content  # read while the connection is open
        return response
    finally:
        connection.close()


def service_events(service: str, route: str, *, timeout_s: float, **request: Any) -> Generator[Event]:
    """POST to a service and yield its server-sent events as (name, data), and ("", {}) for its signs of life; closing
    the generator stops its work.

    Raises ServiceUnavailableError and ServiceRejectedError as `service_post` does, also for an event `error` and when
    there is no end after `timeout_s`.
    """
    until = time.monotonic() + timeout_s
    try:
        with requests.post(
            settings.SERVICE_URLS[service] + route,
            headers=_headers(),
            timeout=(CONNECT_TIMEOUT_S, min(timeout_s, SILENCE_TIMEOUT_S)),
            stream=True,
            **request,
        ) as response:
            if not response.ok:
                _answer(service, response)
            yield from _events(service, response, until, timeout_s)
    except requests.Timeout as error:
        raise _too_slow(service, timeout_s) from error
    except requests.RequestException as error:
        raise _down(service) from error


def _events(service: str, response: requests.Response, until: float, timeout_s: float) -> Iterator[Event]:
    name = ""
    for line in response.iter_lines(chunk_size=None, decode_unicode=False):
        if time.monotonic() > until:
            raise _too_slow(service, timeout_s)
        if line.startswith(b"event: "):
            name = line[7:].decode()
        elif line.startswith(b"data: "):
            try:
                # Python writes NaN and infinities into JSON, of which they are no part, and we could not pass them on.
                data = json.loads(line[6:], parse_constant=lambda _: None)
            except ValueError as error:
                raise ServiceUnavailableError(
                    f"The service {service} sent an event that is not JSON.", code="service_broken"
                ) from error
            if not isinstance(data, dict):
                raise ServiceUnavailableError(
                    f"The service {service} sent an event of another version.", code="service_broken"
                )
            if name == "error":
                raise ServiceUnavailableError(
                    f"The service {service}: {data.get('detail', 'no reason given')}",
                    code=f"service_{data.get('code', 'error')}",
                )
            yield name, data
        elif line.startswith(b":"):
            yield "", {}


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


def _too_slow(service: str, timeout_s: float) -> ServiceUnavailableError:
    return ServiceUnavailableError(
        f"The service {service} did not answer within {timeout_s:.0f} seconds.",
        code="service_timeout",
        retry_after_s=10,
    )


def _down(service: str) -> ServiceUnavailableError:
    return ServiceUnavailableError(
        f"The service {service} cannot be reached. Is it running?", code="service_down", retry_after_s=10
    )


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
