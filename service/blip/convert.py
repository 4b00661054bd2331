"""`python -m service.blip.convert KIND SOURCE TARGET`: published weights of BLIP as a folder for engine.py.

blip-original: Salesforce's own checkpoint (a .pth under their names), blip-huggingface: that of transformers; each
beside the files of its tokenizer. The graphs are written in fp32, compared with PyTorch where that is installed,
written again in int8, and compared with those in fp32.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.blip.architecture import read_architecture
from service.blip.files import TORCH_CONFIG, TORCH_WEIGHTS
from service.blip.graphs import NOT_NEEDED, Blip, write_decoder, write_encoder
from service.blip.main import FAMILY
from service.common.architecture import Architecture
from service.common.caption_check import Answers, answers
from service.common.caption_conversion import (
    convert_captioner,
    read_object,
    read_three,
    weights_file,
    write_settings,
)
from service.common.checkpoint import read_checkpoint
from service.common.convert import Progress, Report, main
from service.common.errors import WeightsError
from service.common.safetensors_file import Array, write_safetensors
from service.common.state_dict import StateDict

# BLIP is fine-tuned on captions that begin so, and leaves it out of what it gives (configs/caption_coco.yaml).
PROMPT = "a picture of"
MAX_TOKENS, NUM_BEAMS = 20, 3

_ORIGINAL_NAMES = (
    (r"visual_encoder\.cls_token", "vision_model.embeddings.class_embedding"),
    (r"visual_encoder\.pos_embed", "vision_model.embeddings.position_embedding"),
    (r"visual_encoder\.patch_embed\.proj\.", "vision_model.embeddings.patch_embedding."),
    (r"visual_encoder\.norm\.", "vision_model.post_layernorm."),
    (r"visual_encoder\.blocks\.(\d+)\.norm([12])\.", r"vision_model.encoder.layers.\1.layer_norm\2."),
    (r"visual_encoder\.blocks\.(\d+)\.attn\.proj\.", r"vision_model.encoder.layers.\1.self_attn.projection."),
    (r"visual_encoder\.blocks\.(\d+)\.attn\.", r"vision_model.encoder.layers.\1.self_attn."),
    (r"visual_encoder\.blocks\.", "vision_model.encoder.layers."),
)


@dataclass(frozen=True)
class Source:
    """What was published. tensors: under transformers' names; config: that of transformers; pieces: of each id."""

    architecture: Architecture
    tensors: Mapping[str, Array]
    config: dict[str, Any]
    pieces: list[str]
    mean: list[float]
    std: list[float]


def convert_original(source: Path, target: Path, progress: Progress) -> Report:
    """Convert Salesforce's checkpoint. Raises WeightsError."""
    (path, *others) = [*source.glob("*.pth"), None]
    if path is None or others != [None]:
        raise WeightsError(f"{source} must hold one .pth file.")
    config = read_object(source / "config.json")
    # Salesforce's vision transformer adds 1e-6 in its norms, transformers' copy 1e-5.
    config["vision_config"] = {**(config.get("vision_config") or {}), "layer_norm_eps": 1e-6}
    tensors = {_renamed(name): values for name, values in read_checkpoint(path, under="model").items()}
    return _convert(read_source(source, config, tensors), target, progress)


def convert_huggingface(source: Path, target: Path, progress: Progress) -> Report:
    """Convert a checkpoint as transformers saves it. Raises WeightsError."""
    return _convert(read_huggingface(source), target, progress)


def read_huggingface(folder: Path) -> Source:
    """What transformers saved. Raises WeightsError."""
    return read_source(folder, read_object(folder / "config.json"), read_checkpoint(weights_file(folder)))


def _convert(source: Source, target: Path, progress: Progress) -> Report:
    progress(0.0, "Reading the weights")
    model = Blip.read(StateDict(source.tensors), source.architecture)
    has_torch = all(map(importlib.util.find_spec, ("torch", "transformers")))
    report = convert_captioner(
        target,
        progress,
        lambda folder, int8: write_folder(folder, source, model, int8=int8),
        (lambda folder: _answers_of_torch(folder, source)) if has_torch else None,
    )
    progress(0.9, "Writing the weights for PyTorch")
    write_torch_files(target, source)
    return report


def write_folder(folder: Path, source: Source, model: Blip, *, int8: bool) -> None:
    """The graphs, and what TransformerCaptioner reads beside them."""
    write_encoder(folder / "encoder.onnx", model, int8=int8)
    write_decoder(folder / "decoder.onnx", model, int8=int8)
    own = source.architecture
    settings = {
        "family": FAMILY.name,
        "image_size": own.image_size,
        "interpolation": "bicubic",
        "mean": source.mean,
        "std": source.std,
        "prompt": [own.start, *_ids(source.pieces, PROMPT)],
        "end": own.end,
        "max_tokens": MAX_TOKENS,
        "min_tokens": 1,
        "no_repeat": 0,
        "num_beams": NUM_BEAMS,
        "layers": own.text_layers,
        "heads": own.text_heads,
        "head_size": own.text_width // own.text_heads,
    }
    write_settings(folder, settings, "wordpiece", source.pieces, int8=int8)


def write_torch_files(folder: Path, source: Source) -> None:
    """What torch_captioner.py reads beside the settings."""
    write_safetensors(folder / TORCH_WEIGHTS, _for_torch(source), "F16")
    (folder / TORCH_CONFIG).write_text(json.dumps(source.config), encoding="utf-8")


def _answers_of_torch(folder: Path, source: Source) -> Answers:
    from service.blip.torch_captioner import TorchCaptioner

    captioner = TorchCaptioner("cpu")
    captioner.take(folder, source.config, _for_torch(source))
    return answers(captioner)


def _for_torch(source: Source) -> dict[str, Array]:
    """Without what the model does not need, and each tied weight once."""
    tied = "text_decoder.cls.predictions.decoder."
    return {
        name: values
        for name, values in source.tensors.items()
        if not re.fullmatch("|".join(NOT_NEEDED), name) and not name.startswith(tied)
    }


def read_source(folder: Path, config: dict[str, Any], tensors: Mapping[str, Array]) -> Source:
    """Weights under transformers' names with the files beside them. Raises WeightsError."""
    architecture = read_architecture(config)
    preprocess = folder / "preprocessor_config.json"
    try:
        lines = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise WeightsError(f"vocab.txt cannot be read: {error}") from None
    if len(lines) > architecture.words:
        raise WeightsError(f"vocab.txt has {len(lines)} words, the model {architecture.words}.")
    # [CLS] and its like are no text; nor are the ids after the list, which mark the start of a text.
    pieces = ["" if re.fullmatch(r"\[\w+\]", line) else line for line in lines]
    return Source(
        architecture=architecture,
        tensors=tensors,
        config=config,
        pieces=pieces + [""] * (architecture.words - len(pieces)),
        mean=read_three(preprocess, "image_mean"),
        std=read_three(preprocess, "image_std"),
    )


def _ids(pieces: list[str], text: str) -> list[int]:
    """Of words that are one piece each. Raises WeightsError for another one."""
    missing = [word for word in text.split() if word not in pieces]
    if missing:
        raise WeightsError(f"vocab.txt lacks {', '.join(missing)}: it is not BERT's.")
    return [pieces.index(word) for word in text.split()]


def _renamed(name: str) -> str:
    for pattern, replacement in _ORIGINAL_NAMES:
        renamed = re.sub(f"^{pattern}", replacement, name)
        if renamed != name:
            return renamed
    return name


if __name__ == "__main__":
    main(FAMILY)
