"""The scorer: an image tower and a text tower that give vectors of one space, as ONNX graphs.

Knows nothing of HTTP. After Radford et al. 2021 (arXiv:2103.00020).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from service.clip_score.bpe import BytePairTokenizer
from service.clip_score.tokenizer import WordTokenizer
from service.common.errors import WeightsError
from service.common.onnx_engine import OnnxEngine
from service.common.onnx_runtime import Graph
from service.common.preprocess import Preprocess
from service.common.weights import WeightsFile

Vectors = NDArray[np.float32]
Tokenizer = Callable[[Sequence[str]], NDArray[np.int64]]


@dataclass(frozen=True)
class _Model:
    """All that `load` reads."""

    preprocess: Preprocess
    tokenizer: Tokenizer
    image_tower: Graph
    text_tower: Graph


class Engine(OnnxEngine[_Model]):
    """A service.common.protocols.Scorer."""

    def load(self, weights: Path) -> None:
        """Read a folder of format 1 or 2 (see README.md here). Raises WeightsError."""
        config = WeightsFile(weights / "config.json")
        size = config.integer("embedding_size", low=1)
        model = _Model(
            preprocess=Preprocess.from_file(config),
            tokenizer=_tokenizer(config, WeightsFile(weights / "vocabulary.json")),
            image_tower=self._graph(weights / "image.onnx", ["image"], ["embedding"]),
            text_tower=self._graph(weights / "text.onnx", ["tokens"], ["embedding"]),
        )
        for tower in (model.image_tower, model.text_tower):
            found = tower.output_size("embedding", axis=1)
            if found is not None and found != size:
                raise WeightsError(f"{weights}: a tower gives {found} numbers, not {size}.")
        self._take(model, model.image_tower, model.preprocess.image_size)

    def embed_images(self, images: Sequence[Image.Image]) -> Vectors:
        """Unit vectors (N, E) float32 of N upright RGB pictures, N at least 1."""
        model = self._loaded()
        return _unit(model.image_tower.run(image=model.preprocess(images))[0])

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors (N, E) float32 of N texts, N at least 1."""
        model = self._loaded()
        return _unit(model.text_tower.run(tokens=model.tokenizer(texts))[0])


def _tokenizer(config: WeightsFile, vocabulary: WeightsFile) -> Tokenizer:
    """Raises WeightsError for a tokenizer that this code does not know."""
    if config.choice("tokenizer", ("words", "byte_pairs")) == "words":
        return WordTokenizer.load(vocabulary, max_words=config.integer("max_words", low=1))
    return BytePairTokenizer.load(vocabulary, max_tokens=config.integer("max_tokens", low=3))


def _unit(vectors: Vectors) -> Vectors:
    """Scaled to length 1, which the graphs promise but reduced precision blurs; 0 stays 0."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit
