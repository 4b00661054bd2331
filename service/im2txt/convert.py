"""`python -m service.im2txt.convert KIND SOURCE TARGET`: LibrePhotos' im2txt to a folder of format 2.

Kind `im2txt`: models/encoder-10-1000.ckpt and models/decoder-10-1000.ckpt. Kind `im2txt-onnx`: encoder.onnx and
decoder.onnx. Both with vocabulary.json, which the download makes of their vocab.pkl. It is written in float32 and
in int8, and the two are held against each other through the engine that will run them.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.common.check_pictures import check_pictures
from service.common.checkpoint import read_checkpoint
from service.common.convert import Progress, Report, main
from service.common.errors import WeightsError
from service.common.onnx_runtime import Graph, has_cuda
from service.common.options import CaptionOptions
from service.common.preprocess import Preprocess
from service.common.state_dict import StateDict
from service.common.static_int8 import quantise_convolutions
from service.common.weights import WeightsFile
from service.im2txt import published_onnx, show_and_tell
from service.im2txt.engine import Engine
from service.im2txt.main import FAMILY
from service.im2txt.show_and_tell import Recurrence
from service.im2txt.vocab import Vocabulary

# Of the state after the picture; below it, the encoder stays float32.
LEAST_COSINE = 0.99
SIZE = 224

# As LibrePhotos prepares pictures: ImageNet's means, squashed. Its search is greedy over 20 words; three beams
# cost little beside the encoder.
CONFIG: dict[str, Any] = {
    "format": 2,
    "family": FAMILY.name,
    "image_size": SIZE,
    "resize": "squash",
    "interpolation": "bicubic",
    "mean": [0.485, 0.456, 0.406],
    "std": [0.229, 0.224, 0.225],
    "grid": None,
    "max_words": 20,
    "num_beams": 3,
    "length_exponent": 0.7,
}
_CALIBRATION, _CHECK = 24, 8


def convert_checkpoints(source: Path, target: Path, progress: Progress, *, precision: str | None = None) -> Report:
    """A service.common.convert.Conversion of the PyTorch pair; precision as in `_convert`."""
    progress(0.0, "reading the weights")
    recurrence = Recurrence.take(StateDict(read_checkpoint(source / "models" / "decoder-10-1000.ckpt")))
    weights = StateDict(read_checkpoint(source / "models" / "encoder-10-1000.ckpt"))

    def write_encoder(path: Path) -> None:
        show_and_tell.write_encoder(weights, recurrence, SIZE, path)

    return _convert(source, target, progress, recurrence, write_encoder, kind="im2txt", precision=precision)


def convert_onnx(source: Path, target: Path, progress: Progress, *, precision: str | None = None) -> Report:
    """A service.common.convert.Conversion of the ONNX pair; precision as in `_convert`."""
    progress(0.0, "reading the weights")
    recurrence = published_onnx.read_decoder(source / "decoder.onnx")

    def write_encoder(path: Path) -> None:
        published_onnx.write_encoder(source / "encoder.onnx", recurrence, SIZE, path)

    return _convert(source, target, progress, recurrence, write_encoder, kind="im2txt-onnx", precision=precision)


def _convert(
    source: Path,
    target: Path,
    progress: Progress,
    recurrence: Recurrence,
    write_encoder: Callable[[Path], None],
    *,
    kind: str,
    precision: str | None,
) -> Report:
    """precision: float32 keeps it; None takes int8 where it is close enough, but not where onnxruntime has CUDA."""
    vocabulary = Vocabulary.load(source / "vocabulary.json")
    if len(vocabulary) != len(recurrence.embedding):
        raise WeightsError(f"The decoder knows {len(recurrence.embedding)} words, the vocabulary {len(vocabulary)}.")
    shutil.copyfile(source / "vocabulary.json", target / "vocabulary.json")
    (target / "config.json").write_text(json.dumps({**CONFIG, "converted_from": kind}) + "\n", encoding="utf-8")
    progress(0.1, "writing the graphs")
    write_encoder(target / "encoder.onnx")
    show_and_tell.write_decoder(recurrence, target / "decoder.onnx", int8=False)
    progress(0.3, "checking them")
    pixels = Preprocess.from_file(WeightsFile(target / "config.json"))(check_pictures(_CALIBRATION + _CHECK))
    samples, check = pixels[:_CALIBRATION], pixels[_CALIBRATION:]
    exact = _states(target, check)
    _check(exact, _states(target, check[:1]))
    report: Report = {"precision": "float32", "least_cosine": LEAST_COSINE}
    if precision != "float32" and (precision is not None or not has_cuda()):
        progress(0.4, "measuring what flows through the convolutions")
        report |= _shrink(target, recurrence, samples, check, exact, progress)
    progress(0.95, "captioning with it")
    engine = Engine(device="cpu")
    engine.load(target)
    engine.caption(check_pictures(1), CaptionOptions())
    return {**report, **{f"{name}_bytes": (target / f"{name}.onnx").stat().st_size for name in ("encoder", "decoder")}}


def _shrink(
    target: Path,
    recurrence: Recurrence,
    samples: NDArray[np.float32],
    check: NDArray[np.float32],
    exact: NDArray[np.float32],
    progress: Progress,
) -> Report:
    """Take int8 for the graphs that stay close enough; the report says how close."""
    small = target / "int8"
    small.mkdir()
    quantise_convolutions(target / "encoder.onnx", small / "encoder.onnx", [{"image": one[None]} for one in samples])
    show_and_tell.write_decoder(recurrence, small / "decoder.onnx", int8=True)
    progress(0.8, "checking the smaller ones")
    cosine = float(_cosines(exact, _states(small, check)).min())
    agreement = _agreement(target, small, exact)
    is_close = cosine >= LEAST_COSINE
    if is_close:
        (small / "encoder.onnx").replace(target / "encoder.onnx")
    (small / "decoder.onnx").replace(target / "decoder.onnx")
    shutil.rmtree(small)
    precision = "int8" if is_close else "mixed"
    return {"precision": precision, "encoder_cosine": cosine, "decoder_agreement": agreement}


def _states(folder: Path, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """h and c side by side (B, 2 H) after each picture."""
    graph = Graph(folder / "encoder.onnx", inputs=["image"], outputs=["h", "c"], device="cpu", threads=0)
    return np.concatenate(graph.run(image=pixels), axis=1)


def _check(states: NDArray[np.float32], alone: NDArray[np.float32]) -> None:
    """Raises WeightsError for a model that does not look at pictures, or that mixes them up."""
    if not np.isfinite(states).all() or np.ptp(states, axis=0).max() < 1e-4:
        raise WeightsError("The converted model sees the same in every picture; the weights are damaged.")
    if np.abs(states[:1] - alone).max() > 1e-3:
        raise WeightsError("The converted model sees another picture when it stands beside others.")


def _agreement(one: Path, other: Path, states: NDArray[np.float32]) -> float:
    """How often both decoders would say the same next word, led by the first for a few words."""
    names = (["token", "h", "c"], ["log_probs", "h_out", "c_out"])
    exact, small = (
        Graph(folder / "decoder.onnx", inputs=names[0], outputs=names[1], device="cpu", threads=0)
        for folder in (one, other)
    )
    h, c = np.split(states, 2, axis=1)
    token = np.ones(len(states), np.int64)
    same = []
    for _ in range(8):
        guess = small.run(token=token, h=h, c=c)[0].argmax(axis=1)
        log_probs, h, c = exact.run(token=token, h=h, c=c)
        token = log_probs.argmax(axis=1).astype(np.int64)
        same.append(guess == token)
    return float(np.mean(same))


def _cosines(one: NDArray[np.float32], other: NDArray[np.float32]) -> Any:
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return (one.astype(np.float64) * other).sum(axis=1) / lengths


if __name__ == "__main__":
    main(FAMILY)
