"""Kendall's tau, the annotation format, and a scorer that agrees with people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("pycocoevalcap", reason="pycocoevalcap is not installed: run `make install-mlval`")

from mlval.datasets import Record  # noqa: E402
from mlval.judge import Judgement, judge, kendall_tau, read_judgements  # noqa: E402


def test_order_and_its_reverse() -> None:
    assert kendall_tau([1, 2, 3, 4], [10, 20, 30, 40]) == {"tau_b": 1.0, "tau_c": 1.0}
    assert kendall_tau([1, 2, 3, 4], [4, 3, 2, 1]) == {"tau_b": -1.0, "tau_c": -1.0}


def test_ties_as_in_the_textbook() -> None:
    """12 pairs: 5 agree, 1 differs; ties leave 8 and 8. scipy.stats.kendalltau says the same."""
    x, y = [1, 1, 2, 2, 3], [1, 2, 2, 3, 3]
    taus = kendall_tau(x, y)
    agree_minus_differ = 6
    assert taus["tau_b"] == pytest.approx(agree_minus_differ / 8)
    assert taus["tau_c"] == pytest.approx(2 * agree_minus_differ / (25 * 2 / 3))


def test_one_value_has_no_order() -> None:
    with pytest.raises(ValueError, match="no rank correlation"):
        kendall_tau([1], [1])


def test_reads_the_expert_format(tmp_path: Path) -> None:
    file = tmp_path / "ExpertAnnotations.txt"
    file.write_text("a.jpg\tb.jpg#1\t1\t2\t1\n\na.jpg\ta.jpg#0\t4\t4\t4\n")
    assert read_judgements(file) == [
        Judgement("a.jpg", "b.jpg#1", (1.0, 2.0, 1.0)),
        Judgement("a.jpg", "a.jpg#0", (4.0, 4.0, 4.0)),
    ]


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "annotations.txt"
    file.write_text("a.jpg\tb.jpg#1\t1\n" + "a.jpg\n")
    with pytest.raises(ValueError, match="annotations.txt:2"):
        read_judgements(file)


class ColourScorer:
    """Knows only whether red is meant."""

    def embed_images(self, images: Sequence[Image.Image]) -> np.ndarray:
        red = [image.getpixel((0, 0))[0] > 128 for image in images]
        return np.array([[1, 0] if r else [0, 1] for r in red], np.float32)

    def embed_texts(self, texts: Sequence[str]) -> np.ndarray:
        return np.array([[1, 0] if "red" in text else [0, 1] for text in texts], np.float32)


def test_a_good_scorer_agrees(tmp_path: Path) -> None:
    records = []
    for name, colour in (("red", (255, 0, 0)), ("blue", (0, 0, 255))):
        path = tmp_path / f"{name}.png"
        Image.new("RGB", (4, 4), colour).save(path)
        records.append(Record(path.name, "test", (f"a {name} wall", f"something {name}"), path))
    judgements = [
        Judgement("red.png", "red.png#0", (4, 4, 4)),  # its own caption: left out
        Judgement("red.png", "blue.png#0", (1, 1, 2)),
        Judgement("blue.png", "red.png#1", (1, 1, 1)),
        Judgement("blue.png", "gone.png#0", (1, 1, 1)),
    ]
    own = Record("more.png", "test", ("a red house", "a blue house"), tmp_path / "red.png")
    judgements += [Judgement("red.png", "more.png#0", (4, 3, 4)), Judgement("blue.png", "more.png#1", (3, 4, 4))]
    result = judge(ColourScorer(), judgements, [*records, own])
    assert (result["pairs"], result["grades"], result["skipped"]) == (4, 12, 2)
    assert result["clip_score"]["tau_b"] > 0.7
