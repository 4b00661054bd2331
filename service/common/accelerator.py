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
from service.common.reason import Reason

LEAST_VRAM_BYTES = 2 * 10**9
"""Below this not even CUDA's own libraries and a small model fit together."""
GPU_FILE = "docker-compose.gpu.yml"
LEAST_CAPABILITY = {13: (7, 5)}
"""CUDA's version → the oldest cards that it knows; 13 left those before Turing (2018) behind."""
_NAME_BYTES = 256
# enum CUdevice_attribute in cuda.h
_CAPABILITY_MAJOR, _CAPABILITY_MINOR = 75, 76


class NoCudaError(Exception):
    """Tells an administrator why, and what to do; `sentence` names its values in braces."""

    def __init__(self, code: str, sentence: str, **values: object) -> None:
        self.reason = Reason.of(code, sentence, **values)
        super().__init__(self.reason.detail)


@dataclass(frozen=True)
class Report:
    """device: cpu or cuda. reason: why not CUDA, None on it. gpu: None when the driver shows none."""

    device: str
    provider: str
    reason: Reason | None
    gpu: Gpu | None

    @property
    def why_not_cuda(self) -> str:
        return self.reason.detail if self.reason else ""


@dataclass(frozen=True)
class Card:
    """driver_cuda: the newest CUDA that the driver knows, 12020 for 12.2."""

    gpu: Gpu
    driver_cuda: int
    capability: tuple[int, int]


@dataclass(frozen=True)
class Library:
    """What a model library calls its devices, and how to find out whether it can use CUDA.

    built_for: the CUDA of its build, such as 13.0, empty when it does not say. demand_cuda: tries what it can without a
    model. Both raise NoCudaError.
    """

    on_cpu: str
    on_cuda: str
    built_for: Callable[[Any], str]
    demand_cuda: Callable[[Any], None]


def look(device: str, libraries: Sequence[str], *, root: Path = Path("/")) -> Report:
    """Find out. device: what DEVICE says. libraries: of the family; the first known one counts."""
    name = next((each for each in libraries if each in LIBRARIES), None)
    library = LIBRARIES.get(name or "", Library("cpu", "cuda", lambda _module: "", lambda _module: None))
    gpu = None
    try:
        if device == "cpu":
            raise NoCudaError("device_is_cpu", "DEVICE is cpu.")
        card = _first_card(root)
        gpu = card.gpu
        if name is not None:
            module = _import(name)
            _demand_new_enough(card, library.built_for(module))
            library.demand_cuda(module)
        if gpu.total_bytes < LEAST_VRAM_BYTES:
            raise NoCudaError(
                "card_too_small",
                "{card} has only {has} GB of memory; at least {needed} GB are needed.",
                card=gpu.name,
                has=f"{gpu.total_bytes / 1e9:.1f}",
                needed=f"{LEAST_VRAM_BYTES / 1e9:.0f}",
            )
    except NoCudaError as error:
        return Report("cpu", library.on_cpu, error.reason, gpu)
    return Report("cuda", library.on_cuda, None, gpu)


def _first_card(root: Path) -> Card:
    """Ask the driver. Raises NoCudaError."""
    # A container sees the host's driver under /proc, but the card's device only when it was given it.
    has_driver = (root / "proc/driver/nvidia/version").exists() or (root / "dev/dxg").exists()
    has_card = (root / "dev/nvidiactl").exists() or (root / "dev/dxg").exists()
    if not has_driver and not has_card:
        raise NoCudaError("no_driver", "No NVIDIA driver is loaded on this machine.")
    given = "Install the NVIDIA Container Toolkit and start with {file}."
    if not has_card:
        raise NoCudaError(
            "card_not_given",
            f"The machine has an NVIDIA driver, but this container was not given the card. {given}",
            file=GPU_FILE,
        )
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        raise NoCudaError(
            "driver_not_given", f"The driver's library libcuda.so.1 is not here. {given}", file=GPU_FILE
        ) from None
    return _ask(driver)


def _ask(driver: Any) -> Card:
    """The first card by CUDA's driver API (cuda.h). Raises NoCudaError."""
    _demand(driver.cuInit(0), "The NVIDIA driver does not start")
    device, context = ctypes.c_int(), ctypes.c_void_p()
    _demand(driver.cuDeviceGet(ctypes.byref(device), 0), "The NVIDIA driver shows no card")
    name = ctypes.create_string_buffer(_NAME_BYTES)
    _demand(driver.cuDeviceGetName(name, _NAME_BYTES, device), "The card has no name")
    free, total = ctypes.c_size_t(), ctypes.c_size_t()
    version, major, minor = ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
    _demand(driver.cuDriverGetVersion(ctypes.byref(version)), "The driver has no version")
    for found, attribute in ((major, _CAPABILITY_MAJOR), (minor, _CAPABILITY_MINOR)):
        _demand(driver.cuDeviceGetAttribute(ctypes.byref(found), attribute, device), "The card has no capability")
    _demand(driver.cuDevicePrimaryCtxRetain(ctypes.byref(context), device), "The card cannot be used")
    try:
        _demand(driver.cuCtxSetCurrent(context), "The card cannot be used")
        _demand(driver.cuMemGetInfo_v2(ctypes.byref(free), ctypes.byref(total)), "The card's memory is unknown")
    finally:
        driver.cuDevicePrimaryCtxRelease_v2(device)
    gpu = Gpu(name.value.decode(errors="replace"), total.value, free.value)
    return Card(gpu, version.value, (major.value, minor.value))


def _demand(result: int, sentence: str) -> None:
    if result != 0:
        raise NoCudaError("driver_fails", sentence + " (CUDA error {error}).", error=result)


def _demand_new_enough(card: Card, cuda: str) -> None:
    """A driver runs programs of its own CUDA and of earlier ones, and of one version's later minors."""
    major = int(cuda.partition(".")[0]) if cuda[:1].isdecimal() else 0
    if card.driver_cuda // 1000 < major:
        known = f"{card.driver_cuda // 1000}.{card.driver_cuda % 1000 // 10}"
        raise NoCudaError(
            "driver_too_old",
            "The NVIDIA driver knows CUDA up to {known}, but {needed} is needed here: update the driver.",
            known=known,
            needed=major,
        )
    least = LEAST_CAPABILITY.get(major, (0, 0))
    if card.capability < least:
        own, wanted = (".".join(map(str, pair)) for pair in (card.capability, least))
        raise NoCudaError(
            "card_too_old",
            "{card} is too old for CUDA {cuda}: compute capability {has}, at least {needed} is needed.",
            card=card.gpu.name,
            cuda=major,
            has=own,
            needed=wanted,
        )


def _import(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except Exception as error:  # whatever a half-installed library raises
        sentence = "The library {library} cannot be loaded: {error}"
        raise NoCudaError("library_broken", sentence, library=name, error=error) from error


def _cpu_build(name: str) -> NoCudaError:
    sentence = "The installed {library} is built for CPUs only. Take the images for CUDA: {file}."
    return NoCudaError("cpu_build", sentence, library=name, file=GPU_FILE)


def _onnxruntime_built_for(module: Any) -> str:
    if "CUDAExecutionProvider" not in module.get_available_providers():
        raise _cpu_build("onnxruntime")
    return str(getattr(module, "cuda_version", "") or "")


def _onnxruntime(module: Any) -> None:
    if hasattr(module, "preload_dlls"):
        module.preload_dlls()
    folder = Path(module.__file__).parent / "capi"
    try:
        for name in ("shared", "cuda"):
            ctypes.CDLL(str(folder / f"libonnxruntime_providers_{name}.so"), mode=ctypes.RTLD_GLOBAL)
    except OSError as error:
        sentence = "CUDA's libraries are missing or of another version: {error}"
        raise NoCudaError("cuda_libraries", sentence, error=error) from error


def _torch_built_for(module: Any) -> str:
    if not module.version.cuda:
        raise _cpu_build("torch")
    return str(module.version.cuda)


def _torch(module: Any) -> None:
    if not module.cuda.is_available():
        sentence = "{library} is built for CUDA {cuda} and does not find a card for it."
        raise NoCudaError("no_card", sentence, library="torch", cuda=module.version.cuda)


def _llama_cpp_built_for(module: Any) -> str:
    # `llama_supports_gpu_offload` knows only backends that are loaded already, and these are libraries of their own.
    if not any((Path(module.__file__).parent / "lib").glob("libggml-cuda*.so")):
        raise NoCudaError(
            "cpu_build_own",
            "The installed {library} is built for CPUs only. Build it where CUDA's compiler is: {command}",
            library="llama_cpp",
            command="make install-llm LLAMA_MORE_CMAKE_ARGS=-DGGML_CUDA=ON",
        )
    return ""


LIBRARIES = {
    "onnxruntime": Library("CPUExecutionProvider", "CUDAExecutionProvider", _onnxruntime_built_for, _onnxruntime),
    "torch": Library("torch on cpu", "torch on cuda", _torch_built_for, _torch),
    "llama_cpp": Library("llama.cpp on cpu", "llama.cpp on cuda", _llama_cpp_built_for, lambda _module: None),
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(look(sys.argv[1], sys.argv[2:]))) + "\n")
