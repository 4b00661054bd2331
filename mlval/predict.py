"""Captions of a split as JSON lines."""

from __future__ import annotations

import json
import logging
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from mlval.captioners import Prediction, Source
from mlval.datasets import Record

logger = logging.getLogger(__name__)


def predict(source: Source, records: Sequence[Record]) -> tuple[list[Prediction], dict[str, float]]:
    """One caption a photo, in order, and the RAM while it went: `ram_mean_bytes`, `ram_median_bytes`.

    Memory is read every few photos, not in a thread: it must not disturb what is timed.
    """
    predictions, memory = [], []
    started = time.monotonic()
    for index, record in enumerate(records):
        predictions.append(source.caption(record.path))
        if index % 10 == 0 and (rss := source.rss_bytes()) is not None:
            memory.append(rss)
        if (index + 1) % 100 == 0:
            left = (time.monotonic() - started) / (index + 1) * (len(records) - index - 1)
            logger.info("%d of %d photos, %.0f s left", index + 1, len(records), left)
    if not memory:
        return predictions, {}
    ram = {"ram_mean_bytes": float(statistics.fmean(memory)), "ram_median_bytes": float(statistics.median(memory))}
    return predictions, ram


def write_predictions(path: Path, records: Sequence[Record], texts: Sequence[str]) -> None:
    """{"image", "caption"} a line."""
    lines = [
        json.dumps({"image": record.image, "caption": text}, ensure_ascii=False)
        for record, text in zip(records, texts, strict=True)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_predictions(path: Path, records: Sequence[Record]) -> list[str]:
    """Captions for `records`, in their order. Raises ValueError naming the first photo without one."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    known = {row["image"]: row["caption"] for row in rows}
    missing = [record.image for record in records if record.image not in known]
    if missing:
        raise ValueError(f"{path} has no caption for {len(missing)} photos, {missing[0]} first")
    return [known[record.image] for record in records]
