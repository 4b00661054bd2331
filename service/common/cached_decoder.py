"""Run an encoder and a one-step decoder with a cache, as transformer_graphs.py writes them, for token_search.py.

The keys and values of a picture are computed once, with its features, and read by all its beams in place; the cache
of what a beam has said stays where the graph left it, and the next step picks the rows that go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from service.common.onnx_runtime import Graph
from service.common.token_search import Floats, Ids, Rows

PARTS = ("key", "value")


@dataclass(frozen=True)
class DecoderShape:
    """Of the decoder: its layers, the heads of each, and the numbers of a head."""

    layers: int
    heads: int
    head_size: int

    def names(self, prefix: str) -> list[str]:
        """`prefix` with the part and the number of each layer, keys and values in turns."""
        return [f"{prefix}{part}_{number}" for number in range(self.layers) for part in PARTS]


class CaptionGraphs:
    """The two graphs of a captioner."""

    def __init__(self, folder: Path, shape: DecoderShape, *, device: str, threads: int) -> None:
        """Raises WeightsError if a file is missing, cannot be read, or is not of this shape."""
        self.shape = shape
        past, cross = shape.names("past_"), shape.names("cross_")
        self.encoder = Graph(
            folder / "encoder.onnx", inputs=["pixels"], outputs=["features", *cross], device=device, threads=threads
        )
        self.decoder = Graph(
            folder / "decoder.onnx",
            inputs=["tokens", "positions", "from_rows", *past, *cross],
            outputs=["log_probs", *shape.names("")],
            device=device,
            threads=threads,
        )

    def look(self, pixels: Floats) -> CachedDecoder:
        """A token_search.Decoder for pictures (P, 3, S, S)."""
        _, *cross = self.encoder.run_in_place({"pixels": pixels})
        return CachedDecoder(self, cross, len(pixels))

    def features(self, pixels: Floats) -> Floats:
        """What the encoder sees, (P, L, H); for comparisons."""
        return self.encoder.run(pixels=pixels)[0]


class CachedDecoder:
    """A token_search.Decoder over what the encoder gave for P pictures."""

    def __init__(self, graphs: CaptionGraphs, cross: Sequence[Any], pictures: int) -> None:
        shape = graphs.shape
        self._graph = graphs.decoder
        self._cross = dict(zip(shape.names("cross_"), cross, strict=True))
        self._past_names = shape.names("past_")
        nothing = np.zeros((pictures, shape.heads, 0, shape.head_size), np.float32)
        self._past: list[Any] = [nothing] * len(self._past_names)
        self._pictures = pictures
        self._length = 0

    def begin(self, prompt: Ids) -> Floats:
        return self._run(np.arange(self._pictures, dtype=np.int64), np.tile(prompt, (self._pictures, 1)))

    def step(self, rows: Rows, tokens: Ids) -> Floats:
        return self._run(rows, tokens[:, None])

    def _run(self, rows: Rows, tokens: Ids) -> Floats:
        length = tokens.shape[1]
        inputs = {
            "tokens": tokens,
            "positions": np.arange(self._length, self._length + length, dtype=np.int64),
            "from_rows": rows,
            **dict(zip(self._past_names, self._past, strict=True)),
            **self._cross,
        }
        log_probs, *self._past = self._graph.run_in_place(inputs)
        self._length += length
        found: Floats = log_probs.numpy()
        return found
