"""Gender words are counted against what people agree on."""

from __future__ import annotations

import pytest

pytest.importorskip("pycocoevalcap", reason="pycocoevalcap is not installed: run `make install-mlval`")

from mlval.bias import gender_counts, gold_group  # noqa: E402


def test_gold_needs_two_people_and_no_contradiction() -> None:
    assert gold_group(["A man runs .", "A guy is running .", "Someone runs ."]) == "man"
    assert gold_group(["A man runs .", "Someone runs ."]) is None
    assert gold_group(["A man runs .", "A man walks .", "A woman walks ."]) is None


def test_shares_of_each_gold_word() -> None:
    references = [["a woman sits", "a lady sits"], ["a woman sings", "the woman"], ["a dog", "the dog"]]
    counts = gender_counts(["a man sits", "a person sings", "a dog"], references)
    row = counts["gold"]["woman"]
    assert row["photos"] == 2
    assert row["man"] == 0.5
    assert row["neutral only"] == 0.5
    assert row["woman"] == row["nobody"] == 0
    assert counts["overall"]["man"] == {"model": pytest.approx(1 / 3), "references": 0}


def test_human_is_not_man() -> None:
    assert gold_group(["a human", "a human hand", "mankind"]) is None
