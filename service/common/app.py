"""The Flask front of a service: routes, limits, errors. It imports no model library."""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask, Request, Response, jsonify, request
from werkzeug.exceptions import ClientDisconnected, HTTPException

from service.common.config import Config
from service.common.conversion import add_conversion_route
from service.common.errors import BusyError, MalformedError, ServiceError, UnauthorizedError
from service.common.family import Family, Inputs, Task, resolve
from service.common.host import ModelHost
from service.common.waiting import caller_has_left, stream_events, wait_for_answer

# Part headers, boundaries and the JSON options, beside the pictures themselves.
_FORM_OVERHEAD_BYTES = 1024 * 1024
# A caller who sends nothing for so long, or reads nothing, gives up its thread.
_SOCKET_TIMEOUT_S = 30.0
_HTTP_CODES = {400: "malformed", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}


def make_app(family: Family, config: Config, front_pids: Sequence[int] | None = None) -> Flask:
    """The service of one family; its host is `app.extensions["host"]` and is to be closed.

    front_pids: the processes that /health counts as the front; None means this one.
    """
    app = Flask(f"service.{family.name}", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # it is Flask's default provider
    app.config["MAX_CONTENT_LENGTH"] = config.max_image_bytes + _FORM_OVERHEAD_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = _FORM_OVERHEAD_BYTES
    host = ModelHost(family, config, front_pids if front_pids is not None else [os.getpid()])
    app.extensions["host"] = host
    _guard(app, config, {task.path for task in family.tasks})
    _answer_errors(app)
    _add_state_routes(app, config, host)
    if family.conversions:
        add_conversion_route(app, family, config)
    for task in family.tasks:
        app.add_url_rule(task.path, task.path, _task_view(task, host, config), methods=["POST"])
    return app


def _guard(app: Flask, config: Config, task_paths: set[str]) -> None:
    """Checks that come before a body is read, and the count of answers after it."""
    host: ModelHost = app.extensions["host"]

    @app.before_request
    def check() -> None:
        sock = request.environ.get("gunicorn.socket")
        if sock is not None:
            sock.settimeout(_SOCKET_TIMEOUT_S)
        # /health is open, so that a container's health check needs no secret; it shows no photo.
        if config.service_token is not None and request.path != "/health":
            _check_token(config.service_token)
        if request.path in task_paths and request.method == "POST" and host.is_full():
            raise BusyError("All places are taken.", retry_after_s=host.retry_after_s())

    @app.after_request
    def count(response: Response) -> Response:
        if request.url_rule is not None:  # only our own paths: a stranger must not add labels
            host.metrics.answered(request.url_rule.rule, response.status_code)
        return response


def _check_token(token: str) -> None:
    given = request.headers.get("Authorization", "")
    # Compared in constant time, so that the answer's time tells nothing of the token.
    if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise UnauthorizedError("Send the service token as `Authorization: Bearer TOKEN`.")


def _answer_errors(app: Flask) -> None:
    """Every error leaves as JSON `{code, detail}`."""

    @app.errorhandler(ServiceError)
    def service_error(error: ServiceError) -> Response:
        response = jsonify(error.to_wire())
        response.status_code = error.status
        if error.retry_after_s is not None:
            response.headers["Retry-After"] = str(error.retry_after_s)
        return response

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        status = error.code or 500
        code = _HTTP_CODES.get(status, "internal" if status >= 500 else "malformed")
        response = jsonify(code=code, detail=error.description or "")
        response.status_code = status
        return response

    @app.errorhandler(ClientDisconnected)
    def cut_off(error: ClientDisconnected) -> Response:
        """Also a caller who sends nothing for _SOCKET_TIMEOUT_S."""
        return service_error(MalformedError("The body of the request did not arrive."))


def _add_state_routes(app: Flask, config: Config, host: ModelHost) -> None:
    @app.get("/health")
    def health() -> dict[str, Any]:
        return host.health()

    @app.post("/unload")
    def unload() -> dict[str, Any]:
        host.unload(config.request_timeout_s)
        return host.health()

    @app.get("/metrics")
    def metrics() -> Response:
        health = host.health()
        gauges = {name: float(health[name]) for name in ("rss_bytes", "vram_bytes", "queue_length")}
        gauges["model_ready"] = float(health["state"] == "ready")
        return Response(host.metrics.text(gauges), content_type="text/plain; version=0.0.4")


def _task_view(task: Task, host: ModelHost, config: Config) -> Callable[[], Any]:
    parse: Callable[[Request, int], Inputs] = resolve(task.parse)

    def view() -> Any:
        job = host.submit(task, parse(request, config.max_batch))
        has_left = caller_has_left(request.environ)
        if job.inputs.stream:
            response = Response(
                stream_events(host, job, has_left),
                content_type="text/event-stream",
                headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
            )
            # Also for a reader who left before the first event was asked of the iterator.
            response.call_on_close(lambda: host.cancel(job))
            return response
        return wait_for_answer(host, job, has_left)

    return view
