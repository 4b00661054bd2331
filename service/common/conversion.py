"""POST /convert: the front runs a family's conversion as a process, and passes on how it goes.

The one who downloads weights has no library to convert them with; the service has, and shares the
folder of the weights. The work is done in a process of its own: the front stays small, and what a
conversion takes returns when it ends.
"""

from __future__ import annotations

import json
import logging
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

from service.common.config import Config
from service.common.errors import AbsentError, BusyError, DeadlineError, FailedError, MalformedError, ServiceError
from service.common.family import Family
from service.common.fields import Fields, parse_object
from service.common.model_folders import missing_library
from service.common.process import child_environment
from service.common.waiting import COMMENT_S, caller_has_left, event

logger = logging.getLogger(__name__)

# How soon a reader who has left is noticed.
_LOOK_S = 0.2
_RETRY_AFTER_S = 60
# The largest model of the list takes minutes on an old CPU; a process that hangs must not hold the place for ever.
_LONGEST_S = 3 * 3600.0
_LONGEST_LINE = 1 << 20


def add_conversion_route(app: Flask, family: Family, config: Config) -> None:
    """`POST /convert`, JSON `{kind, source, target}`; answers with events, see service/README.md."""
    converter = Converter(family, config)

    @app.post("/convert")
    def convert() -> Response:
        run = converter.start(Fields(parse_object(request.get_data(), field="body")))
        response = Response(
            run.events(caller_has_left(request.environ)),
            content_type="text/event-stream",
            headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
        )
        # Also for a reader who left before the first event was asked of the iterator.
        response.call_on_close(run.end)
        return response


class Converter:
    """Starts conversions of one family, one at a time."""

    def __init__(self, family: Family, config: Config) -> None:
        self._family = family
        self._config = config
        self._place = threading.Lock()

    def start(self, fields: Fields) -> ConversionRun:
        """Raises MalformedError, AbsentError when a library is missing, BusyError while one runs."""
        kind = self._kind(fields)
        source, target = self._folders(fields)
        fields.end()
        reason = missing_library(self._family, self._family.conversion_libraries)
        if reason is not None:
            raise AbsentError(reason.detail)
        if not self._place.acquire(blocking=False):
            raise BusyError("Another model is being converted.", retry_after_s=_RETRY_AFTER_S)
        try:
            module = self._family.conversions[kind].partition(":")[0]
            command = [sys.executable, "-m", module, kind, str(source), str(target)]
            return ConversionRun(command, child_environment(self._config.threads), self._place.release)
        except BaseException:
            self._place.release()
            raise

    def _kind(self, fields: Fields) -> str:
        kind = fields.optional_text("kind", longest=100)
        if kind is None or kind not in self._family.conversions:
            known = ", ".join(self._family.conversions)
            raise MalformedError(f"{self._family.name} converts {known}, not {kind!r}.", field="kind")
        return kind

    def _folders(self, fields: Fields) -> tuple[Path, Path]:
        source, target = self._folder(fields, "source"), self._folder(fields, "target")
        if source.is_relative_to(target) or target.is_relative_to(source):
            raise MalformedError("source and target must lie apart.", field="target")
        if any(target.iterdir()):
            raise MalformedError("The target folder is not empty.", field="target")
        return source, target

    def _folder(self, fields: Fields, name: str) -> Path:
        """An existing folder below WEIGHTS_DIR, wherever links and dots in its name may lead."""
        text = fields.optional_text(name, longest=1000)
        root = self._config.weights_dir.resolve()
        try:
            folder = (root / (text or "")).resolve()
        except (OSError, ValueError, RuntimeError):  # a NUL in it, a loop of links
            folder = root
        if folder == root or not folder.is_relative_to(root) or not folder.is_dir():
            raise MalformedError(f"{name} must name a folder below WEIGHTS_DIR; {text!r} does not.", field=name)
        return folder


class ConversionRun:
    """One conversion at work; `end` is to be called in any case."""

    def __init__(self, command: list[str], environment: dict[str, str], on_end: Callable[[], None]) -> None:
        self._on_end: Callable[[], None] | None = on_end
        self._lock = threading.Lock()
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=environment
        )

    def events(self, has_left: Callable[[], bool]) -> Iterator[str]:
        """Server-sent events: `progress` for each step, then `done` with the report, or `error`."""
        yield ": accepted\n\n"  # sends the headers, so that the reader knows it is served
        last_sent = time.monotonic()
        try:
            for line in self._lines(has_left):
                body = _read(line) if line is not None else None
                if body is not None and "done" in body:
                    yield event("done", body)
                    return
                if body is not None:
                    yield event("progress", body)
                    last_sent = time.monotonic()
                elif time.monotonic() - last_sent >= COMMENT_S:
                    yield ": working\n\n"
                    last_sent = time.monotonic()
            raise FailedError("The conversion ended without its last word.")
        except ServiceError as error:
            yield event("error", error.to_wire())
        finally:
            self.end()

    def end(self) -> None:
        """End the process if it still runs, and free the place; safe to call twice, from any thread."""
        with self._lock:
            on_end, self._on_end = self._on_end, None
        if on_end is None:
            return
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        on_end()

    def _lines(self, has_left: Callable[[], bool]) -> Iterator[bytes | None]:
        """Each line as it comes, None for each quiet moment.

        Ends when the process has ended well or the reader has left. Raises FailedError, DeadlineError.
        """
        assert self._process.stdout is not None  # noqa: S101 - opened above
        pipe = self._process.stdout.fileno()
        deadline = time.monotonic() + _LONGEST_S
        rest = b""
        while not has_left():
            if time.monotonic() >= deadline:
                raise DeadlineError(f"The conversion took more than {_LONGEST_S / 3600:g} hours.")
            if not select.select([pipe], [], [], _LOOK_S)[0]:
                yield None
                continue
            chunk = os.read(pipe, 65536)
            if not chunk:
                self._check_end()
                return
            *lines, rest = (rest + chunk).split(b"\n")
            yield from lines
            if len(rest) > _LONGEST_LINE:
                raise FailedError("The conversion wrote a line without an end.")

    def _check_end(self) -> None:
        """Raises FailedError for a process that died without a word."""
        status = self._process.wait()
        if status < 0:
            raise FailedError(f"The conversion was ended by signal {-status}; was there too little memory?")
        if status > 0:
            raise FailedError(f"The conversion ended with status {status}; the service's log says more.")


def _read(line: bytes) -> dict[str, Any] | None:
    """The object in a line of the protocol. Raises FailedError with the sentence of an error."""
    try:
        body = json.loads(line)
    except ValueError:
        logger.warning("the conversion wrote %r", line[:200])
        return None
    if not isinstance(body, dict):
        return None
    if "error" in body:
        raise FailedError(str(body["error"]))
    return body
