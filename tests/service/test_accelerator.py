"""What models run on, and the sentence for an administrator whose card is not used."""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from service.common import accelerator
from service.common.accelerator import LIBRARIES, NoCudaError, look
from service.common.gpu import Gpu
from service.common.reason import Reason
from tests.processes import ROOT
from tests.service.harness import eventually, running

T4 = Gpu("Tesla T4", 15 * 10**9, 14 * 10**9)
CARD = accelerator.Card(T4, 13_000, (7, 5))


def tree(root: Path, *files: str) -> Path:
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return root


def test_without_a_driver_no_library_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accelerator, "_import", lambda name: pytest.fail(f"{name} was imported"))
    report = look("auto", ["numpy", "onnxruntime"], root=tmp_path)
    assert (report.device, report.provider, report.gpu) == ("cpu", "CPUExecutionProvider", None)
    assert report.why_not_cuda == "No NVIDIA driver is loaded on this machine."
    assert look("cpu", ["torch"], root=tmp_path).why_not_cuda == "DEVICE is cpu."
    assert look("auto", [], root=tmp_path).provider == "cpu"


def test_a_container_without_the_card(tmp_path: Path) -> None:
    report = look("auto", ["torch"], root=tree(tmp_path, "proc/driver/nvidia/version"))
    assert "was not given the card. Install the NVIDIA Container Toolkit" in report.why_not_cuda
    assert (ROOT / accelerator.GPU_FILE).is_file()


def test_a_card_without_the_drivers_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_name: str) -> Any:
        raise OSError("cannot open shared object file")

    monkeypatch.setattr(ctypes, "CDLL", absent)
    report = look("auto", ["torch"], root=tree(tmp_path, "dev/nvidiactl"))
    assert "libcuda.so.1 is not here" in report.why_not_cuda


class Driver:
    """The few functions of libcuda, with a card of `total` bytes; `fails` names one that answers with an error."""

    def __init__(self, total: int, fails: str = "") -> None:
        self.total, self.fails = total, fails

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments: 999 if name == self.fails else self._answer(name, *arguments)

    def _answer(self, name: str, *arguments: Any) -> int:
        if name == "cuDeviceGetName":
            arguments[0].value = b"Tesla T4"
        elif name == "cuMemGetInfo_v2":
            arguments[0]._obj.value, arguments[1]._obj.value = self.total // 2, self.total
        elif name == "cuDriverGetVersion":
            arguments[0]._obj.value = 12_020
        elif name == "cuDeviceGetAttribute":
            arguments[0]._obj.value = {75: 7, 76: 5}[arguments[1]]
        return 0


def test_what_the_driver_says() -> None:
    assert accelerator._ask(Driver(15 * 10**9)) == accelerator.Card(
        Gpu("Tesla T4", 15 * 10**9, 75 * 10**8), 12_020, (7, 5)
    )
    for name in ("cuInit", "cuDeviceGet", "cuDriverGetVersion", "cuDevicePrimaryCtxRetain", "cuMemGetInfo_v2"):
        with pytest.raises(NoCudaError, match="CUDA error 999"):
            accelerator._ask(Driver(15 * 10**9, fails=name))


def onnxruntime(*providers: str) -> Any:
    file = "/nowhere/onnxruntime/__init__.py"
    return SimpleNamespace(get_available_providers=lambda: list(providers), cuda_version="13.0", __file__=file)


@pytest.mark.parametrize(
    ("name", "module", "why"),
    [
        ("onnxruntime", onnxruntime("CPUExecutionProvider"), "built for CPUs only"),
        ("onnxruntime", onnxruntime("CUDAExecutionProvider"), "CUDA's libraries are missing"),
        ("torch", SimpleNamespace(version=SimpleNamespace(cuda=None)), "built for CPUs only"),
        (
            "torch",
            SimpleNamespace(version=SimpleNamespace(cuda="12.8"), cuda=SimpleNamespace(is_available=lambda: False)),
            "does not find a card",
        ),
        (
            "llama_cpp",
            SimpleNamespace(__file__="/nowhere/llama_cpp/__init__.py"),
            "LLAMA_MORE_CMAKE_ARGS=-DGGML_CUDA=ON",
        ),
    ],
)
def test_a_library_that_cannot(monkeypatch: pytest.MonkeyPatch, name: str, module: Any, why: str) -> None:
    monkeypatch.setattr(accelerator, "_first_card", lambda _root: CARD)
    monkeypatch.setattr(accelerator, "_import", lambda _name: module)
    report = look("auto", [name])
    assert (report.device, report.provider, report.gpu) == ("cpu", LIBRARIES[name].on_cpu, T4)
    assert why in report.why_not_cuda


@pytest.mark.parametrize(
    ("driver_cuda", "capability", "why"),
    [
        (12_020, (8, 6), "The NVIDIA driver knows CUDA up to 12.2, but 13 is needed here: update the driver."),
        (13_010, (6, 1), "Tesla T4 is too old for CUDA 13: compute capability 6.1, at least 7.5 is needed."),
        (13_000, (7, 5), "CUDA's libraries are missing"),  # which comes later
    ],
)
def test_a_driver_or_a_card_that_is_too_old(
    monkeypatch: pytest.MonkeyPatch, driver_cuda: int, capability: tuple[int, int], why: str
) -> None:
    monkeypatch.setattr(accelerator, "_first_card", lambda _root: accelerator.Card(T4, driver_cuda, capability))
    monkeypatch.setattr(accelerator, "_import", lambda _name: onnxruntime("CUDAExecutionProvider"))
    report = look("auto", ["onnxruntime"])
    assert report.device == "cpu" and report.why_not_cuda.startswith(why)


def test_a_card_that_is_used_and_one_that_is_too_small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "libggml-cuda.so").touch()
    able = SimpleNamespace(__file__=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(accelerator, "_import", lambda _name: able)
    monkeypatch.setattr(accelerator, "_first_card", lambda _root: CARD)
    assert look("cuda", ["llama_cpp"]) == accelerator.Report("cuda", "llama.cpp on cuda", None, T4)
    small = accelerator.Card(Gpu("GT 1030", 10**9, 10**9), 13_000, (7, 5))
    monkeypatch.setattr(accelerator, "_first_card", lambda _root: small)
    report = look("auto", ["llama_cpp"])
    assert report.device == "cpu" and report.reason == Reason(
        "card_too_small",
        "GT 1030 has only 1.0 GB of memory; at least 2 GB are needed.",
        {"card": "GT 1030", "has": "1.0", "needed": "2"},
    )


def test_the_program_says_it_in_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "service.common.accelerator", "cpu", "onnxruntime"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert json.loads(done.stdout)["reason"] == {"code": "device_is_cpu", "detail": "DEVICE is cpu.", "values": {}}


def test_a_service_tells_it_soon_after_its_start() -> None:
    with running("service.im2txt.main", DEVICE="cpu") as service:
        eventually(lambda: service.health()["why_not_cuda"] == "DEVICE is cpu.")
        assert service.health()["reason_not_cuda"]["code"] == "device_is_cpu"
