"""What can go wrong with a model's files; each with one sentence for people."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from api.errors import DiskFullError, DomainError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class ModelStoreError(DomainError):
    status = 502
    code = "model_store"


class DownloadError(ModelStoreError):
    """The source does not answer, refuses, or keeps breaking off."""

    code = "download_failed"


class WrongContentError(ModelStoreError):
    """What came is not what the registry or the hub promised."""

    code = "wrong_content"


class UnverifiableError(ModelStoreError):
    """Nobody says which hash the file must have."""

    status = 409
    code = "unverifiable"


class UnsafeArchiveError(ModelStoreError):
    """An archive holds something other than plain files inside its own folder, or too much."""

    status = 422
    code = "unsafe_archive"


class UnsafePickleError(ModelStoreError):
    """A pickle is something other than a vocabulary."""

    status = 422
    code = "unsafe_pickle"


class ConversionError(ModelStoreError):
    """The downloaded files could not be turned into what the service loads."""

    status = 422
    code = "conversion_failed"


class ModelBusyError(ModelStoreError):
    """Another process is at the model."""

    status = 409
    code = "model_busy"


class NotInstalledError(ModelStoreError):
    status = 409
    code = "model_missing"


def disk_full(error: OSError) -> DiskFullError | None:
    """Return the error to raise when the disk or a quota is full, None for any other reason."""
    if error.errno not in _FULL:
        return None
    return DiskFullError(f"The disk of the models is full ({error.strerror}). Free some space and try again.")


@contextmanager
def full_disk_named() -> Iterator[None]:
    """Turn "no space left" and "quota exceeded", wherever they strike, into DiskFullError."""
    try:
        yield
    except OSError as error:
        raise disk_full(error) or error from error
