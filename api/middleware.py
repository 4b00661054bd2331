"""What holds for every answer under /api/: never cached, and errors are JSON even outside of views."""

import logging
from collections.abc import Callable

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from api.exception_handler import error_body, server_error_body

logger = logging.getLogger(__name__)
DATABASE_RETRY_S = 5
ERROR_TEXTS = {400: ("invalid", "The request is malformed."), 404: ("not_found", "Not found.")}


class ApiResponseMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not request.path.startswith(("/api/", "/media/")):
            return response
        if response.status_code in {400, 404, 500} and response.get("Content-Type", "").startswith("text/html"):
            response = _json_error(response.status_code)
        if request.path.startswith("/api/"):
            # The Android client caches by address only, not by user.
            response.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn an unexpected error into the one shape instead of Django's HTML page."""
        if not request.path.startswith(("/api/", "/media/")):
            return None
        if isinstance(error, RequestDataTooBig):
            return JsonResponse(error_body("too_large", "The request is too large."), status=413)
        if isinstance(error, BadRequest | SuspiciousOperation):
            return _json_error(400)
        if isinstance(error, OperationalError | InterfaceError) and _database_is_away():
            logger.warning("%s %s: the database is away: %s", request.method, request.path, error)
            body = error_body("database_away", "The database is starting or away; try again in a moment.")
            return JsonResponse(body, status=503, headers={"Retry-After": str(DATABASE_RETRY_S)})
        logger.exception("unexpected error at %s %s", request.method, request.path)
        return JsonResponse(server_error_body(), status=500)


def _database_is_away() -> bool:
    """Whether the error was the connection's end, and not, say, a full disk."""
    return connection.connection is None or not connection.is_usable()


def _json_error(status: int) -> HttpResponse:
    if status == 500:
        return JsonResponse(server_error_body(), status=500)
    code, detail = ERROR_TEXTS[status]
    return JsonResponse(error_body(code, detail), status=status)
