"""The graphics card: what the front tells of it, why one is not used, and that its memory returns."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import onnxruntime
import pytest

from service.common import gpu, onnx_runtime
from service.common.errors import WeightsError
from service.common.onnx_runtime import CUDA_PROVIDER
from service.im2txt.engine import Engine
from tests.service.harness import eventually, running

MIB = 1 << 20
SMI = """#!/bin/sh
case "$1" in
  --query-gpu=*) echo "Tesla T4, 15360, 15000" ;;
  --query-compute-apps=*) printf '77, 512\\n88, 256\\n77, 8\\n99, [N/A]\\n' ;;
esac
"""


def nvidia_smi(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str = SMI) -> None:
    """A made-up driver's program, first on the PATH."""
    (folder / "nvidia-smi").write_text(text)
    (folder / "nvidia-smi").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_no_card(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert gpu.look() is None
    assert gpu.GpuWatch().describe() is None
    assert gpu.GpuWatch().used_by(1) == 0


def test_what_the_driver_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    nvidia_smi(tmp_path, monkeypatch)
    watch = gpu.GpuWatch()
    assert watch.describe() == {"name": "Tesla T4", "total_bytes": 15360 * MIB, "free_bytes": 15000 * MIB}
    assert (watch.used_by(77), watch.used_by(88), watch.used_by(99), watch.used_by(1)) == (520 * MIB, 256 * MIB, 0, 0)


@pytest.mark.parametrize("text", ["#!/bin/sh\nexit 9\n", "#!/bin/sh\necho No devices were found\n", "not a program"])
def test_a_driver_that_does_not_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    nvidia_smi(tmp_path, monkeypatch, text)
    assert gpu.GpuWatch().describe() is None


def test_health_shows_the_card(captioner_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nvidia_smi(tmp_path, monkeypatch)
    with running("service.im2txt.main", WEIGHTS_DIR=captioner_folder) as service:
        assert service.health()["gpu"]["name"] == "Tesla T4"
        if CUDA_PROVIDER not in onnxruntime.get_available_providers():
            # Models then go to the processor at once, and the reason is the self-test's, not theirs.
            eventually(lambda: service.health()["why_not_cuda"])
            assert service.caption(model="tiny").status_code == 200
            health = service.health()
            assert (health["state"], health["device"], health["why"]) == ("ready", "cpu", None)
            assert service.post("/unload").json()["why"] is None


def test_a_library_without_cuda_is_told(captioner_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "is_there", lambda: True)
    monkeypatch.setattr(onnx_runtime, "has_cuda", lambda: False)
    engine = Engine(device="auto", threads=1)
    engine.load(captioner_folder / "tiny")
    assert engine.why is not None and "install onnxruntime-gpu" in engine.why


def test_a_cuda_that_does_not_start_is_told(captioner_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with a driver that is too old: onnxruntime lists CUDA, and goes on with the processor."""
    if CUDA_PROVIDER in onnxruntime.get_available_providers():
        pytest.skip("CUDA may start here; see the test marked cuda")
    monkeypatch.setattr(onnx_runtime, "has_cuda", lambda: True)
    engine = Engine(device="auto", threads=1)
    engine.load(captioner_folder / "tiny")
    assert engine.device == "cpu"
    assert engine.why is not None and "could not start CUDA" in engine.why
    with pytest.raises(WeightsError, match="DEVICE is cuda, but onnxruntime could not start CUDA"):
        Engine(device="cuda", threads=1).load(captioner_folder / "tiny")


def test_without_a_card_there_is_nothing_to_explain(captioner_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "is_there", lambda: False)
    monkeypatch.setattr(onnx_runtime, "has_cuda", lambda: False)
    engine = Engine(device="auto", threads=1)
    engine.load(captioner_folder / "tiny")
    assert engine.why is None


@pytest.mark.cuda
@pytest.mark.skipif(shutil.which("nvidia-smi") is None, reason="needs a CUDA device")
@pytest.mark.skipif(CUDA_PROVIDER not in onnxruntime.get_available_providers(), reason="needs onnxruntime-gpu")
def test_its_memory_returns(captioner_folder: Path) -> None:
    path = os.environ["PATH"]
    with running("service.im2txt.main", WEIGHTS_DIR=captioner_folder, DEVICE="auto", PATH=path) as service:
        before = service.health()
        assert before["gpu"] is not None and before["vram_bytes"] == 0
        assert service.caption(model="tiny").status_code == 200
        ready = service.health()
        assert (ready["device"], ready["why"]) == ("cuda", None)
        child = service.model_processes()[0].pid
        service.post("/unload")
        after = service.health()
        assert (after["state"], after["vram_bytes"]) == ("idle", 0)
        eventually(lambda: gpu.used_bytes().get(child, 0) == 0)
