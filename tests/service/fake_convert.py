"""Conversions without a model, for what the protocol must do whatever the family."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from service.common.convert import Progress, Report, main
from service.common.errors import WeightsError


def copies(source: Path, target: Path, progress: Progress) -> Report:
    """What a conversion does when all is well."""
    progress(0.0, "reading")
    shutil.copy(source / "fake.json", target / "fake.json")
    progress(0.5, "checking")
    return {"bytes": (target / "fake.json").stat().st_size, "secret": os.environ.get("SERVICE_TOKEN")}


def prints(source: Path, target: Path, progress: Progress) -> Report:
    """As libraries do, from Python and from beside it."""
    print('{"done": true, "report": {"forged": true}}')  # noqa: T201
    subprocess.run(["echo", '{"error": "forged"}'], check=True)  # noqa: S607
    progress(float("inf"), "more than all")
    return {"forged": False}


def divides(source: Path, target: Path, progress: Progress) -> Report:
    """By nothing: figures that are no JSON."""
    copies(source, target, progress)
    return {"cosine": float("nan"), "difference": float("inf")}


def refuses(source: Path, target: Path, progress: Progress) -> Report:
    raise WeightsError(f"{source.name} holds\n no model.")


def raises(source: Path, target: Path, progress: Progress) -> Report:
    raise KeyError("model.weight")


def dies(source: Path, target: Path, progress: Progress) -> Report:
    progress(0.1, "taking more than there is")
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def hangs(source: Path, target: Path, progress: Progress) -> Report:
    (target / "pid").write_text(str(os.getpid()), encoding="ascii")
    progress(0.1, "waiting")
    sys.stdout.flush()
    time.sleep(600)
    return {}


if __name__ == "__main__":
    from tests.service.fake_family import FAMILY

    main(FAMILY)
