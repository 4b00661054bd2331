"""`python -m service.vit_gpt2.convert vit-gpt2 SOURCE TARGET`: the published weights as a folder for the engine."""

from __future__ import annotations

import importlib.util
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from service.common.architecture import Architecture
from service.common.caption_check import OPTIONS, PICTURES, Answers
from service.common.caption_conversion import (
    convert_captioner,
    read_object,
    read_three,
    weights_file,
    write_settings,
)
from service.common.check_pictures import check_pictures
from service.common.checkpoint import read_checkpoint
from service.common.convert import Progress, Report, main
from service.common.errors import WeightsError
from service.common.state_dict import StateDict
from service.common.token_search import Beam
from service.common.transformer_captioner import CaptionSettings
from service.vit_gpt2.architecture import read_architecture
from service.vit_gpt2.graphs import VitGpt2, write_decoder, write_encoder
from service.vit_gpt2.main import FAMILY

# As its authors use it; it is known to repeat itself, which the last rule keeps it from.
MAX_TOKENS, NUM_BEAMS, NO_REPEAT = 16, 4, 3
# Pillow's numbers, by which preprocessor_config.json names them.
_INTERPOLATIONS = {2: "bilinear", 3: "bicubic"}


def convert(source: Path, target: Path, progress: Progress) -> Report:
    """A service.common.convert.Conversion."""
    progress(0.0, "Reading the weights")
    architecture = read_architecture(read_object(source / "config.json"))
    model = VitGpt2.read(StateDict(read_checkpoint(weights_file(source))), architecture)
    settings, pieces = _settings(source, architecture), _pieces(source, architecture)

    def write(folder: Path, int8: bool) -> None:
        write_encoder(folder / "encoder.onnx", model, int8=int8)
        write_decoder(folder / "decoder.onnx", model, int8=int8)
        write_settings(folder, settings, "bytes", pieces, int8=int8)

    has_torch = all(map(importlib.util.find_spec, ("torch", "transformers")))
    return convert_captioner(
        target, progress, write, (lambda folder: answers_of_torch(source, folder)) if has_torch else None
    )


def _settings(source: Path, own: Architecture) -> dict[str, Any]:
    preprocess = source / "preprocessor_config.json"
    interpolation = _INTERPOLATIONS.get(read_object(preprocess).get("resample", 2))
    if interpolation is None:
        raise WeightsError(f"{preprocess.name}: only bilinear and bicubic resampling are known.")
    return {
        "family": FAMILY.name,
        "image_size": own.image_size,
        "interpolation": interpolation,
        "mean": read_three(preprocess, "image_mean"),
        "std": read_three(preprocess, "image_std"),
        "prompt": [own.start],
        "end": own.end,
        "max_tokens": MAX_TOKENS,
        "min_tokens": 1,
        "no_repeat": NO_REPEAT,
        "num_beams": NUM_BEAMS,
        "layers": own.text_layers,
        "heads": own.text_heads,
        "head_size": own.text_width // own.text_heads,
    }


def _pieces(source: Path, own: Architecture) -> list[str]:
    """Of each id, as vocab.json writes them; the mark of the end says nothing."""
    ids = read_object(source / "vocab.json")
    if sorted(ids.values(), key=str) != sorted(range(own.words), key=str):
        raise WeightsError(f"vocab.json must name the ids from 0 to {own.words - 1}, each once.")
    pieces = sorted(ids, key=lambda piece: int(ids[piece]))
    return ["" if number in (own.start, own.end) else piece for number, piece in enumerate(pieces)]


def answers_of_torch(source: Path, folder: Path) -> Answers:
    """What transformers says with the published files, for the settings of the folder."""
    import torch
    from transformers import VisionEncoderDecoderModel

    settings = CaptionSettings.load(folder)
    rules = settings.rules_for(OPTIONS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model: Any = VisionEncoderDecoderModel.from_pretrained(source)
        model.eval()
    features, beams = [], []
    for image in check_pictures(PICTURES):
        pixels = torch.from_numpy(settings.preprocess([image]))
        with torch.inference_mode():
            features.append(model.encoder(pixels).last_hidden_state[0].numpy())
            found = model.generate(
                pixels,
                num_beams=OPTIONS.num_beams,
                max_new_tokens=rules.max_tokens,
                min_new_tokens=rules.min_tokens,
                no_repeat_ngram_size=rules.no_repeat,
                decoder_start_token_id=rules.prompt[0],
                eos_token_id=rules.end,
                pad_token_id=rules.end,
                return_dict_in_generate=True,
                output_logits=True,
            )
        log_probs = tuple(torch.log_softmax(step.float(), dim=-1) for step in found.logits)
        each = model.decoder.compute_transition_scores(found.sequences, log_probs, found.beam_indices)[0].tolist()
        ids = found.sequences[0, 1:].tolist()
        length = ids.index(rules.end) + 1 if rules.end in ids else len(ids)
        total = np.float32(sum(each[:length]))
        beams.append([Beam(tuple(ids[:length]), tuple(each[:length]), total)])
    return Answers(features, beams)


if __name__ == "__main__":
    main(FAMILY)
