"""A captioner made of a vision transformer and a text decoder, on ONNX Runtime.

Reads folders of the format that service/blip/README.md describes, whatever family they are of. Knows nothing of HTTP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from service.common.cached_decoder import CaptionGraphs, DecoderShape
from service.common.errors import WeightsError
from service.common.gpu import is_there as has_card
from service.common.onnx_engine import OnnxEngine
from service.common.options import CaptionOptions
from service.common.pieces import Pieces
from service.common.preprocess import Preprocess
from service.common.protocols import Caption, Stop, never
from service.common.token_search import Beam, Decoder, Floats, Rules, sample, search
from service.common.weights import WeightsFile


@dataclass(frozen=True)
class CaptionSettings:
    """config.json, but for the graphs: how to prepare a picture, how to search, and how to spell.

    is_int8: activations are quantised together, so that each picture has to be run alone to be captioned alike alone
    and in company.
    """

    preprocess: Preprocess
    pieces: Pieces
    rules: Rules
    num_beams: int
    is_int8: bool

    @classmethod
    def load(cls, folder: Path) -> CaptionSettings:
        """Raises WeightsError."""
        config = WeightsFile(folder / "config.json")
        rules = Rules(
            prompt=config.integers("prompt"),
            end=config.integer("end"),
            max_tokens=config.integer("max_tokens", low=1),
            min_tokens=config.integer("min_tokens"),
            no_repeat=config.integer("no_repeat"),
            never_said=config.integers("never_said"),
            length_exponent=config.number("length_exponent"),
        )
        if not rules.prompt:
            raise WeightsError(f"{config.path}: prompt must hold at least one id.")
        return cls(
            preprocess=Preprocess.from_file(config),
            pieces=Pieces.load(folder / "vocabulary.json"),
            rules=rules,
            num_beams=config.integer("num_beams", low=1),
            is_int8=config.choice("precision", ("int8", "fp32")) == "int8",
        )

    def rules_for(self, options: CaptionOptions) -> Rules:
        """What the caller asked for, where he did; max_words counts word pieces, the end included."""
        longest = options.max_words or self.rules.max_tokens
        return replace(self.rules, max_tokens=longest, min_tokens=min(self.rules.min_tokens, longest))

    def width_for(self, options: CaptionOptions) -> int:
        """Beams; at least one for each caption that is wanted."""
        return max(options.num_beams or self.num_beams, options.num_captions)

    def caption(self, beam: Beam, options: CaptionOptions) -> Caption:
        """The caption that a beam says, with word details if they are asked for."""
        ids = beam.ids[:-1] if beam.ids and beam.ids[-1] == self.rules.end else beam.ids
        words = self.pieces.to_words(ids)
        text = " ".join(word for word, _ in words)
        if not options.explain:
            return Caption(text, beam.log_probability, tuple(word for word, _ in words))
        return Caption(
            text=text,
            log_probability=beam.log_probability,
            words=tuple(word for word, _ in words),
            word_log_probabilities=tuple(sum(beam.log_probs[place] for place in places) for _, places in words),
        )


@dataclass(frozen=True)
class _Model:
    """All that `load` reads."""

    settings: CaptionSettings
    graphs: CaptionGraphs


class TransformerCaptioner(OnnxEngine[_Model]):
    """A service.common.protocols.Captioner."""

    def load(self, weights: Path) -> None:
        """Raises WeightsError if a file is missing or not as promised."""
        config = WeightsFile(weights / "config.json")
        settings = CaptionSettings.load(weights)
        layers, heads, head_size = (config.integer(name, low=1) for name in ("layers", "heads", "head_size"))
        shape = DecoderShape(layers, heads, head_size)
        if settings.is_int8 and self.device == "cuda":
            raise WeightsError(
                f"{weights} is in int8, which runs on the CPU only: set DEVICE=auto, or convert it anew."
            )
        device = "cpu" if settings.is_int8 else self.device
        graphs = CaptionGraphs(weights, shape, device=device, threads=self._threads)
        ids, pieces = graphs.decoder.output_size("log_probs", axis=1), len(settings.pieces.pieces)
        if ids != pieces:
            raise WeightsError(f"{weights}: the decoder has {ids} ids, vocabulary.json {pieces}.")
        could_be_better = settings.is_int8 and self.device != "cpu" and has_card()
        self._take(_Model(settings, graphs), graphs.encoder, settings.preprocess.image_size)
        if could_be_better:
            self.why = (
                "its weights are int8, which runs on the processor; convert it on a machine with CUDA for the card"
            )

    def at_least(self, tokens: int) -> None:
        """From now on say at least so many tokens before the end; for measurements of equal work."""
        model = self._loaded()
        rules = replace(model.settings.rules, min_tokens=tokens)
        self._model = replace(model, settings=replace(model.settings, rules=rules))

    def caption(
        self, images: Sequence[Image.Image], options: CaptionOptions, stop: Stop = never
    ) -> list[list[Caption]]:
        """Caption upright RGB pictures: for each, up to `num_captions`, best first.

        Raises CancelledError soon after `stop()` turns true, RuntimeError before `load`.
        """
        settings = self._loaded().settings
        found = self.beams(images, options, stop)
        return [[settings.caption(beam, options) for beam in beams[: options.num_captions]] for beams in found]

    def beams(self, images: Sequence[Image.Image], options: CaptionOptions, stop: Stop = never) -> list[list[Beam]]:
        """All that was found for each picture, best first, in ids."""
        model = self._loaded()
        found = []
        at_once = 1 if model.settings.is_int8 else max(1, len(images))
        for first in range(0, len(images), at_once):
            some = images[first : first + at_once]
            decoder = model.graphs.look(model.settings.preprocess(some))
            found += _find(model.settings, decoder, len(some), options, stop)
        return found

    def features(self, images: Sequence[Image.Image]) -> Floats:
        """What the encoder sees, (P, L, H); for comparisons."""
        model = self._loaded()
        return model.graphs.features(model.settings.preprocess(images))


def _find(
    settings: CaptionSettings, decoder: Decoder, pictures: int, options: CaptionOptions, stop: Stop
) -> list[list[Beam]]:
    """All captions found for each picture, best first."""
    rules = settings.rules_for(options)
    if options.temperature > 0:
        return sample(
            decoder,
            pictures,
            draws=options.num_captions,
            temperature=options.temperature,
            seed=options.seed,
            rules=rules,
            stop=stop,
        )
    return search(decoder, pictures, width=settings.width_for(options), rules=rules, stop=stop)
