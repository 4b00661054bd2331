"""`python -m service.clip_score.convert KIND SOURCE TARGET`: published CLIP weights to a folder of format 2.

Kind `clip-huggingface`: config.json, preprocessor_config.json, vocab.json, merges.txt, and pytorch_model.bin
or model.safetensors, as Hugging Face serves them. Each tower is written in float32 and in int8 and the two
are held against each other through the engine that will run them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.clip_score.bpe import END
from service.clip_score.engine import Engine
from service.clip_score.main import FAMILY
from service.clip_score.published import Architecture, read_preprocessing, read_vocabulary
from service.clip_score.towers import write_image_tower, write_text_tower
from service.common.check_pictures import check_pictures
from service.common.checkpoint import read_checkpoint
from service.common.convert import Progress, Report, main
from service.common.errors import WeightsError
from service.common.onnx_runtime import has_cuda
from service.common.state_dict import StateDict

# Below it, a tower stays float32: rankings of similar texts would change.
LEAST_COSINE = 0.99

_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_TEXTS = (
    "a photo of a dog",
    "two people on a bench in front of a lake",
    "a red bus drives down a busy street in the rain",
    "A child holds a balloon; behind it, mountains covered with snow.",
    "42",
    "grandmother's birthday cake with nine candles",
    "boats",
    "ein Hund läuft über die Wiese",
)

Vectors = NDArray[np.float32]


def convert_clip(source: Path, target: Path, progress: Progress, *, precision: str | None = None) -> Report:
    """A service.common.convert.Conversion.

    precision: float32 keeps it; None takes int8 for each tower that stays close enough to float32,
    but not where onnxruntime has CUDA, for which it has no kernels for int8.
    """
    progress(0.0, "reading the weights")
    architecture = Architecture.load(source)
    vocabulary = read_vocabulary(source, architecture.text.vocabulary)
    config = {
        "format": 2,
        "family": FAMILY.name,
        "converted_from": "clip-huggingface",
        **read_preprocessing(source, architecture.image.size),
        "embedding_size": architecture.embedding_size,
        "max_tokens": architecture.text.tokens,
        "tokenizer": "byte_pairs",
    }
    weights = _weights_file(source)
    _write_json(target / "vocabulary.json", vocabulary)
    _write_json(target / "config.json", config)
    end = vocabulary["tokens"].index(END)
    progress(0.1, "writing the towers")
    _write_towers(weights, architecture, target, end=end, int8=False)
    progress(0.4, "checking them")
    exact = _embed(target)
    if precision == "float32" or (precision is None and has_cuda()):
        return _report(target, "float32", exact, exact)
    progress(0.5, "making them smaller")
    small = target / "int8"
    small.mkdir()
    for name in ("config.json", "vocabulary.json"):
        (small / name).hardlink_to(target / name)
    _write_towers(weights, architecture, small, end=end, int8=True)
    progress(0.8, "checking the smaller ones")
    quantised = _embed(small)
    kept = [
        name
        for name, one, other in zip(("image.onnx", "text.onnx"), exact, quantised, strict=True)
        if _cosines(one, other).min() >= LEAST_COSINE
    ]
    for name in kept:
        (small / name).replace(target / name)
    for path in small.iterdir():
        path.unlink()
    small.rmdir()
    return _report(target, {2: "int8", 0: "float32"}.get(len(kept), "mixed"), exact, quantised)


def _weights_file(source: Path) -> Path:
    for name in _WEIGHTS:
        if (source / name).is_file():
            return source / name
    raise WeightsError(f"The folder has neither {' nor '.join(_WEIGHTS)}.")


def _write_towers(path: Path, architecture: Architecture, folder: Path, *, end: int, int8: bool) -> None:
    """Both towers. Raises WeightsError when the weights are not those of the architecture."""
    weights = StateDict(read_checkpoint(path))
    weights.drop(r"logit_scale", r".*\.position_ids")
    size = architecture.embedding_size
    write_image_tower(weights, architecture.image, size, folder / "image.onnx", int8=int8)
    write_text_tower(weights, architecture.text, size, folder / "text.onnx", end=end, int8=int8)
    weights.end()


def _embed(folder: Path) -> tuple[Vectors, Vectors]:
    """Vectors of the check's pictures and texts. Raises WeightsError for a model that cannot tell them apart."""
    engine = Engine(device="cpu")
    engine.load(folder)
    images, texts = engine.embed_images(check_pictures(8)), engine.embed_texts(_TEXTS)
    engine.unload()
    for vectors in (images, texts):
        if not np.isfinite(vectors).all() or np.ptp(vectors, axis=0).max() < 1e-4:
            raise WeightsError("The converted model gives the same vector for everything; the weights are damaged.")
    return images, texts


def _cosines(one: Vectors, other: Vectors) -> Any:
    return (one.astype(np.float64) * other).sum(axis=1)  # both of length 1


def _report(target: Path, precision: str, exact: Any, quantised: Any) -> Report:
    names = ("image", "text")
    cosines = {
        f"{name}_cosine": float(_cosines(*pair).min()) for name, *pair in zip(names, exact, quantised, strict=True)
    }
    sizes = {f"{name}_bytes": (target / f"{name}.onnx").stat().st_size for name in names}
    return {"precision": precision, "least_cosine": LEAST_COSINE, **cosines, **sizes}


def _write_json(path: Path, body: dict[str, Any]) -> None:
    path.write_text(json.dumps(body, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(FAMILY)
