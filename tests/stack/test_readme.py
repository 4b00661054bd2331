"""Every command of the README is run as it stands there."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.processes import ROOT
from tests.stack.conftest import Stack

BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
SHELL = [text for language, text in BLOCKS if language == "bash"]
TARGETS = [line for language, text in BLOCKS if not language for line in text.split("\n") if line.startswith("make ")]


def test_make_targets_exist() -> None:
    """`make run` and `make test` themselves are what starts these tests; here: that the targets are there."""
    for line in TARGETS:
        done = subprocess.run(["make", "-n", line.split()[1]], cwd=ROOT, capture_output=True, text=True, timeout=180)
        assert done.returncode == 0, done.stderr


@pytest.mark.stack
@pytest.mark.skipif(not shutil.which("curl"), reason="the README's walk-through needs curl")
def test_walk_through(stack: Stack) -> None:
    command_line, walk_through = SHELL
    environment = {**os.environ, **_service_addresses(stack.log), "BASE": stack.url, "DATA_DIR": str(stack.data_dir)}

    said = _bash(_with_this_python(command_line), environment)
    assert len(said.splitlines()) == 2, said

    said = _bash(walk_through, environment)
    assert "event: draft" in said
    assert "event: done" in said
    assert said.splitlines()[-1] == "The photographer at work. #camera"


def _bash(script: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _with_this_python(script: str) -> str:
    """CI may run the tests from another environment than .venv."""
    import sys

    return script.replace(".venv/bin/python", sys.executable)


def _service_addresses(log: Path) -> dict[str, str]:
    """What the launcher says when a service's usual port is taken."""
    return dict(re.findall(r"another shell: (\w+_URL)=(\S+)", log.read_text(encoding="utf-8")))
