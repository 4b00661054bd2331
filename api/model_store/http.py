"""HTTP with resume and back-off."""

import os
import random
import re
from collections.abc import Callable
from pathlib import Path

import requests
import urllib3

from api.errors import DiskFullError
from api.model_store.errors import DownloadError, WrongContentError, disk_full
from api.model_store.progress import Meter

TIMEOUT_S = (10.0, 60.0)
"""To connect, and between two pieces of an answer."""
CHUNK_BYTES = 1 << 18
MAX_TRIES = 6
"""In a row without a single new byte."""
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
USER_AGENT = "librephotos-captions (model download)"

_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_WORTH_RETRYING = frozenset({408, 425, 429, 500, 502, 503, 504})
_BROKEN = (requests.RequestException, urllib3.exceptions.HTTPError, ConnectionError, TimeoutError)


class _TryAgain(Exception):  # noqa: N818 - not an error
    def __init__(self, why: str, pause_s: float | None = None) -> None:
        super().__init__(why)
        self.pause_s = pause_s


def open_session() -> requests.Session:
    session = requests.Session()
    session.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": "identity"})
    return session


def ask(
    session: requests.Session, method: str, url: str, *, sleep: Callable[[float], None], missing_ok: bool = False
) -> requests.Response:
    """Return a small answer; with `missing_ok` also a 404. A HEAD follows no redirect. Raises DownloadError."""
    for attempt in range(MAX_TRIES):
        try:
            response = session.request(method, url, timeout=TIMEOUT_S, allow_redirects=method != "HEAD")
            if not (missing_ok and response.status_code == 404):
                _refuse(response, url)
        except (_TryAgain, *_BROKEN) as error:
            why = error
            sleep(_pause_s(attempt, error))
        else:
            return response
    raise DownloadError(f"{url} cannot be read: {why}")


def fetch(
    session: requests.Session, url: str, part: Path, *, size_bytes: int | None, limit_bytes: int, meter: Meter
) -> None:
    """Bring `part` to its full length, going on where it ends; what it holds is not looked at.

    size_bytes: how long it must be, None when only the server knows. limit_bytes: more is never written. Raises
    DownloadError, WrongContentError for another length than expected, and DiskFullError.
    """
    tries = 0
    while True:
        before = _size(part)
        try:
            _receive(session, url, part, size_bytes=size_bytes, limit_bytes=limit_bytes, meter=meter)
            return
        except (_TryAgain, *_BROKEN) as error:
            tries = 0 if _size(part) > before else tries + 1
            if tries >= MAX_TRIES:
                raise DownloadError(f"{url} keeps breaking off: {error}") from error
            meter.sleep(_pause_s(tries, error))
        except OSError as error:
            raise disk_full(error) or error from error


def _receive(
    session: requests.Session, url: str, part: Path, *, size_bytes: int | None, limit_bytes: int, meter: Meter
) -> None:
    have = _size(part)
    if size_bytes is not None and have >= size_bytes:
        return
    headers = {"Range": f"bytes={have}-"} if have else {}
    with session.get(url, headers=headers, stream=True, timeout=TIMEOUT_S) as response:
        if response.status_code == 416:
            if size_bytes is None and _length_of_416(response) == have:
                return
            meter.add(-_cut(part, 0))
            raise _TryAgain("the server does not know the place where the last try ended")
        _refuse(response, url)
        start, length = _where(response)
        if size_bytes is not None and length is not None and length != size_bytes:
            raise WrongContentError(f"{url} has {length} bytes instead of {size_bytes}.")
        if start > have:
            raise _TryAgain("the server sent another part than asked for")
        meter.add(-_cut(part, start))
        wanted = size_bytes if size_bytes is not None else length
        if wanted is not None and wanted > limit_bytes:
            raise DiskFullError(f"{url} has {wanted} bytes, and only {limit_bytes} fit on the disk of the models.")
        _copy(response, part, wanted=wanted, limit_bytes=limit_bytes, meter=meter)
    if wanted is not None and _size(part) < wanted:
        raise _TryAgain(f"the connection ended after {_size(part)} of {wanted} bytes")


def _copy(response: requests.Response, part: Path, *, wanted: int | None, limit_bytes: int, meter: Meter) -> None:
    """Append what comes; what came before a break stays."""
    with part.open("ab") as file:
        try:
            # read1 hands over what is there, so a break costs no byte that has arrived.
            while chunk := response.raw.read1(CHUNK_BYTES):
                length = file.tell() + len(chunk)
                if wanted is not None and length > wanted:
                    raise WrongContentError(f"{response.url} sends more than {wanted} bytes.")
                if length > limit_bytes:
                    raise DiskFullError(f"{response.url} does not fit on the disk of the models.")
                file.write(chunk)
                meter.add(len(chunk))
        finally:
            file.flush()
            os.fsync(file.fileno())


def _where(response: requests.Response) -> tuple[int, int | None]:
    """Return the position of the answer's first byte, and the length of the whole file if the server says."""
    if response.status_code == 206:
        match = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
        if match is None:
            raise _TryAgain("the server sent a part and did not say which")
        return int(match[1]), None if match[2] == "*" else int(match[2])
    length = response.headers.get("Content-Length", "")
    return 0, int(length) if length.isdigit() else None


def _length_of_416(response: requests.Response) -> int | None:
    length = response.headers.get("Content-Range", "").removeprefix("bytes */")
    return int(length) if length.isdigit() else None


def _refuse(response: requests.Response, url: str) -> None:
    status = response.status_code
    if status in _WORTH_RETRYING:
        pause = response.headers.get("Retry-After", "")
        raise _TryAgain(f"the server answered {status}", float(pause) if pause.isdigit() else None)
    if status in {401, 403}:
        raise DownloadError(f"{url} may not be downloaded without an account ({status}).")
    if status >= 400:
        raise DownloadError(f"{url} answered {status}.")


def _pause_s(tries: int, error: Exception) -> float:
    asked = error.pause_s if isinstance(error, _TryAgain) else None
    # The random part keeps many machines from coming back at the same moment.
    pause = FIRST_PAUSE_S * 2**tries * random.uniform(0.5, 1.0) if asked is None else asked  # noqa: S311
    return float(min(pause, LONGEST_PAUSE_S))


def _size(part: Path) -> int:
    try:
        return part.stat().st_size
    except FileNotFoundError:
        return 0


def _cut(part: Path, length: int) -> int:
    """Keep the first `length` bytes; returns how many went away."""
    gone = _size(part) - length
    if gone > 0:
        os.truncate(part, length)
    return max(0, gone)
