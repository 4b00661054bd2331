"""What holds for every answer under /api/: never cached, and errors are JSON even outside of views."""

import logging
from collections.abc import Callable

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from api.exception_handler import error_body, server_error_body

logger = logging.getLogger(__name__)
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
        logger.exception("unexpected error at %s %s", request.method, request.path)
        return JsonResponse(server_error_body(), status=500)


def _json_error(status: int) -> HttpResponse:
    if status == 500:
        return JsonResponse(server_error_body(), status=500)
    code, detail = ERROR_TEXTS[status]
    return JsonResponse(error_body(code, detail), status=status)
