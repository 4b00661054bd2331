"""The reader of texts: RapidOCR finds lines (detection), turns them (classification) and reads them (recognition).

Its models are PP-OCR's (Baidu, Apache-2.0) as ONNX files and come with the package rapidocr (Apache-2.0,
https://github.com/RapidAI/RapidOCR). Nothing is downloaded: every file is named, and one that is missing is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from service.common.config import usable_cores
from service.common.errors import CancelledError, WeightsError
from service.common.onnx_runtime import CPU_PROVIDER
from service.common.protocols import Box, Line, Stop, never

# The longer side that is looked at: a sign on a photo of 4000 pixels is still 20 pixels high in it.
_LOOK_AT_PX = 1600
_BLANK = np.full((48, 192, 3), 255, dtype=np.uint8)
_FILES = {"Det.model_path": "*_det_*.onnx", "Rec.model_path": "*_rec_*.onnx", "Cls.model_path": "*_cls_*.onnx"}


class Engine:
    """A service.common.protocols.Reader, on the CPU.

    threads: of ONNX Runtime; 0 means all cores this process may use.
    """

    def __init__(self, device: str = "auto", threads: int = 0) -> None:
        self.device = "cpu"
        self.provider = CPU_PROVIDER
        self.input_size = _LOOK_AT_PX
        self._threads = threads or usable_cores()
        self._reader: Any = None

    def load(self, weights: Path) -> None:
        """Read the three models of a folder. Raises WeightsError."""
        from rapidocr import RapidOCR  # here: it configures logging when it is imported

        parameters = self._parameters(weights)
        try:
            reader = RapidOCR(params=parameters)
            # It opens its files when it first needs them; a blank line makes it need all three now.
            reader(_BLANK, use_det=True, use_cls=True, use_rec=True)
            reader(_BLANK, use_det=False, use_cls=True, use_rec=True)
        except Exception as error:  # onnxruntime's own types, which share no base but Exception
            raise WeightsError(f"{weights} cannot be read as models of RapidOCR: {error}") from error
        self._reader = reader

    def unload(self) -> None:
        """Let go of the models; safe to call twice."""
        self._reader = None

    def read(self, images: Sequence[Image.Image], stop: Stop = never) -> list[list[Line]]:
        """The lines of each upright RGB picture, from top to bottom and left to right."""
        found = []
        for image in images:
            if stop():
                raise CancelledError
            found.append(self._lines(image))
        return found

    def _lines(self, image: Image.Image) -> list[Line]:
        if self._reader is None:
            raise RuntimeError("load() comes first")
        small = image.copy()
        small.thumbnail((_LOOK_AT_PX, _LOOK_AT_PX))
        pixels = np.ascontiguousarray(np.asarray(small)[:, :, ::-1])  # BGR, as OpenCV has it
        result = self._reader(pixels, use_det=True, use_cls=True, use_rec=True)
        if result is None or result.boxes is None:
            return []
        return [
            Line(text=str(text).strip(), confidence=float(score), box=_box(corners, small.width, small.height))
            for text, score, corners in zip(result.txts, result.scores, result.boxes, strict=True)
            if str(text).strip()
        ]

    def _parameters(self, weights: Path) -> dict[str, Any]:
        files = {}
        for name, pattern in _FILES.items():
            found = sorted(weights.glob(pattern))
            if not found:
                raise WeightsError(f"{weights} has no {pattern}.")
            files[name] = str(found[0])
        return {
            **files,
            "Global.text_score": 0.0,  # the caller says how sure a line has to be
            "Global.log_level": "error",
            "EngineConfig.onnxruntime.intra_op_num_threads": self._threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }


def _box(corners: Any, width: int, height: int) -> Box:
    """The upright box around four corners, in fractions of the picture."""
    points = np.asarray(corners, dtype=float) / (width, height)  # (4, 2)
    left, top = points.min(axis=0).clip(0, 1).tolist()
    right, bottom = points.max(axis=0).clip(0, 1).tolist()
    return Box(left=left, top=top, width=right - left, height=bottom - top)
