"""BLIP on a CUDA device: transformers' own model and `generate`, in half precision and with batches.

Imports torch and transformers (requirements.txt); only engine.py imports this, and only where there is such a device.
On a CPU it works too, in single precision, as what the graphs are compared with.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from transformers import BlipConfig, BlipForConditionalGeneration, StoppingCriteriaList

from service.blip.files import TORCH_CONFIG, TORCH_WEIGHTS
from service.common.checkpoint import read_checkpoint
from service.common.errors import CancelledError, WeightsError
from service.common.options import CaptionOptions
from service.common.protocols import Caption, Stop, never
from service.common.safetensors_file import Array
from service.common.token_search import Beam, Floats, Rules
from service.common.transformer_captioner import CaptionSettings


class TorchCaptioner:
    """A service.common.protocols.Captioner. device: cuda or cpu."""

    def __init__(self, device: str = "cuda") -> None:
        self.device = device
        self.provider = "PyTorch"
        self.input_size = 0
        self._settings: CaptionSettings | None = None
        self._model: Any = None

    def load(self, weights: Path) -> None:
        """Raises WeightsError."""
        try:
            config = json.loads((weights / TORCH_CONFIG).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise WeightsError(f"{TORCH_CONFIG} cannot be read: {error}") from None
        self.take(weights, config, read_checkpoint(weights / TORCH_WEIGHTS))

    def take(self, folder: Path, config: dict[str, Any], tensors: Mapping[str, Array]) -> None:
        """Use these weights, under transformers' names, with the settings of the folder. Raises WeightsError."""
        settings = CaptionSettings.load(folder)
        self._model = build(BlipConfig(**config), tensors, device=self.device)
        self._settings = settings
        self.input_size = settings.preprocess.image_size

    def unload(self) -> None:
        """Let go of the model; safe to call twice. All memory returns when the process ends."""
        self._model = self._settings = None
        if self.device == "cuda":
            torch.cuda.empty_cache()

    def vram_bytes(self) -> int:
        return torch.cuda.memory_reserved() if self.device == "cuda" else 0

    def caption(
        self, images: Sequence[Image.Image], options: CaptionOptions, stop: Stop = never
    ) -> list[list[Caption]]:
        """As TransformerCaptioner; drawn captions are others, but the same each time."""
        settings, _ = self._loaded()
        found = self.beams(images, options, stop)
        return [[settings.caption(beam, options) for beam in beams[: options.num_captions]] for beams in found]

    def beams(self, images: Sequence[Image.Image], options: CaptionOptions, stop: Stop = never) -> list[list[Beam]]:
        """All that was found for each picture, best first, in ids."""
        settings, model = self._loaded()
        if not images:
            return []
        pixels = self._pixels(images)
        rules = settings.rules_for(options)
        if options.temperature > 0:
            # One by one, each from its own seed: so a picture's captions do not depend on its neighbours.
            return [self._draw(pixels[at : at + 1], rules, options, stop) for at in range(len(images))]
        return generate(model, pixels, rules, settings.width_for(options), stop)

    def features(self, images: Sequence[Image.Image]) -> Floats:
        """What the encoder sees, (P, L, H); for comparisons."""
        _, model = self._loaded()
        with torch.inference_mode():
            found: Floats = model.vision_model(self._pixels(images)).last_hidden_state.float().cpu().numpy()
        return found

    def _pixels(self, images: Sequence[Image.Image]) -> torch.Tensor:
        settings, model = self._loaded()
        return torch.from_numpy(settings.preprocess(images)).to(self.device, model.dtype)

    def _loaded(self) -> tuple[CaptionSettings, Any]:
        if self._settings is None or self._model is None:
            raise RuntimeError("load() comes before caption()")
        return self._settings, self._model

    def _draw(self, pixels: torch.Tensor, rules: Rules, options: CaptionOptions, stop: Stop) -> list[Beam]:
        """Up to `num_captions` different captions of one picture, best score first."""
        torch.manual_seed(options.seed)
        how = {"do_sample": True, "temperature": options.temperature, "top_k": 0}
        how["num_return_sequences"] = options.num_captions
        drawn = generate(self._model, pixels, rules, 1, stop, **how)[0]
        unique = list({beam.ids: beam for beam in drawn}.values())
        return sorted(unique, key=lambda beam: -rules.score(beam.total, len(beam.ids)))


def build(config: BlipConfig, tensors: Mapping[str, Array], *, device: str) -> Any:
    """transformers' model with these weights, in half precision on a GPU. Raises WeightsError if they do not fit."""
    with torch.device("meta"):
        model: Any = BlipForConditionalGeneration(config)
    # Of a checkpoint that is mapped, not read: torch warns that it must not be written, which nothing does.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        weights = {name: torch.from_numpy(np.asarray(values)) for name, values in tensors.items()}
    model.load_state_dict(weights, strict=False, assign=True)
    model.tie_weights()
    left = [name for name, weight in model.named_parameters() if weight.is_meta]
    if left:
        raise WeightsError(f"The weights lack {', '.join(left[:5])}.")
    _fill_buffers(model)
    dtype = torch.float16 if device == "cuda" else torch.float32
    return model.to(device=device, dtype=dtype).eval()


def _fill_buffers(model: Any) -> None:
    """Position ids are no weights: they are counted up again."""
    for module in model.modules():
        for name, buffer in list(module.named_buffers(recurse=False)):
            if buffer.is_meta:
                setattr(module, name, torch.arange(buffer.shape[-1]).expand(buffer.shape))


def _asking(stop: Stop) -> Any:
    """A stopping criterion that asks between tokens whether anybody still waits."""

    def criterion(input_ids: torch.Tensor, _scores: Any, **_: Any) -> torch.Tensor:
        if stop():
            raise CancelledError
        return torch.zeros(len(input_ids), dtype=torch.bool, device=input_ids.device)

    return criterion


def generate(
    model: Any, pixels: torch.Tensor, rules: Rules, width: int, stop: Stop = never, **options: Any
) -> list[list[Beam]]:
    """For each picture its `width` beams, best first, by transformers' `generate`."""
    pictures = len(pixels)
    # BLIP drops the last id of its prompt, which stands for the tokenizer's end mark.
    prompt = torch.tensor([[*rules.prompt, rules.end]] * pictures, device=pixels.device)
    with torch.inference_mode():
        found = model.generate(
            pixels,
            input_ids=prompt,
            attention_mask=torch.ones_like(prompt),
            num_beams=width,
            max_new_tokens=rules.max_tokens,
            min_new_tokens=rules.min_tokens or None,
            no_repeat_ngram_size=rules.no_repeat or None,
            bad_words_ids=[[token] for token in rules.never_said] or None,
            length_penalty=rules.length_exponent,
            early_stopping=False if width > 1 else None,
            stopping_criteria=StoppingCriteriaList([_asking(stop)]),
            return_dict_in_generate=True,
            output_logits=True,
            **{"do_sample": False, "num_return_sequences": width, **options},
        )
    return _beams(model, found, rules, pictures)


def _beams(model: Any, found: Any, rules: Rules, pictures: int) -> list[list[Beam]]:
    """What `generate` gave as beams, each token with its log probability."""
    ids = found.sequences[:, len(rules.prompt) :]
    indices = getattr(found, "beam_indices", None)
    each = model.text_decoder.compute_transition_scores(
        found.sequences, tuple(torch.log_softmax(step.float(), dim=-1) for step in found.logits), indices
    )
    beams = []
    for said, log_probs in zip(ids.tolist(), each.float().tolist(), strict=True):
        length = said.index(rules.end) + 1 if rules.end in said else len(said)
        own = tuple(log_probs[:length])
        beams.append(Beam(tuple(said[:length]), own, np.float32(sum(own))))
    captions = len(beams) // pictures
    return [beams[first : first + captions] for first in range(0, len(beams), captions)]
