"""Figures of two captioners compared; they go into a job's report, which must be JSON."""

from __future__ import annotations

import json

import numpy as np

from service.common.caption_check import Answers, compare
from service.common.token_search import Beam


def answers(*ids: int) -> Answers:
    beam = Beam(ids, tuple(-0.5 for _ in ids), np.float32(-0.5 * len(ids)))
    return Answers([np.ones((2, 3), np.float32)], [[beam]])


def test_alike() -> None:
    found = compare(answers(5, 6, 3), answers(5, 7, 3))
    assert found == {"pictures": 1, "cosine": 1.0, "first_log_prob": 0.0, "tokens": 0.667, "captions": 0.0}


def test_where_not_even_the_first_word_agrees_there_is_no_difference_to_tell() -> None:
    found = compare(answers(5, 3), answers(6, 3))
    assert found["first_log_prob"] is None
    assert json.loads(json.dumps(found, allow_nan=False)) == found
