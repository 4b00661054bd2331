"""BLIP base on one device by both runtimes: captions per second in batches, load time, memory.

Run by `python -m mlval.bench.blip --device cuda`. Each line is a process of its own. On a card its memory is counted,
as nvidia-smi sees it, on the CPU the peak of the process'.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from mlval.bench.processes import MB, ROOT, peak_rss_bytes

RUNTIMES = ("pytorch", "onnxruntime")
BATCHES = (1, 8, 32)
_REPEATS = 3


def measure_here(runtime: str, folder: Path, device: str, batches: list[int], words: int) -> dict[str, Any]:
    """In this process: load, then each batch of captions with 3 beams; the first of a size is not counted."""
    from service.common.check_pictures import check_pictures
    from service.common.options import CaptionOptions

    before, started = _held_on_card(), time.perf_counter()
    captioner = _open(runtime, folder, device)
    found: dict[str, Any] = {"load_s": time.perf_counter() - started, "provider": captioner.provider}
    images, options = check_pictures(max(batches), size=640), CaptionOptions(num_beams=3, max_words=words)
    held = 0
    for batch in batches:
        captioner.caption(images[:batch], options)
        began = time.perf_counter()
        for _ in range(_REPEATS):
            captioner.caption(images[:batch], options)
        found[f"batch_{batch}"] = batch * _REPEATS / (time.perf_counter() - began)
        held = max(held, _held_on_card() - before)
    captioner.unload()
    return {**found, "memory_mb": (held if captioner.device == "cuda" else peak_rss_bytes()) / MB}


def _open(runtime: str, folder: Path, device: str) -> Any:
    """The captioner, loaded. Imports a runtime only when it is asked for."""
    captioner: Any
    if runtime == "pytorch":
        from service.blip.torch_captioner import TorchCaptioner

        captioner = TorchCaptioner(device)
    else:
        from service.common.transformer_captioner import TransformerCaptioner

        captioner = TransformerCaptioner(device)
    captioner.load(folder)
    return captioner


def _held_on_card() -> int:
    """Bytes in use on the first card, by all processes; 0 without one."""
    from service.common.gpu import look

    gpu = look()
    return gpu.total_bytes - gpu.free_bytes if gpu is not None else 0


def measure_apart(runtime: str, folder: Path, device: str, batches: list[int], words: int) -> dict[str, Any]:
    """The same in a fresh process."""
    case = json.dumps([runtime, str(folder), device, batches, words])
    ended = subprocess.run(
        [sys.executable, "-m", "mlval.bench.blip_batches", case],
        cwd=ROOT,
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        check=True,
    )
    figures: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return figures


def print_batches(folder: Path, device: str, batches: list[int], words: int) -> None:
    """A line for each runtime, with the ratio to the first."""
    columns = [f"batch_{batch}" for batch in batches]
    print(f"{'captions/s':24}" + "".join(f"{name:>20}" for name in (*columns, "load s", "memory MB")))
    base: dict[str, Any] = {}
    for runtime in RUNTIMES:
        found = measure_apart(runtime, folder, device, batches, words)
        base = base or found
        cells = [f"{found[name]:10.2f} ({found[name] / base[name]:5.2f} x)" for name in columns]
        cells += [f"{found[name]:10.1f} ({base[name] / found[name]:5.2f} x)" for name in ("load_s", "memory_mb")]
        print(f"{found['provider']:24}" + "".join(f"{cell:>20}" for cell in cells), flush=True)


if __name__ == "__main__":
    _runtime, _folder, *_rest = json.loads(sys.argv[1])
    print(json.dumps(measure_here(_runtime, Path(_folder), *_rest)))
