"""The captioner: a CNN encoder and a one-step LSTM decoder, with attention or without, as two ONNX graphs.

Knows nothing of HTTP. After Xu et al. 2015, "Show, attend and tell" (arXiv:1502.03044), and, without
attention, Vinyals et al. 2015, "Show and tell" (arXiv:1411.4555).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from service.common.errors import WeightsError
from service.common.onnx_engine import OnnxEngine
from service.common.onnx_runtime import Graph
from service.common.options import CaptionOptions
from service.common.preprocess import Preprocess
from service.common.protocols import Caption, Stop, never
from service.common.weights import WeightsFile
from service.im2txt.beam import Beam, Floats, Ids, Rows, Rules, beam_search, sample
from service.im2txt.vocab import Vocabulary

__all__ = ["Caption", "CaptionOptions", "Engine"]


@dataclass(frozen=True)
class _Settings:
    """config.json: the grid that the decoder attends to (h, w), if it does, and how to search if nobody says."""

    grid: tuple[int, int] | None
    max_words: int
    num_beams: int
    length_exponent: float

    @classmethod
    def from_file(cls, config: WeightsFile) -> _Settings:
        grid = None
        if config.has("grid"):
            height, width = config.numbers("grid", 2)
            grid = (int(height), int(width))
        return cls(
            grid=grid,
            max_words=config.integer("max_words", low=1),
            num_beams=config.integer("num_beams", low=1),
            length_exponent=config.number("length_exponent"),
        )

    @property
    def seen(self) -> list[str]:
        """What every step of the decoder looks at, by name."""
        return ["features", "projected"] if self.grid is not None else []


@dataclass(frozen=True)
class _Model:
    """All that `load` reads."""

    settings: _Settings
    preprocess: Preprocess
    vocabulary: Vocabulary
    encoder: Graph
    decoder: Graph


class Engine(OnnxEngine[_Model]):
    """A service.common.protocols.Captioner."""

    def load(self, weights: Path) -> None:
        """Read a folder of format 1 or 2 (see README.md here). Raises WeightsError."""
        config = WeightsFile(weights / "config.json")
        settings = _Settings.from_file(config)
        model = _Model(
            settings=settings,
            preprocess=Preprocess.from_file(config),
            vocabulary=Vocabulary.load(weights / "vocabulary.json"),
            encoder=self._graph(weights / "encoder.onnx", ["image"], [*settings.seen, "h", "c"]),
            decoder=self._graph(
                weights / "decoder.onnx",
                ["token", "h", "c", *settings.seen],
                ["log_probs", "h_out", "c_out", *(["attention"] if settings.seen else [])],
            ),
        )
        words = model.decoder.output_size("log_probs", axis=1)
        if words is not None and words != len(model.vocabulary):
            raise WeightsError(f"{weights}: the decoder has {words} words, vocabulary.json {len(model.vocabulary)}.")
        self._take(model, model.encoder, model.preprocess.image_size)

    def caption(
        self, images: Sequence[Image.Image], options: CaptionOptions, stop: Stop = never
    ) -> list[list[Caption]]:
        """Caption upright RGB pictures: for each, up to `num_captions`, best first.

        The same pictures and options give the same captions, whatever else is in the batch.
        Raises CancelledError soon after `stop()` turns true, RuntimeError before `load`.
        """
        model = self._loaded()
        if not images:
            return []
        decoder = _GraphDecoder(model, model.preprocess(images))
        found = _search(model, decoder, len(images), options, stop)
        return [[_caption(model, beam, options) for beam in beams[: options.num_captions]] for beams in found]


class _GraphDecoder:
    """A beam.Decoder over decoder.onnx."""

    def __init__(self, model: _Model, pixels: Floats) -> None:
        """pixels: (B, 3, S, S). Encodes them at once; the rows are the pictures."""
        self._graph = model.decoder
        *seen, self._h, self._c = model.encoder.run(image=pixels)
        self._all_seen = dict(zip(model.settings.seen, seen, strict=True))
        self._seen = self._all_seen
        self._picture_of_row = np.arange(len(pixels))

    def step(self, tokens: Ids) -> tuple[Floats, Floats]:
        log_probs, self._h, self._c, *attention = self._graph.run(token=tokens, h=self._h, c=self._c, **self._seen)
        return log_probs, attention[0] if attention else np.zeros((len(tokens), 0), np.float32)

    def reorder(self, rows: Rows) -> None:
        self._h, self._c = self._h[rows], self._c[rows]
        pictures = self._picture_of_row[rows]
        # The grids are by far the largest arrays, and beams mostly change places within their
        # own picture, where every row sees the same grid: copy them only when that is not so.
        if not np.array_equal(pictures, self._picture_of_row):
            self._picture_of_row = pictures
            self._seen = {name: grids[pictures] for name, grids in self._all_seen.items()}


def _search(
    model: _Model, decoder: _GraphDecoder, pictures: int, options: CaptionOptions, stop: Stop
) -> list[list[Beam]]:
    """All captions found for each picture, best first."""
    settings, vocabulary = model.settings, model.vocabulary
    rules = Rules(
        start=vocabulary.start,
        end=vocabulary.end,
        never_said=vocabulary.never_said,
        max_words=options.max_words or settings.max_words,
        length_exponent=settings.length_exponent,
    )
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
    width = max(options.num_beams or settings.num_beams, options.num_captions)
    return beam_search(decoder, pictures, width=width, rules=rules, stop=stop)


def _caption(model: _Model, beam: Beam, options: CaptionOptions) -> Caption:
    """The beam without its END, with word details if they are asked for."""
    words = model.vocabulary.to_words(beam.ids[:-1])
    if not options.explain:
        return Caption(" ".join(words), beam.log_probability, words)
    maps = None
    if model.settings.grid is not None:
        grids = [weights.reshape(model.settings.grid).tolist() for weights in beam.attention[:-1]]
        maps = tuple(tuple(tuple(row) for row in rows) for rows in grids)
    return Caption(
        text=" ".join(words),
        log_probability=beam.log_probability,
        words=words,
        word_log_probabilities=beam.log_probs[:-1],
        attention=maps,
    )
