"""What can go wrong, each with its HTTP status and its stable code.

An error crosses the pipe between the model process and the front as `to_wire()` and comes back
through `from_wire()`, so that a client sees the same code wherever it was raised.
"""

from __future__ import annotations

from typing import Any, ClassVar


class ConfigError(ValueError):
    """An environment variable that cannot be used; the text says which one and what to set."""


class WeightsError(Exception):
    """A file of a model is missing, damaged, or of a format this engine does not know."""


class CancelledError(Exception):
    """An engine stopped because nobody waits for its answer any more."""


class ServiceError(Exception):
    """Answered to the client as `{code, detail}`; `field` names the option at fault, if one is."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"

    def __init__(self, detail: str, *, field: str | None = None, retry_after_s: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field
        self.retry_after_s = retry_after_s

    def to_wire(self) -> dict[str, Any]:
        """The JSON body of the answer."""
        body: dict[str, Any] = {"code": self.code, "detail": self.detail}
        if self.field is not None:
            body["field"] = self.field
        return body


class MalformedError(ServiceError):
    status, code = 400, "malformed"


class UnauthorizedError(ServiceError):
    status, code = 401, "unauthorized"


class TooLargeError(ServiceError):
    status, code = 413, "too_large"


class BadImage(ServiceError):
    """The bytes are no picture, a broken one, or one with too many pixels."""

    status, code = 422, "bad_image"


class ContextOverflowError(ServiceError):
    """A conversation is longer than what the model can take in; the detail has the numbers."""

    status, code = 422, "context_overflow"


class BusyError(ServiceError):
    """The queue is full; worth trying again after `retry_after_s`."""

    status, code = 503, "busy"


class AbsentError(ServiceError):
    """The weights or the libraries are not installed; the detail says what to do."""

    status, code = 503, "absent"


class FailedError(ServiceError):
    """The model could not be loaded, or its process ended under the request."""

    status, code = 503, "failed"


class DeadlineError(ServiceError):
    """The caller's deadline passed before there was an answer."""

    status, code = 503, "deadline"


class ClientGoneError(ServiceError):
    """Nobody is left to read the answer. 499 as in nginx's log; it is never really sent."""

    status, code = 499, "client_gone"


_BY_CODE: dict[str, type[ServiceError]] = {
    error.code: error
    for error in (
        MalformedError,
        TooLargeError,
        BadImage,
        ContextOverflowError,
        BusyError,
        AbsentError,
        FailedError,
        DeadlineError,
        ClientGoneError,
    )
}


def from_wire(body: dict[str, Any]) -> ServiceError:
    """The error that `to_wire()` described; an unknown code becomes a plain ServiceError (500)."""
    error = _BY_CODE.get(str(body.get("code")), ServiceError)
    return error(str(body.get("detail", "")), field=body.get("field"))
