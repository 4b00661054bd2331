"""Compare two captioners of the same weights on the same pictures; for conversions and their figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from PIL import Image

from service.common.check_pictures import check_pictures
from service.common.options import CaptionOptions
from service.common.token_search import Beam, Floats

PICTURES = 3
OPTIONS = CaptionOptions(num_beams=3, max_words=12)


class Checked(Protocol):
    """A captioner that also says what its encoder sees, and captions in ids."""

    def unload(self) -> None: ...

    def features(self, images: Sequence[Image.Image]) -> Floats: ...

    def beams(self, images: Sequence[Image.Image], options: CaptionOptions) -> list[list[Beam]]: ...


@dataclass(frozen=True)
class Answers:
    """For each picture: the features (L, H), and the beams, best first."""

    features: list[Floats]
    beams: list[list[Beam]]


def answers(captioner: Checked, images: Sequence[Image.Image] | None = None) -> Answers:
    """What a loaded captioner says of the pictures; unloads it."""
    images = images or check_pictures(PICTURES)
    features = [captioner.features([image])[0] for image in images]
    beams = [captioner.beams([image], OPTIONS)[0] for image in images]
    captioner.unload()
    return Answers(features, beams)


def compare(ours: Answers, theirs: Answers) -> dict[str, Any]:
    """cosine: of the features, of the picture where it is lowest. first_log_prob: largest difference, of the first
    tokens that agree, None where none does. tokens, captions: shares of the best captions that agree."""
    pairs = [(own[0].ids, other[0].ids) for own, other in zip(ours.beams, theirs.beams, strict=True)]
    firsts = [
        abs(own[0].log_probs[0] - other[0].log_probs[0])
        for own, other in zip(ours.beams, theirs.beams, strict=True)
        if own[0].ids[0] == other[0].ids[0]
    ]
    return {
        "pictures": len(pairs),
        "cosine": round(min(map(cosine, ours.features, theirs.features)), 6),
        "first_log_prob": float(f"{max(firsts):.2g}") if firsts else None,
        "tokens": round(float(np.mean([token_agreement(*pair) for pair in pairs])), 3),
        "captions": round(float(np.mean([own == other for own, other in pairs])), 3),
    }


def cosine(a: Floats, b: Floats) -> float:
    """Of two arrays of one shape, as vectors."""
    first, second = (values.astype(np.float64).ravel() for values in (a, b))
    return float(first @ second / (np.linalg.norm(first) * np.linalg.norm(second)))


def token_agreement(a: Sequence[int], b: Sequence[int]) -> float:
    """The share of places that hold the same token; 1 for two captions that are the same."""
    return sum(own == other for own, other in zip(a, b, strict=False)) / max(len(a), len(b))
