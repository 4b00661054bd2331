"""Domain errors. Actions raise them; `api.exception_handler` turns them into answers, once."""

from typing import Any


class DomainError(Exception):
    """`code` is stable and for programs, `detail` is one sentence for people, `extra` goes into the answer's body."""

    status = 400
    code = "error"
    detail = "That did not work."

    def __init__(
        self,
        detail: str | None = None,
        *,
        code: str | None = None,
        field: str | None = None,
        retry_after_s: int | None = None,
        **extra: Any,
    ) -> None:
        self.detail = detail or self.detail
        self.code = code or self.code
        self.field = field or "detail"
        self.retry_after_s = retry_after_s
        self.extra = extra
        super().__init__(self.detail)


class InvalidError(DomainError):
    status = 400
    code = "invalid"


class NotFoundError(DomainError):
    """Also for what belongs to somebody else: a stranger does not learn that it exists."""

    status = 404
    code = "not_found"
    detail = "Not found."


class UnauthorizedError(DomainError):
    """Who is asking is not known: wrong password, or a token that is no good (code `token_not_valid`)."""

    status = 401
    code = "authentication_failed"
    detail = "Sign in first."


class ForbiddenError(DomainError):
    status = 403
    code = "forbidden"
    detail = "You may not do that."


class ConflictError(DomainError):
    status = 409
    code = "conflict"


class GoneError(DomainError):
    status = 410
    code = "gone"


class TooLargeError(DomainError):
    status = 413
    code = "too_large"


class UnsupportedFileError(DomainError):
    status = 415
    code = "unsupported_file"


class DiskFullError(DomainError):
    status = 507
    code = "disk_full"
    detail = "The server's disk is full."


class ServiceUnavailableError(DomainError):
    """A model service is down, busy or too slow; worth trying again."""

    status = 503
    code = "service_unavailable"


class ServiceRejectedError(DomainError):
    """A model service refused this request; trying again does not help."""

    status = 422
    code = "service_rejected"
