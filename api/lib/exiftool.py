"""ExifTool as a helper that stays open: starting it costs more than most of its work.

The protocol is that of ExifTool's `-stay_open` option: arguments one a line, `-execute1`, and what it prints ends with
`{ready1}`. https://exiftool.org/exiftool_pod.html#stay_open-FLAG
"""

import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from api.lib.caption_in_file import CaptionInFile

TIMEOUT_S = 120.0
"""For one command; a large file on a slow disk takes its time."""
_READY = b"{ready1}\n"
"""With a number, since `-q` keeps it quiet otherwise."""


class ExifToolError(Exception):
    """ExifTool refused; the text is its own sentence."""


class ExifToolMissingError(ExifToolError):
    """It is not installed."""


class ExifTool:
    """Use it as a context manager; the process starts with the first command and ends with the block."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "ExifTool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, path: Path) -> CaptionInFile:
        """Return what the file's XMP says. Raises ExifToolError."""
        output = self._run(["-j", "-XMP-dc:Description", "-XMP-dc:Subject", _argument(path)])
        try:
            # Numbers as they are spelt: a keyword may be "007" or "1e5".
            (found,) = json.loads(output, parse_int=str, parse_float=str, parse_constant=str)
        except ValueError as error:
            raise ExifToolError(_sentence(output, path)) from error
        subjects = found.get("Subject", [])
        return CaptionInFile(
            description=str(found.get("Description", "")),
            subjects=tuple(str(word) for word in (subjects if isinstance(subjects, list) else [subjects])),
        )

    def write_copy(self, source: Path, target: Path, *, found: CaptionInFile, wanted: CaptionInFile) -> None:
        """Make `target`, a copy of `source` whose XMP says `wanted` instead of `found`; all else stays as it is.

        Raises ExifToolError, also when the file is of a kind that cannot be written or is damaged.
        """
        arguments = []
        with tempfile.NamedTemporaryFile(prefix="caption-") as text:
            if wanted.description != found.description:
                # From a file: a caption may have several lines, an argument has one.
                text.write(wanted.description.encode())
                text.flush()
                source_of_text = f"<={text.name}" if wanted.description else "="
                arguments.append(f"-XMP-dc:Description-x-default{source_of_text}")
            if wanted.subjects != found.subjects:
                arguments += [f"-XMP-dc:Subject={_one_line(word)}" for word in wanted.subjects or ("",)]
            output = self._run([*arguments, "-o", _argument(target), _argument(source)])
        if not target.is_file():
            raise ExifToolError(_sentence(output, source))

    def close(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        try:
            process.communicate(b"-stay_open\nFalse\n", timeout=5)
        except (subprocess.TimeoutExpired, BrokenPipeError):
            process.kill()
            process.communicate()

    def _run(self, arguments: Sequence[str]) -> bytes:
        process = self._process or self._start()
        assert process.stdin is not None and process.stdout is not None  # noqa: S101 - for the type checker
        lines = ["-charset", "UTF8", "-q", *arguments, "-execute1"]
        try:
            process.stdin.write(b"".join(line.encode("utf-8", "surrogateescape") + b"\n" for line in lines))
            process.stdin.flush()
            return self._answer(process.stdout.fileno())
        except (BrokenPipeError, TimeoutError) as error:
            process.kill()
            self.close()
            raise ExifToolError("it ended, or did not answer in time") from error

    def _answer(self, descriptor: int) -> bytes:
        output, until = b"", time.monotonic() + TIMEOUT_S
        while not output.endswith(_READY):
            if not select.select([descriptor], [], [], max(0.0, until - time.monotonic()))[0]:
                raise TimeoutError
            piece = os.read(descriptor, 65536)
            if not piece:
                raise BrokenPipeError
            output += piece
        return output.removesuffix(_READY)

    def _start(self) -> subprocess.Popen[bytes]:
        program = shutil.which("exiftool")
        if program is None:
            raise ExifToolMissingError(
                "ExifTool is not installed. Install it (Debian: libimage-exiftool-perl), or have captions written into "
                "sidecar files."
            )
        self._process = subprocess.Popen(
            [program, "-config", "", "-stay_open", "True", "-@", "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        return self._process


def _argument(path: Path) -> str:
    """Return an absolute path as one argument; absolute, so that it never begins with a dash."""
    text = str(path.absolute())
    if any(sign in text for sign in "\n\r"):
        raise ExifToolError("its name holds a line break")
    return text


def _one_line(word: str) -> str:
    return " ".join(word.split())


def _sentence(output: bytes, path: Path) -> str:
    """Return ExifTool's error without the path, which says where the server keeps its files."""
    lines = [line for line in output.decode("utf-8", "replace").splitlines() if line.startswith("Error")]
    text = (lines or ["it says nothing"])[0].removeprefix("Error: ")
    return text.removesuffix(f" - {path}").strip()
