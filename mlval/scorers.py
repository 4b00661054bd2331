"""Image–text scorers: CLIPScore, RefCLIPScore and retrieval, by the bundled scorer or a service's.

CLIPScore after Hessel et al. 2021 (arXiv:2104.08718): 2.5 · max(cos, 0); RefCLIPScore is the harmonic
mean of it and of the largest max(cos, 0) between the caption and a reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mlval.captioners import BUNDLED, open_upright

Vectors = NDArray[np.float32]
WEIGHT = 2.5
BATCH = 64


class Scorer(Protocol):
    """Unit vectors of pictures and of texts in one space."""

    def embed_images(self, images: Sequence[Image.Image]) -> Vectors:
        """(B, E)."""
        ...

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """(N, E)."""
        ...


def open_scorer(model: str) -> Scorer:
    """By id ("bundled-scorer") or by a folder of weights. Raises ValueError when there are none."""
    folder = BUNDLED.get(model, Path(model))
    if not (folder / "config.json").exists():
        raise ValueError(f"{model!r} is no scorer: {folder} has no config.json")
    from service.clip_score.engine import Engine  # needs ONNX Runtime

    engine: Any = Engine()
    engine.load(folder)
    scorer: Scorer = engine
    return scorer


def image_vectors(scorer: Scorer, paths: Sequence[Path]) -> Vectors:
    """(B, E) of photo files."""
    parts = [
        scorer.embed_images([open_upright(path) for path in paths[start : start + BATCH]])
        for start in range(0, len(paths), BATCH)
    ]
    return np.concatenate(parts)


def text_vectors(scorer: Scorer, texts: Sequence[str]) -> Vectors:
    """(N, E)."""
    return np.concatenate([scorer.embed_texts(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)])


def clip_scores(images: Vectors, captions: Vectors) -> Vectors:
    """(B,) CLIPScore of caption i with photo i."""
    cosine = (images * captions).sum(1)
    return np.asarray(WEIGHT * np.maximum(cosine, 0), np.float32)


def ref_clip_scores(images: Vectors, captions: Vectors, references: Sequence[Vectors]) -> Vectors:
    """(B,) RefCLIPScore; references: for each photo (R, E)."""
    scores = clip_scores(images, captions)
    nearest = np.array(
        [max(0.0, float((theirs @ ours).max())) for ours, theirs in zip(captions, references, strict=True)]
    )
    total = scores + nearest
    return np.asarray(np.divide(2 * scores * nearest, total, out=np.zeros_like(total), where=total > 0), np.float32)


def self_retrieval(images: Vectors, captions: Vectors) -> dict[str, float]:
    """Share of captions whose own photo is the nearest (r1) or among the five nearest of all (r5)."""
    similarity = captions @ images.T
    rank = (similarity > np.diag(similarity)[:, None]).sum(1)
    return {"self_retrieval_r1": float((rank < 1).mean()), "self_retrieval_r5": float((rank < 5).mean())}
