"""Models side by side: a Markdown table and bar charts from the log of `evaluate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")  # a file, no window
import matplotlib.pyplot as plt  # noqa: E402 - after the choice of backend

# key, heading, factor, digits
COLUMNS = (
    ("bleu1", "BLEU-1", 100, 1),
    ("bleu2", "BLEU-2", 100, 1),
    ("bleu3", "BLEU-3", 100, 1),
    ("bleu4", "BLEU-4", 100, 1),
    ("meteor", "METEOR", 100, 1),
    ("rouge_l", "ROUGE-L", 100, 1),
    ("cider", "CIDEr", 100, 1),
    ("spice", "SPICE", 100, 1),
    ("clip_score", "CLIPScore", 1, 3),
    ("ref_clip_score", "RefCLIPScore", 1, 3),
    ("self_retrieval_r1", "R@1 %", 100, 1),
    ("self_retrieval_r5", "R@5 %", 100, 1),
    ("mean_words", "words", 1, 1),
    ("distinct", "distinct", 1, 0),
    ("perplexity", "perplexity", 1, 1),
    ("ram_median_bytes", "RAM MiB", 1 / 2**20, 0),
)
PLOTTED = ("bleu4", "cider", "clip_score", "self_retrieval_r1", "distinct")


def read_log(log: Path) -> list[dict[str, Any]]:
    """All records, oldest first. Raises ValueError for an empty log."""
    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line]
    if not rows:
        raise ValueError(f"{log} holds no record")
    return rows


def latest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The last record of each model, version, data set and split."""
    newest = {(row["model"], row["version"], row["dataset"], row["split"]): row for row in rows}
    return list(newest.values())


def table(rows: list[dict[str, Any]]) -> str:
    """Markdown, one row a record; a dash where a part was not available."""
    lines = [
        "| model | version | data | " + " | ".join(heading for _, heading, _, _ in COLUMNS) + " | ms |",
        "|---|---|---|" + "---:|" * (len(COLUMNS) + 1),
    ]
    for row in rows:
        cells = [_cell(row, key, factor, digits) for key, _, factor, digits in COLUMNS]
        median = row.get("seconds", {}).get("median_caption_s")
        cells.append(f"{median * 1000:.0f}" if median is not None else "–")
        lines.append(f"| {row['model']} | {row['version']} | {row['dataset']} {row['split']} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def report(log: Path, out: Path) -> None:
    """Write `report.md` and `report.png` into the folder `out`."""
    rows = latest(read_log(log))
    out.mkdir(parents=True, exist_ok=True)
    (out / "report.md").write_text(table(rows), encoding="utf-8")
    headings = {key: (heading, factor) for key, heading, factor, _ in COLUMNS}
    figure, axes = plt.subplots(1, len(PLOTTED), figsize=(3.2 * len(PLOTTED), 3.4))
    names = [f"{row['model']}\n{row['version']}" for row in rows]
    for axis, key in zip(axes, PLOTTED, strict=True):
        heading, factor = headings[key]
        axis.bar(range(len(rows)), [row.get(key, 0) * factor for row in rows])
        axis.set_xticks(range(len(rows)), names, rotation=30, ha="right", fontsize=7)
        axis.set_title(heading)
    figure.tight_layout()
    figure.savefig(out / "report.png", dpi=100)
    plt.close(figure)


def _cell(row: dict[str, Any], key: str, factor: float, digits: int) -> str:
    return f"{row[key] * factor:.{digits}f}" if key in row else "–"
