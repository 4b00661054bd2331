"""Several processes at one model, and processes that are killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from api.model_store import ModelBusyError, ModelStore, install
from tests.hub import Hub
from tests.model_store.entries import entry, entry_file
from tests.processes import PATIENCE_S, ROOT

PROGRAM = """
import sys
from pathlib import Path
from api.model_store import ModelStore, Sources, install
from tests.model_store.entries import entry, entry_file

root, hub, content = sys.argv[1:]
model = entry(entry_file("model.onnx", Path(content).read_bytes()))
install(ModelStore(Path(root), sources=Sources(hub=hub)), model)
"""


def start(store: ModelStore, hub: Hub, tmp_path: Path, content: bytes) -> subprocess.Popen[bytes]:
    (tmp_path / "content").write_bytes(content)
    command = [sys.executable, "-c", PROGRAM, str(store.root), hub.url, str(tmp_path / "content")]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)


def wait_for_bytes(store: ModelStore, hub_bytes: int, content: bytes) -> None:
    model = entry(entry_file("model.onnx", content))
    deadline = time.monotonic() + PATIENCE_S
    while store.partial_bytes(model) < hub_bytes:
        assert time.monotonic() < deadline, "nothing was downloaded"
        time.sleep(0.005)


@pytest.mark.parametrize("at", [0.05, 0.5, 0.9])
def test_a_killed_worker(store: ModelStore, hub: Hub, tmp_path: Path, content: bytes, at: float) -> None:
    """SIGKILL in the middle: nothing counts as installed, no lock stays, and the next one goes on where it ended."""
    hub.files = {"model.onnx": content}
    hub.hold_at = int(at * len(content))
    model = entry(entry_file("model.onnx", content))
    process = start(store, hub, tmp_path, content)
    wait_for_bytes(store, hub.hold_at, content)

    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert store.installed(model) is None
    assert not store.folder(model).exists()
    kept = store.partial_bytes(model)
    assert hub.hold_at <= kept < len(content)

    hub.hold_at = None
    hub.requests.clear()
    install(store, model)
    assert store.damages(model) == []
    assert [asked for _, path, asked in hub.requests if path.startswith("/storage")] == [f"bytes={kept}-"]


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_moment(store: ModelStore, hub: Hub, tmp_path: Path, content: bytes, seed: int) -> None:
    hub.files = {"model.onnx": content}
    hub.delay_s = 0.002
    model = entry(entry_file("model.onnx", content))
    process = start(store, hub, tmp_path, content)
    wait_for_bytes(store, 1, content)
    time.sleep(0.03 * seed)
    process.kill()
    process.wait()
    assert store.installed(model) is None or store.damages(model) == []
    install(store, model)
    assert store.damages(model) == []


def test_two_at_once_download_once(store: ModelStore, hub: Hub, tmp_path: Path, content: bytes) -> None:
    hub.files = {"model.onnx": content}
    hub.delay_s = 0.01
    first, second = start(store, hub, tmp_path, content), start(store, hub, tmp_path, content)
    for process in (first, second):
        _, errors = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0, errors.decode()
    assert store.damages(entry(entry_file("model.onnx", content))) == []
    assert len([path for _, path, _ in hub.requests if path.startswith("/storage")]) == 1


def test_the_second_goes_on_when_the_first_dies(store: ModelStore, hub: Hub, tmp_path: Path, content: bytes) -> None:
    hub.files = {"model.onnx": content}
    hub.hold_at = len(content) // 2
    first = start(store, hub, tmp_path, content)
    wait_for_bytes(store, 1, content)
    second = start(store, hub, tmp_path, content)
    time.sleep(0.3)
    first.kill()
    first.wait()
    hub.hold_at = None
    _, errors = second.communicate(timeout=PATIENCE_S)
    assert second.returncode == 0, errors.decode()
    assert store.damages(entry(entry_file("model.onnx", content))) == []


def test_nobody_removes_what_is_being_made(store: ModelStore, hub: Hub, tmp_path: Path, content: bytes) -> None:
    hub.files = {"model.onnx": content}
    hub.hold_at = len(content) // 2
    process = start(store, hub, tmp_path, content)
    wait_for_bytes(store, 1, content)
    with pytest.raises(ModelBusyError):
        store.remove(entry(entry_file("model.onnx", content)))
    process.kill()
    process.wait()
