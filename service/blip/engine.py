"""BLIP with the runtime that fits the machine: PyTorch on a CUDA device, ONNX Runtime everywhere else."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from service.blip.files import TORCH_FILES
from service.common.options import CaptionOptions
from service.common.protocols import Caption, Captioner, HasInputSize, HasReason, Stop, never

_NVIDIA_DEVICE = Path("/dev/nvidiactl")


class Engine:
    """A service.common.protocols.Captioner; see TransformerCaptioner for the arguments.

    PyTorch runs when `device` is not cpu, torch and transformers are installed, and torch sees a CUDA device. It is
    never imported otherwise: it would take more memory than the model.
    """

    def __init__(self, device: str = "auto", threads: int = 0) -> None:
        self.device = device
        self.provider = ""
        self.why: str | None = None
        self.input_size = 0
        self._threads = threads
        self._captioner: Captioner | None = None

    def load(self, weights: Path) -> None:
        """Read a folder that convert.py wrote. Raises WeightsError."""
        captioner = self._choose(weights)
        captioner.load(weights)
        self._captioner = captioner
        self.device, self.provider = captioner.device, captioner.provider
        self.why = captioner.why if isinstance(captioner, HasReason) else None
        self.input_size = captioner.input_size if isinstance(captioner, HasInputSize) else 0

    def unload(self) -> None:
        """Let go of the model; safe to call twice."""
        if self._captioner is not None:
            self._captioner.unload()
        self._captioner = None

    def caption(
        self, images: Sequence[Image.Image], options: CaptionOptions, stop: Stop = never
    ) -> list[list[Caption]]:
        """Caption upright RGB pictures: for each, up to `num_captions`, best first.

        Raises CancelledError soon after `stop()` turns true, RuntimeError before `load`.
        """
        if self._captioner is None:
            raise RuntimeError("load() comes before caption()")
        return self._captioner.caption(images, options, stop)

    def vram_bytes(self) -> int:
        """What PyTorch holds; 0 with the other runtime."""
        held = getattr(self._captioner, "vram_bytes", None)
        return int(held()) if held is not None else 0

    def _choose(self, weights: Path) -> Captioner:
        if self.device != "cpu" and _has_torch_for_cuda() and all((weights / name).is_file() for name in TORCH_FILES):
            from service.blip.torch_captioner import TorchCaptioner

            return TorchCaptioner()
        from service.common.transformer_captioner import TransformerCaptioner

        return TransformerCaptioner(self.device, self._threads)


def _has_torch_for_cuda() -> bool:
    """Looks for the driver and the libraries first, because importing torch takes seconds and 200 MB."""
    if not _NVIDIA_DEVICE.exists() or not all(map(importlib.util.find_spec, ("torch", "transformers"))):
        return False
    import torch

    return bool(torch.cuda.is_available())
