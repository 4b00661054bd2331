"""The web UI in a real browser, against the real product on an empty data folder."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.processes import ROOT
from tests.stack.conftest import running_stack

pytestmark = pytest.mark.stack
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.mark.skipif(not CHROMIUM, reason="no browser: install Debian's chromium, or name one in CHROMIUM")
def test_web_ui(tmp_path: Path) -> None:
    with running_stack(tmp_path / "data") as stack:
        done = subprocess.run(
            ["npm", "run", "--silent", "e2e"],
            cwd=ROOT / "frontend",
            env={**os.environ, "BASE_URL": stack.url, "CHROMIUM": str(CHROMIUM)},
            capture_output=True,
            text=True,
            timeout=1200,
        )
        assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-3000:]}\n{stack.log.read_text()[-2000:]}"
