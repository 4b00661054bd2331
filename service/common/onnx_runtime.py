"""Open ONNX files with ONNX Runtime; in the model process only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from service.common import gpu
from service.common.errors import WeightsError

CPU_PROVIDER = "CPUExecutionProvider"
CUDA_PROVIDER = "CUDAExecutionProvider"


class Graph:
    """One ONNX graph: arrays in by name, arrays out in the order of `outputs`."""

    def __init__(
        self,
        path: Path,
        *,
        inputs: Sequence[str],
        outputs: Sequence[str],
        device: str,
        threads: int,
    ) -> None:
        """Raises WeightsError if the file cannot be read, its inputs or outputs differ, or `cuda` cannot be had.

        After it, `why` says why the processor computes although there is a graphics card; None otherwise.
        """
        options = onnxruntime.SessionOptions()
        # Without the arena and the patterns, memory goes back to the system after each run: a
        # batch of 16 must not be held until the process ends.
        options.enable_cpu_mem_arena = False
        options.enable_mem_pattern = False
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Threads that spin between the short steps of a decoder take the cores from the others.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        try:
            session = onnxruntime.InferenceSession(str(path), sess_options=options, providers=_providers(device))
        except Exception as error:  # its own types, which share no base but Exception
            raise WeightsError(f"{path} cannot be read as ONNX: {error}") from error
        self._session = session
        self._outputs = list(outputs)
        self.provider: str = session.get_providers()[0]
        self.why = _why_on_cpu(device, self.provider)
        if self.why is not None and device == "cuda":
            raise WeightsError(f"DEVICE is cuda, but {self.why}; set DEVICE=auto to use the processor instead.")
        _check_names(path, "inputs", [node.name for node in session.get_inputs()], inputs)
        _check_names(path, "outputs", [node.name for node in session.get_outputs()], outputs)

    def run(self, **inputs: NDArray[Any]) -> list[NDArray[np.float32]]:
        """The outputs, in the order given to the constructor."""
        results: list[NDArray[np.float32]] = self._session.run(self._outputs, inputs)
        return results

    def run_in_place(self, inputs: Mapping[str, Any]) -> list[Any]:
        """As `run`, but the outputs stay where they were computed, as OrtValues.

        inputs: arrays, or OrtValues of an earlier run, which are read without a copy.
        """
        binding = self._session.io_binding()
        for name, value in inputs.items():
            if isinstance(value, np.ndarray):
                binding.bind_cpu_input(name, value)
            else:
                binding.bind_ortvalue_input(name, value)
        for name in self._outputs:
            binding.bind_output(name, device_of(self.provider))
        self._session.run_with_iobinding(binding)
        return list(binding.get_outputs())

    def output_size(self, name: str, axis: int) -> int | None:
        """A fixed size from the graph's own description; None when it is dynamic."""
        for node in self._session.get_outputs():
            if node.name == name and axis < len(node.shape):
                size = node.shape[axis]
                return size if isinstance(size, int) else None
        return None


def has_cuda() -> bool:
    """Whether the installed onnxruntime knows CUDA; a card may still be missing."""
    return CUDA_PROVIDER in onnxruntime.get_available_providers()


def _providers(device: str) -> list[str]:
    """ONNX Runtime's names for a device. Raises WeightsError if `cuda` cannot be had."""
    if device == "cuda" and not has_cuda():
        raise WeightsError(
            "DEVICE is cuda, but the installed onnxruntime has no CUDA provider; "
            "install onnxruntime-gpu or set DEVICE=auto."
        )
    if has_cuda() and device != "cpu":
        # onnxruntime-gpu brings CUDA as wheels of their own, where the system's loader does not look.
        onnxruntime.preload_dlls()
        return [CUDA_PROVIDER, CPU_PROVIDER]
    return [CPU_PROVIDER]


def _why_on_cpu(device: str, provider: str) -> str | None:
    """Why the wish for a graphics card was not granted, as part of a sentence; None when it was, or was not there."""
    if device == "cpu" or provider == CUDA_PROVIDER:
        return None
    if has_cuda():
        # onnxruntime goes on with the processor by itself; the reason is on its stderr only.
        return "onnxruntime could not start CUDA (no usable card, or a driver, CUDA or cuDNN library that it misses)"
    if gpu.is_there():
        return "the installed onnxruntime has no CUDA provider; install onnxruntime-gpu to use the graphics card"
    return None


def device_of(provider: str) -> str:
    """`cuda` or `cpu`."""
    return "cuda" if provider == CUDA_PROVIDER else "cpu"


def _check_names(path: Path, kind: str, found: list[str], wanted: Sequence[str]) -> None:
    if set(found) != set(wanted):
        raise WeightsError(f"{path} has the {kind} {', '.join(sorted(found))}; expected {', '.join(wanted)}.")
