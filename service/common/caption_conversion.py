"""What conversions for transformer_captioner.py share: the order of things, and the files beside the weights."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from service.common.caption_check import Answers, answers, compare
from service.common.convert import Progress, Report
from service.common.errors import WeightsError
from service.common.onnx_runtime import has_cuda
from service.common.transformer_captioner import TransformerCaptioner

# Of the encoder's features; and the largest difference of a log p of the first token.
FP32_COSINE, FP32_LOG_PROB, INT8_COSINE = 0.9999, 0.01, 0.99

Write = Callable[[Path, bool], None]
"""write(folder, int8): everything that TransformerCaptioner reads."""


def convert_captioner(
    target: Path, progress: Progress, write: Write, pytorch: Callable[[Path], Answers] | None = None
) -> Report:
    """Write fp32, compare it with PyTorch, and put int8 in its place where that sees the same. Raises WeightsError.

    pytorch: what PyTorch says with the same weights, for the settings of a folder; None where it is not installed.
    """
    progress(0.05, "Writing the graphs in fp32")
    write(target, False)
    progress(0.2, "Captioning with them")
    own = _answers_of(target)
    report: Report = {"precision": "fp32"}
    if pytorch is not None:
        progress(0.35, "Comparing with PyTorch")
        report["fp32_with_pytorch"] = found = compare(own, pytorch(target))
        difference = found["first_log_prob"]
        if found["cosine"] < FP32_COSINE or difference is None or difference > FP32_LOG_PROB:
            raise WeightsError(f"The graphs do not give what PyTorch gives: {found}.")
    if pytorch is not None or not has_cuda():  # onnxruntime has no kernels for int8 on CUDA
        progress(0.6, "Writing the graphs in int8")
        report |= _make_small(target, write, own)
    return report


def _make_small(target: Path, write: Write, own: Answers) -> Report:
    """Put int8 in the place of fp32, but for an encoder that would see something else in a picture."""
    small = target / "int8"
    small.mkdir()
    write(small, True)
    found = compare(own, _answers_of(small))
    keeps_encoder = found["cosine"] < INT8_COSINE
    for path in small.iterdir():
        if keeps_encoder and path.name.startswith("encoder"):
            path.unlink()
        else:
            path.replace(target / path.name)
    small.rmdir()
    return {"precision": "mixed" if keeps_encoder else "int8", "int8_with_fp32": found}


def _answers_of(folder: Path) -> Answers:
    captioner = TransformerCaptioner("cpu")
    captioner.load(folder)
    return answers(captioner)


def read_object(path: Path) -> dict[str, Any]:
    """A JSON object. Raises WeightsError."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WeightsError(f"{path.name} cannot be read: {error}") from None
    if not isinstance(body, dict):
        raise WeightsError(f"{path.name} holds no object.")
    return body


def read_three(path: Path, name: str) -> list[float]:
    """A value for each channel. Raises WeightsError."""
    values = read_object(path).get(name)
    if not isinstance(values, list) or len(values) != 3 or not all(isinstance(value, int | float) for value in values):
        raise WeightsError(f"{path.name}: {name} must be three numbers.")
    return [float(value) for value in values]


def write_settings(folder: Path, settings: dict[str, Any], kind: str, pieces: list[str], *, int8: bool) -> None:
    """config.json and vocabulary.json, as service/blip/README.md describes them."""
    body = {"resize": "squash", "never_said": [], "length_exponent": 1.0, **settings}
    _write_json(folder / "config.json", {**body, "precision": "int8" if int8 else "fp32"})
    _write_json(folder / "vocabulary.json", {"kind": kind, "pieces": pieces})


def weights_file(folder: Path) -> Path:
    """The weights as transformers saves them, now or earlier; the earlier name where there is neither."""
    paths = [folder / name for name in ("model.safetensors", "pytorch_model.bin")]
    return next((path for path in paths if path.is_file()), paths[-1])


def _write_json(path: Path, body: dict[str, Any]) -> None:
    path.write_text(json.dumps({"format": 2, **body}, ensure_ascii=False), encoding="utf-8")
