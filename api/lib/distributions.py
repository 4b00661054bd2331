"""Small statistics of small samples, exactly: no arrays, no rounding before the end."""

from collections.abc import Sequence
from itertools import groupby
from statistics import StatisticsError, correlation, quantiles

FEWEST_PAIRS = 3
"""Two pairs always lie on a line."""


def quartiles(values: Sequence[float]) -> tuple[float, float, float] | None:
    """Return the first quartile, median and third quartile, interpolated linearly between values; None for none."""
    if not values:
        return None
    if len(values) == 1:
        return values[0], values[0], values[0]
    first, median, third = quantiles(values, n=4, method="inclusive")
    return first, median, third


def spearman(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Return Spearman's rank correlation, -1..1; None for too few pairs or when one side is always the same.

    Equal values share the mean of their ranks, and the coefficient is Pearson's of the ranks, which counts ties right.
    """
    if len(pairs) < FEWEST_PAIRS:
        return None
    try:
        return correlation(ranks([one for one, _ in pairs]), ranks([other for _, other in pairs]))
    except StatisticsError:
        return None


def ranks(values: Sequence[float]) -> list[float]:
    """Return the rank of each value from 1; equal ones get the mean of theirs."""
    result = [0.0] * len(values)
    position = 0
    for _, group in groupby(sorted(range(len(values)), key=values.__getitem__), key=values.__getitem__):
        places = list(group)
        for place in places:
            result[place] = position + (len(places) + 1) / 2
        position += len(places)
    return result
