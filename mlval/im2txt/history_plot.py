"""The curves of a run."""

from __future__ import annotations

import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")  # a file, no window
import matplotlib.pyplot as plt  # noqa: E402 - after the choice of backend

PANELS = (
    ("pretrain", ("loss", "accuracy"), "epoch"),
    ("caption", ("caption", "dev_loss"), "epoch"),
    ("caption", ("cider", "bleu4"), "epoch"),
    ("reward", ("cider", "bleu4"), "epoch"),
    ("scorer", ("text_to_image_r1", "image_to_text_r1"), "epoch"),
)


def plot_history(history: Path, picture: Path) -> None:
    """Draw `history.json` as a PNG: one panel a stage and pair of measures; stages not run stay empty."""
    rows = json.loads(history.read_text())
    figure, axes = plt.subplots(1, len(PANELS), figsize=(4 * len(PANELS), 3.2))
    for axis, (stage, names, across) in zip(axes, PANELS, strict=True):
        for name in names:
            points = [(row[across], row[name]) for row in rows if row["stage"] == stage and name in row]
            if points:
                axis.plot(*zip(*points, strict=True), marker=".", label=name)
        axis.set_title(stage)
        axis.set_xlabel(across)
        if axis.lines:
            axis.legend()
    figure.tight_layout()
    figure.savefig(picture, dpi=100)
    plt.close(figure)
