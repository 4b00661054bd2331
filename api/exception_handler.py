"""Every error as one shape: `{code, detail, errors: [{field, message}]}`.

`errors` is what LibrePhotos' web client parses (strictly), `code` and `detail` are what everyone else reads.
"""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_handler

from api.errors import DomainError

logger = logging.getLogger(__name__)
TOKEN_NOT_VALID = "token_not_valid"  # noqa: S105 - a code
"""The web client signs out when it reads this in a field called `code`."""


def error_body(code: str, detail: str, errors: list[dict[str, str]] | None = None, **extra: Any) -> dict[str, Any]:
    return {"code": code, "detail": detail, "errors": errors or [{"field": "detail", "message": detail}], **extra}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Django REST framework's EXCEPTION_HANDLER. None lets Django log an unexpected error and answer 500."""
    if isinstance(error, DomainError):
        return _domain(error)
    if isinstance(error, DjangoValidationError):
        error = exceptions.ValidationError(
            error.message_dict if hasattr(error, "error_dict") else {"detail": error.messages}
        )
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    response = drf_handler(error, context)
    if response is None or not isinstance(error, exceptions.APIException):
        return response
    response.data = _api_body(error)
    return response


def _domain(error: DomainError) -> Response:
    headers = {"Retry-After": str(error.retry_after_s)} if error.retry_after_s is not None else None
    errors = [{"field": error.field, "message": error.detail}]
    if error.code == TOKEN_NOT_VALID:
        errors.append({"field": "code", "message": error.code})
    body = error_body(error.code, error.detail, errors, **error.extra)
    return Response(body, status=error.status, headers=headers)


def _api_body(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        errors = list(_flatten(error.detail))
        return error_body("invalid", " ".join(item["message"] for item in errors), errors)
    if isinstance(error.detail, dict) and "code" in error.detail:
        # Token errors of simplejwt; the web client looks for field `code` with message `token_not_valid`.
        code, detail = str(error.detail["code"]), str(error.detail.get("detail", error.default_detail))
        return error_body(code, detail, [{"field": "detail", "message": detail}, {"field": "code", "message": code}])
    codes = error.get_codes()
    return error_body(codes if isinstance(codes, str) else error.default_code, _text(error.detail))


def _text(detail: Any) -> str:
    if isinstance(detail, dict):
        return " ".join(_text(value) for value in detail.values())
    if isinstance(detail, list):
        return " ".join(_text(value) for value in detail)
    return str(detail)


def _flatten(detail: Any, field: str = "detail") -> Any:
    """Yield {field, message} for every message of a validation error; nested fields are joined with dots."""
    if isinstance(detail, dict):
        for name, value in detail.items():
            inner = name if field == "detail" else f"{field}.{name}"
            yield from _flatten(value, field if name == "non_field_errors" else inner)
    elif isinstance(detail, list):
        for value in detail:
            yield from _flatten(value, field)
    else:
        yield {"field": field, "message": str(detail)}


def server_error_body() -> dict[str, Any]:
    return error_body("server_error", "Something went wrong on the server; its log says what.")
