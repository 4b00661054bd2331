"""What two runtimes say of the same pictures, token for token, and by how much a token was chosen where they differ."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np


class Said(NamedTuple):
    """A caption: its ids, the log p of each, and how much better it was than the next choice.

    margins, known of transformers only: for each token when greedy; with beams the one by which the caption's score
    beat the second one's, and then its log_probs are not known.
    """

    ids: Sequence[int]
    log_probs: Sequence[float]
    margins: Sequence[float]


def print_parity(folder: Path, found: Mapping[str, dict[str, Any]]) -> None:
    """Each side against the first: found[side]["greedy"] and ["beams"] hold what was said, SIDE.npy the features."""
    first, *others = found
    features = {side: np.load(folder / f"{side}.npy", mmap_mode="r") for side in found}
    said = {side: {how: [Said(*one) for one in found[side][how]] for how in ("greedy", "beams")} for side in found}
    for side in others:
        _print_features(f"{side} against {first}", features[first], features[side])
        for how in ("greedy", "beams"):
            _print_captions(how, said[first][how], said[side][how])
    for how, of_what in (("greedy", "tokens"), ("beams", "captions")):
        _print_first(f"{first}, {how}", of_what, said[first][how])


def _print_first(title: str, of_what: str, said: Sequence[Said]) -> None:
    """Whether its captions prove much."""
    lengths, different = [len(one.ids) for one in said], len({tuple(one.ids) for one in said})
    print(f"{title}: {different} different captions of {min(lengths)} to {max(lengths)} tokens", end="")
    margins = [margin for one in said for margin in one.margins]
    if margins:
        least, usual = min(margins), statistics.median(margins)
        print(
            f"; {len(margins)} {of_what} chosen by margins of {least:.2g} at least, {usual:.2g} in the median", end=""
        )
    print()


def _print_features(title: str, ours: Any, theirs: Any) -> None:
    from service.common.caption_check import cosine

    least = min(cosine(one, other) for one, other in zip(ours, theirs, strict=True))
    print(f"{title}: encoder's cosine {least:.6f} at least, of {len(ours)} pictures")


def _print_captions(how: str, theirs: Sequence[Said], ours: Sequence[Said]) -> None:
    from service.common.caption_check import token_agreement

    pairs = list(zip(theirs, ours, strict=True))
    same = [(one, other) for one, other in pairs if list(one.ids) == list(other.ids)]
    tokens = statistics.mean(token_agreement(one.ids, other.ids) for one, other in pairs)
    line = f"  {how:7} {len(same)} of {len(pairs)} captions the same, {tokens:.1%} of the tokens"
    apart = [abs(a - b) for one, other in same for a, b in zip(one.log_probs, other.log_probs, strict=False)]
    if apart:
        line += f"; in those log p differs by {max(apart):.1g} at most"
    print(line)
    margins = [_margin(one, other) for one, other in pairs if one.margins and list(one.ids) != list(other.ids)]
    if margins:
        print(f"          the others were chosen by margins of {', '.join(f'{margin:.2g}' for margin in margins)}")


def _margin(theirs: Said, ours: Said) -> float:
    """Of the first token that differs; with beams, of the caption."""
    if len(theirs.margins) == 1:
        return theirs.margins[0]
    places = range(min(len(theirs.ids), len(ours.ids)))
    return theirs.margins[next(at for at in places if theirs.ids[at] != ours.ids[at])]
