"""The web UI in a real browser, against the real product on an empty data folder, with a hub of the tests' own."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.hub import running_hub
from tests.processes import ROOT
from tests.stack.conftest import running_stack
from tests.stack.own_models import publish, telling_llm, write_list

pytestmark = pytest.mark.stack
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
DOWNLOAD_S = 8.0
"""How long the captioner's download takes, so that somebody can watch it."""
CHUNK_BYTES = 8192


@pytest.mark.skipif(not CHROMIUM, reason="no browser: install Debian's chromium, or name one in CHROMIUM")
def test_web_ui(tmp_path: Path) -> None:
    published = publish(tmp_path, llm={"say.json": json.dumps({"caption": "{sentence}.", "keywords": []}).encode()})
    with running_hub() as hub, telling_llm(tmp_path / "data") as llm:
        hub.files = published.files
        hub.delay_s = DOWNLOAD_S * CHUNK_BYTES / len(published.files["tiny-im2txt/im2txt.tar.gz"])
        variables = {**write_list(tmp_path, published.models), **llm, "HF_ENDPOINT": hub.url}
        with running_stack(tmp_path / "data", patience_s=600, **variables) as stack:
            done = subprocess.run(
                ["npm", "run", "--silent", "e2e", *os.environ.get("E2E", "").split()],
                cwd=ROOT / "frontend",
                env={**os.environ, "BASE_URL": stack.url, "CHROMIUM": str(CHROMIUM)},
                capture_output=True,
                text=True,
                timeout=2400,
            )
            log = stack.log.read_text()
    assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-3000:]}\n{log[-2000:]}"
