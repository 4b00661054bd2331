"""Quartiles and rank correlation, against numbers worked out by hand."""

import pytest

from api.lib.distributions import quartiles, ranks, spearman


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], None),
        ([4], (4, 4, 4)),
        ([1, 2], (1.25, 1.5, 1.75)),
        ([5, 1, 3], (2, 3, 4)),
        ([1, 2, 3, 4], (1.75, 2.5, 3.25)),
        ([5, 4, 4, 2, 1], (2, 4, 4)),
        ([3] * 7, (3, 3, 3)),
    ],
)
def test_quartiles(values: list[float], expected: tuple[float, float, float] | None) -> None:
    assert quartiles(values) == expected


def test_ranks() -> None:
    assert ranks([30, 10, 20, 20]) == [4, 1, 2.5, 2.5]
    assert ranks([7, 7, 7]) == [2, 2, 2]
    assert ranks([]) == []


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([(1, 1), (2, 2)], None),
        ([(1, 3), (2, 3), (5, 3)], None),
        ([(-9.0, 1), (-2.0, 3), (-0.5, 5)], 1.0),
        ([(1, 5), (2, 3), (3, 1)], -1.0),
        # Without ties 1 - 6 · Σd² / (n(n² - 1)): ranks 1 2 3 4 5 and 2 1 4 3 5, Σd² = 4, 1 - 24 / 120.
        ([(1, 2), (2, 1), (3, 4), (4, 3), (5, 5)], 0.8),
        # Ranks 1 2 3 4 and 1.5 1.5 3.5 3.5: covariance 4, variances 5 and 4, 4 / √20.
        ([(1, 2), (2, 2), (3, 5), (4, 5)], 4 / 20**0.5),
    ],
)
def test_spearman(pairs: list[tuple[float, float]], expected: float | None) -> None:
    assert spearman(pairs) == (None if expected is None else pytest.approx(expected))
