"""The web UI in a real browser, against the real product on an empty data folder, with a hub of the tests' own."""

import json
import os
import shutil
import signal
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.hub import Hub, running_hub
from tests.processes import ROOT
from tests.stack.conftest import running_stack
from tests.stack.own_models import HAS_LLAMA, language_model, publish, telling_llm, write_list

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.stack,
    pytest.mark.skipif(not CHROMIUM, reason="no browser: install Debian's chromium, or name one in CHROMIUM"),
]
PATIENCE_S = 2400
SENTENCE = json.dumps({"caption": "{sentence} here.", "keywords": []}).encode()
"""One word more than the draft, which the guard lets pass."""


def test_web_ui(tmp_path: Path) -> None:
    browse(tmp_path, os.environ.get("E2E", "").split(), llama=False)


@pytest.mark.skipif(not HAS_LLAMA, reason="llama.cpp is not installed: make test-llm")
def test_restyling_by_llama(tmp_path: Path) -> None:
    browse(tmp_path, ["e2e/75-restyle"], llama=True)


def browse(folder: Path, specs: list[str], *, llama: bool) -> None:
    """Run the browser's tests, all or those named; llama: with the real language model's service, of random weights."""
    llm = language_model(folder, predictable=SENTENCE) if llama else {"say.json": SENTENCE}
    published = publish(folder, llm=llm)
    with ExitStack() as cleanup:
        hub = cleanup.enter_context(running_hub())
        hub.files = published.files
        if not llama:
            # Half of the captioner comes, and the rest when somebody has seen that.
            hub.hold_at = len(published.files["tiny-im2txt/im2txt.tar.gz"]) // 2
        variables = {**write_list(folder, published.models), "HF_ENDPOINT": hub.url}
        if not llama:
            variables |= cleanup.enter_context(telling_llm(folder / "data"))
        stack = cleanup.enter_context(running_stack(folder / "data", patience_s=600, **variables))
        told = {
            "BASE_URL": stack.url,
            "CHROMIUM": str(CHROMIUM),
            "LAUNCHER_PID": str(stack.process.pid),
            "HURRY_FILE": str(folder / "hurry"),
            "LANGUAGE_MODEL": "llama" if llama else "predictable",
        }
        status, said = _npm(["run", "--silent", "e2e", *specs], told, hub, folder)
        log = stack.log.read_text()
    assert status == 0, f"{said[-9000:]}\n{log[-2000:]}"


def _npm(command: list[str], told: dict[str, str], hub: Hub, folder: Path) -> tuple[int, str]:
    """Run npm to its end; returns the exit status and what was said. The hub holds nothing back once it is told."""
    output = folder / "browser.log"
    deadline = time.monotonic() + PATIENCE_S
    with output.open("wb") as log:
        process = subprocess.Popen(
            ["npm", *command],
            cwd=ROOT / "frontend",
            env={**os.environ, **told},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            while process.poll() is None and time.monotonic() < deadline:
                if Path(told["HURRY_FILE"]).exists():
                    hub.hold_at = None
                time.sleep(0.2)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    return process.wait(), output.read_text(errors="replace")
