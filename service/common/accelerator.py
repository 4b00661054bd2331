"""What the models of a service will run on, and why not on an NVIDIA card.

    python -m service.common.accelerator auto|cpu|cuda LIBRARY …

prints one line of JSON, see `look`. It is a process of its own, which ends: the front loads no model library. Without
an NVIDIA driver no library is imported, so the question costs next to nothing where the answer is known.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from service.common.gpu import Gpu

LEAST_VRAM_BYTES = 2 * 10**9
"""Below this not even CUDA's own libraries and a small model fit together."""
GPU_FILE = "docker-compose.gpu.yml"
_NAME_BYTES = 256


class NoCudaError(Exception):
    """The sentence that tells an administrator why, and what to do."""


@dataclass(frozen=True)
class Report:
    """device: cpu or cuda. why_not_cuda: a sentence, empty on CUDA. gpu: None when the driver shows none."""

    device: str
    provider: str
    why_not_cuda: str
    gpu: Gpu | None


@dataclass(frozen=True)
class Library:
    """What a model library calls its devices, and how to find out whether its build can use CUDA."""

    on_cpu: str
    on_cuda: str
    demand_cuda: Callable[[Any], None]


def look(device: str, libraries: Sequence[str], *, root: Path = Path("/")) -> Report:
    """Find out. device: what DEVICE says. libraries: of the family; the first known one counts."""
    name = next((each for each in libraries if each in LIBRARIES), None)
    library = LIBRARIES.get(name or "", Library("cpu", "cuda", lambda _module: None))
    gpu = None
    try:
        if device == "cpu":
            raise NoCudaError("DEVICE is cpu.")
        gpu = _first_gpu(root)
        if name is not None:
            library.demand_cuda(_import(name))
        if gpu.total_bytes < LEAST_VRAM_BYTES:
            raise NoCudaError(
                f"{gpu.name} has only {gpu.total_bytes / 1e9:.1f} GB of memory; "
                f"at least {LEAST_VRAM_BYTES / 1e9:.0f} GB are needed."
            )
    except NoCudaError as why:
        return Report("cpu", library.on_cpu, str(why), gpu)
    return Report("cuda", library.on_cuda, "", gpu)


def _first_gpu(root: Path) -> Gpu:
    """Ask the driver. Raises NoCudaError."""
    # A container sees the host's driver under /proc, but the card's device only when it was given it.
    has_driver = (root / "proc/driver/nvidia/version").exists() or (root / "dev/dxg").exists()
    has_card = (root / "dev/nvidiactl").exists() or (root / "dev/dxg").exists()
    if not has_driver and not has_card:
        raise NoCudaError("No NVIDIA driver is loaded on this machine.")
    given = f"Install the NVIDIA Container Toolkit and start with {GPU_FILE}."
    if not has_card:
        raise NoCudaError(f"The machine has an NVIDIA driver, but this container was not given the card. {given}")
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        raise NoCudaError(f"The driver's library libcuda.so.1 is not here. {given}") from None
    return _ask(driver)


def _ask(driver: Any) -> Gpu:
    """The first card by CUDA's driver API (cuda.h). Raises NoCudaError."""
    _demand(driver.cuInit(0), "The NVIDIA driver does not start")
    device, context = ctypes.c_int(), ctypes.c_void_p()
    _demand(driver.cuDeviceGet(ctypes.byref(device), 0), "The NVIDIA driver shows no card")
    name = ctypes.create_string_buffer(_NAME_BYTES)
    _demand(driver.cuDeviceGetName(name, _NAME_BYTES, device), "The card has no name")
    free, total = ctypes.c_size_t(), ctypes.c_size_t()
    _demand(driver.cuDevicePrimaryCtxRetain(ctypes.byref(context), device), "The card cannot be used")
    try:
        _demand(driver.cuCtxSetCurrent(context), "The card cannot be used")
        _demand(driver.cuMemGetInfo_v2(ctypes.byref(free), ctypes.byref(total)), "The card's memory is unknown")
    finally:
        driver.cuDevicePrimaryCtxRelease_v2(device)
    return Gpu(name.value.decode(errors="replace"), total.value, free.value)


def _demand(result: int, sentence: str) -> None:
    if result != 0:
        raise NoCudaError(f"{sentence} (CUDA error {result}).")


def _import(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except Exception as error:  # whatever a half-installed library raises
        raise NoCudaError(f"The library {name} cannot be loaded: {error}") from error


def _cpu_build(name: str) -> NoCudaError:
    return NoCudaError(f"The installed {name} is built for CPUs only. Take the images for CUDA: {GPU_FILE}.")


def _onnxruntime(module: Any) -> None:
    if "CUDAExecutionProvider" not in module.get_available_providers():
        raise _cpu_build("onnxruntime")
    if hasattr(module, "preload_dlls"):
        module.preload_dlls()
    folder = Path(module.__file__).parent / "capi"
    try:
        for name in ("shared", "cuda"):
            ctypes.CDLL(str(folder / f"libonnxruntime_providers_{name}.so"), mode=ctypes.RTLD_GLOBAL)
    except OSError as error:
        raise NoCudaError(f"CUDA's libraries are missing or of another version: {error}") from error


def _torch(module: Any) -> None:
    if not module.version.cuda:
        raise _cpu_build("torch")
    if not module.cuda.is_available():
        raise NoCudaError(f"torch is built for CUDA {module.version.cuda} and does not find a card for it.")


def _llama_cpp(module: Any) -> None:
    if not module.llama_supports_gpu_offload():
        raise _cpu_build("llama_cpp")


LIBRARIES = {
    "onnxruntime": Library("CPUExecutionProvider", "CUDAExecutionProvider", _onnxruntime),
    "torch": Library("torch on cpu", "torch on cuda", _torch),
    "llama_cpp": Library("llama.cpp on cpu", "llama.cpp on cuda", _llama_cpp),
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(look(sys.argv[1], sys.argv[2:]))) + "\n")
