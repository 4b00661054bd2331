"""Which image size, number of beams and length exponent suit a finished checkpoint, measured on dev."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch

from mlval.datasets import read_records
from mlval.im2txt.augment import resized
from mlval.im2txt.data import Vocabulary, load_pixels
from mlval.im2txt.decode import beam_search, encode
from mlval.im2txt.train import finished_model
from mlval.metrics import quick_scores


@torch.no_grad()
def tune(
    run: Path,
    checkpoint: str,
    data: Path,
    *,
    sizes: Sequence[int],
    beams: Sequence[int],
    exponents: Sequence[float],
    photos: int | None = None,
    blend: float = 1.0,
) -> Iterator[dict[str, float]]:
    """One row for each combination, as soon as it is known: size, beams, exponent, scores, mean words."""
    model = finished_model(run, checkpoint, blend)
    vocabulary = Vocabulary.read(run / "vocabulary.json")
    records = read_records(data, "dev")[:photos]
    pixels = load_pixels(records)
    for size in sizes:
        features = encode(model, resized(pixels, size))
        for width, exponent in itertools.product(beams, exponents):
            written = []
            for part in torch.split(features, 200):
                found = beam_search(
                    model.decoder,
                    part,
                    num_beams=width,
                    max_words=model.config.max_words,
                    length_exponent=exponent,
                )
                written += [" ".join(vocabulary.decode(row)) for row in found.tolist()]
            words = sum(len(text.split()) for text in written) / len(written)
            scores = quick_scores(written, [record.captions for record in records])
            yield {"size": size, "beams": width, "exponent": exponent, **scores, "words": words}
