"""What every conversion shares: its arguments, and the JSON lines by which it says how it goes.

A family whose published weights its engine cannot load as they are has a `convert.py` that ends with

    if __name__ == "__main__":
        main(FAMILY)

and is run as a process of its own: `python -m service.<family>.convert KIND SOURCE TARGET`. Each line on
stdout is `{"progress": 0..1, "step": "text"}`; the last one is `{"done": true, "report": {...}}`, or, with
exit status 1, `{"error": "one sentence"}`. What libraries print goes to stderr.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any, NoReturn

from service.common.errors import WeightsError
from service.common.family import Family, resolve
from service.common.logs import configure_logging
from service.common.parent import end_with_parent

logger = logging.getLogger(__name__)

Progress = Callable[[float, str], None]
"""progress(fraction, step): called before each step, with how much is done by then, from 0 to 1."""

Report = dict[str, Any]
"""Figures of what was made and checked, for people and for the job's row; JSON values."""

Conversion = Callable[[Path, Path, Progress], Report]
"""convert(source, target, progress): fills the empty folder `target` with a whole model. Raises WeightsError."""


def main(family: Family, arguments: Sequence[str] | None = None) -> None:
    """Run one conversion of the family as the arguments say, and end the process."""
    end_with_parent()
    configure_logging(f"{family.name}-convert")
    lines = _take_stdout()
    try:
        kind, source, target = _check(family, sys.argv[1:] if arguments is None else arguments)
        report = _run(family, kind, source, target, lines)
    except (WeightsError, OSError, ImportError) as error:
        _fail(lines, str(error) or type(error).__name__)
    except MemoryError:
        _fail(lines, "The memory of this machine does not suffice for the conversion.")
    except Exception as error:  # noqa: BLE001 - the edge of the process: whatever it was, the reader gets a sentence
        logger.exception("the conversion failed")
        _fail(lines, f"{type(error).__name__}: {error}")
    _write(lines, {"done": True, "report": report})


def _check(family: Family, arguments: Sequence[str]) -> tuple[str, Path, Path]:
    """Raises WeightsError with what is wrong about the arguments."""
    known = ", ".join(family.conversions)
    if len(arguments) != 3:
        raise WeightsError(f"Give three arguments: KIND (one of {known}), SOURCE_FOLDER, TARGET_FOLDER.")
    kind, source, target = arguments[0], Path(arguments[1]), Path(arguments[2])
    if kind not in family.conversions:
        raise WeightsError(f"{kind!r} is no conversion of {family.name}; it knows {known}.")
    if not source.is_dir():
        raise WeightsError(f"{source} is no folder.")
    if not target.is_dir() or any(target.iterdir()):
        raise WeightsError(f"{target} is no empty folder.")
    return kind, source, target


def _run(family: Family, kind: str, source: Path, target: Path, lines: IO[str]) -> Report:
    def progress(fraction: float, step: str) -> None:
        _write(lines, {"progress": round(min(1.0, max(0.0, fraction)), 4), "step": step})

    convert: Conversion = resolve(family.conversions[kind])
    return convert(source, target, progress)


def _take_stdout() -> IO[str]:
    """The real stdout for our lines alone; from now on, what anybody prints goes to stderr."""
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return lines


def _write(lines: IO[str], body: dict[str, Any]) -> None:
    lines.write(json.dumps(body) + "\n")
    lines.flush()


def _fail(lines: IO[str], sentence: str) -> NoReturn:
    _write(lines, {"error": " ".join(sentence.split())})
    sys.exit(1)
