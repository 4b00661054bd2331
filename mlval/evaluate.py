"""The whole record of a captioner on a split: quality, variety, speed, memory, and what is missing."""

from __future__ import annotations

import dataclasses
import datetime
import json
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from mlval.bias import gender_counts
from mlval.captioners import Prediction, Source
from mlval.datasets import Record
from mlval.metrics import caption_scores, lexical_diversity, perplexity
from mlval.predict import predict
from mlval.scorers import Scorer, clip_scores, image_vectors, ref_clip_scores, self_retrieval, text_vectors


@dataclasses.dataclass(frozen=True)
class Options:
    """What to measure besides the captions themselves; None leaves a part out."""

    scorer: Scorer | None = None
    scorer_name: str = ""
    log_probs: Callable[[str], tuple[float, int]] | None = None
    java: bool | None = None
    bias: bool = False


def evaluate(source: Source, dataset: str, split: str, records: Sequence[Record], options: Options) -> dict[str, Any]:
    """Caption every photo and measure; the result is one JSON object for the log."""
    started = time.perf_counter()
    predictions, ram = predict(source, records)
    captioned = time.perf_counter()
    row = {
        **_head(source.name, source.version, source.device, dataset, split, len(records)),
        **measure([p.text for p in predictions], records, options),
        **ram,
    }
    row["seconds"] = {
        "captions_s": captioned - started,
        "metrics_s": time.perf_counter() - captioned,
        "median_caption_s": statistics.median(sum(p.timings.values()) for p in predictions),
        **_split(predictions),
    }
    return row


def measure(texts: Sequence[str], records: Sequence[Record], options: Options) -> dict[str, Any]:
    """Everything that needs only the captions."""
    references = [record.captions for record in records]
    scores = caption_scores(texts, references, java=options.java)
    row: dict[str, Any] = {**scores.values, **lexical_diversity(texts), "tokenizer": scores.tokenizer}
    unavailable = dict(scores.unavailable)
    if options.scorer is None:
        unavailable["clip_score"] = "no scorer was given"
    else:
        row |= _scorer_values(options.scorer, texts, records)
        row["scorer"] = options.scorer_name
    if options.log_probs is None:
        unavailable["perplexity"] = "no language model was given (--llm FILE.gguf)"
    else:
        row["perplexity"] = perplexity(texts, options.log_probs)
    if options.bias:
        row["bias"] = gender_counts(texts, references)
    row["unavailable"] = unavailable
    return row


def append_log(path: Path, row: dict[str, Any]) -> None:
    """One line more."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as log:
        log.write(json.dumps(row, ensure_ascii=False) + "\n")


def _head(model: str, version: str, device: str, dataset: str, split: str, photos: int) -> dict[str, Any]:
    return {
        "timestamp": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "model": model,
        "version": version,
        "device": device,
        "dataset": dataset,
        "split": split,
        "photos": photos,
    }


def _scorer_values(scorer: Scorer, texts: Sequence[str], records: Sequence[Record]) -> dict[str, float]:
    images = image_vectors(scorer, [record.path for record in records])
    captions = text_vectors(scorer, texts)
    references = [text_vectors(scorer, list(record.captions)) for record in records]
    return {
        "clip_score": float(clip_scores(images, captions).mean()),
        "ref_clip_score": float(ref_clip_scores(images, captions, references).mean()),
        **self_retrieval(images, captions),
    }


def _split(predictions: Sequence[Prediction]) -> dict[str, float]:
    """Sum of each timing over all photos."""
    names = sorted({name for prediction in predictions for name in prediction.timings})
    return {name: sum(prediction.timings.get(name, 0.0) for prediction in predictions) for name in names}
