"""A photo in, a caption out, found again after a restart: with every process that `make run` starts."""

import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.factories import SAMPLES
from tests.processes import ROOT, eventually, has_ended
from tests.stack.conftest import Browserless, first_admin, running_stack

pytestmark = pytest.mark.stack


def test_main_job(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    with running_stack(data_dir) as stack:
        admin = first_admin(stack)
        photo = admin.upload(SAMPLES / "photographer.jpg")

        drafts = admin.call("POST", f"/api/photos/{photo}/captions/", json={"count": 3}).json()["drafts"]
        assert drafts, "no draft"
        assert drafts[0]["model"]["id"] == "bundled"
        merged = admin.call(
            "PATCH",
            f"/api/photos/{photo}/captions/{drafts[0]['id']}/",
            json={"action": "merge", "text": f"{drafts[0]['text']} #Camera"},
        )
        assert merged.status_code == 200, merged.text
        children = psutil.Process(stack.process.pid).children(recursive=True)
        assert stack.stop() == 0
        eventually(lambda: all(has_ended(child.pid) for child in children))

    with running_stack(data_dir) as stack:
        admin = Browserless(stack.url, "ada", "correct horse battery").sign_in()
        caption = admin.call("GET", f"/api/photos/{photo}/").json()["captions_json"]["user_caption"]
        assert caption == f"{drafts[0]['text']} #Camera"
        found = admin.call("GET", "/api/photos/searchlist/?search=camera").json()["results"]
        assert [item["id"] for group in found for item in group["items"]] == [photo]
        albums = admin.call("GET", "/api/albums/thing/list/").json()["results"]
        assert [album["title"] for album in albums] == ["Camera"]
        original = admin.call("GET", f"/media/photos/{photo}")
        assert original.content == (SAMPLES / "photographer.jpg").read_bytes()


def test_events_over_the_wire(tmp_path: Path) -> None:
    """The stream arrives event by event through the real server."""
    with running_stack(tmp_path / "data") as stack:
        admin = first_admin(stack)
        photo = admin.upload(SAMPLES / "cat.jpg")
        answer = admin.call(
            "POST", f"/api/photos/{photo}/captions/", json={}, headers={"Accept": "text/event-stream"}, stream=True
        )
        names = [
            line.removeprefix("event: ") for line in answer.iter_lines(decode_unicode=True) if line.startswith("event")
        ]
        assert names[0] == "status"
        assert names[-1] == "done"
        assert "draft" in names


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "librephotos.launch"],
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", "PORT": str(port), "DATA_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=180,
        )
    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"Port {port} is taken by another program. Stop it, or choose another: PORT={port + 1} make run"
    )


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "DATA_DIR": str(tmp_path), "MIN_FREE_BYTES": str(10**18)},
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 1
    assert "Free some space or set DATA_DIR." in done.stderr
    assert "Traceback" not in done.stderr
