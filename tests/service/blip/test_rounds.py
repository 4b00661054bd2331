"""Loaded, asked and unloaded again and again, a service gives all its memory back: twenty rounds on CUDA by either
runtime, and two on the CPU, which any machine has."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

import pytest

from service.blip.convert import read_huggingface, write_folder
from service.blip.graphs import Blip
from service.common import gpu
from service.common.state_dict import StateDict
from tests.service.harness import Service, eventually, running

MIB = 1 << 20
CPU, CUDA, PYTORCH = "CPUExecutionProvider", "CUDAExecutionProvider", "PyTorch"


@pytest.fixture(scope="module")
def weights_dir(published: Path, blip_folder: Path) -> Path:
    """`tiny`, as the conversion makes it, and `fp32`, graphs for ONNX Runtime alone, which run on CUDA too."""
    source = read_huggingface(published)
    (blip_folder / "fp32").mkdir()
    write_folder(blip_folder / "fp32", source, Blip.read(StateDict(source.tensors), source.architecture), int8=False)
    return blip_folder


def need_cuda(provider: str) -> None:
    if shutil.which("nvidia-smi") is None:
        pytest.skip("needs a CUDA device")
    if provider == PYTORCH and not all(map(importlib.util.find_spec, ("torch", "transformers"))):
        pytest.skip("needs torch and transformers: run `make install-blip`")
    if provider == CUDA:
        import onnxruntime

        if CUDA not in onnxruntime.get_available_providers():
            pytest.skip("needs onnxruntime-gpu")


def held_on_card() -> int:
    """Bytes in use on the first card, by all processes; 0 without one."""
    card = gpu.look()
    return card.total_bytes - card.free_bytes if card is not None else 0


def run_round(service: Service, model: str, device: str, provider: str) -> tuple[int, int]:
    """Load by a caption, unload; returns the model's RSS and the bytes on the card while it was loaded."""
    answer = service.caption(model=model)
    assert answer.status_code == 200, answer.text
    ready = service.health()
    assert (ready["state"], ready["device"], ready["provider"]) == ("ready", device, provider)
    held = held_on_card()
    idle = service.post("/unload").json()
    assert (idle["state"], idle["model_rss_bytes"], idle["vram_bytes"]) == ("idle", 0, 0)
    assert service.model_processes() == []
    return ready["model_rss_bytes"], held


@pytest.mark.parametrize(
    ("model", "device", "provider", "rounds"),
    [
        ("fp32", "cpu", CPU, 2),
        pytest.param("tiny", "cuda", PYTORCH, 20, marks=pytest.mark.cuda),
        pytest.param("fp32", "cuda", CUDA, 20, marks=pytest.mark.cuda),
    ],
)
def test_nothing_grows(weights_dir: Path, model: str, device: str, provider: str, rounds: int) -> None:
    if device == "cuda":
        need_cuda(provider)
    libraries = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    with running("service.blip.main", WEIGHTS_DIR=weights_dir, DEVICE=device, **libraries) as service:
        before, front = held_on_card(), service.health()["front_rss_bytes"]
        found = []
        for _ in range(rounds):
            found.append(run_round(service, model, device, provider))
            eventually(lambda: held_on_card() <= before + 16 * MIB)
        rss, held = zip(*found, strict=True)
        assert max(rss) <= rss[0] * 1.1 and max(held) <= held[0] + 32 * MIB
        assert (held[0] > before) == (device == "cuda")
        assert service.health()["front_rss_bytes"] <= front + 15_000_000
