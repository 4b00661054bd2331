"""Find good captions token by token with a decoder that keeps a cache; pure numpy.

Gives, token for token, what `generate` of transformers 5 gives for the same log probabilities: greedy search,
and beam search with early_stopping=False. A picture's captions do not depend on its neighbours.
Sources: Vinyals et al. 2015, section 3.1 (arXiv:1411.4555); transformers/generation/utils.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from service.common.errors import CancelledError
from service.common.protocols import Stop, never

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]
Rows = NDArray[np.int64]


class Decoder(Protocol):
    """Keeps a cache of R rows: at first one for each picture, later one for each beam."""

    def begin(self, prompt: Ids) -> Floats:
        """Read the same tokens (T,) for each picture; give log p of the next one (P, V)."""
        ...

    def step(self, rows: Rows, tokens: Ids) -> Floats:
        """Go on from these rows (R,), each reading its token (R,); give log p of the next one (R, V).

        A row may come several times or not at all; there are equally many for each picture, in the pictures' order.
        """
        ...


@dataclass(frozen=True)
class Rules:
    """What a caption is made of, and what makes one better than another.

    max_tokens: at most so many, the end counted as one. min_tokens: at least so many before the end. no_repeat: so
    many in a row do not occur twice, 0 for no such rule. never_said: ids that do not occur. A finished caption scores
    log p / tokens ^ exponent.
    """

    prompt: tuple[int, ...]
    end: int
    max_tokens: int
    min_tokens: int = 0
    no_repeat: int = 0
    never_said: tuple[int, ...] = ()
    length_exponent: float = 1.0

    def allow(self, log_probs: Floats, said: Sequence[Sequence[int]]) -> Floats:
        """log_probs (R, V), with -inf for what must not follow the ids said so far."""
        if not (self.never_said or self.no_repeat or self.min_tokens):
            return log_probs
        allowed = log_probs.copy()
        allowed[:, list(self.never_said)] = -np.inf
        for row, ids in enumerate(said):
            if len(ids) < self.min_tokens:
                allowed[row, self.end] = -np.inf
            if self.no_repeat:
                allowed[row, _repeating([*self.prompt, *ids], self.no_repeat)] = -np.inf
        return allowed

    def score(self, log_probability: np.float32, tokens: int) -> float:
        return float(log_probability / np.float32(tokens**self.length_exponent))


class Beam(NamedTuple):
    """A caption so far: what it says, with its end, and the log p of each token."""

    ids: tuple[int, ...] = ()
    log_probs: tuple[float, ...] = ()
    total: np.float32 = np.float32(0.0)

    def extended(self, token: int, log_prob: float, total: np.float32) -> Beam:
        return Beam((*self.ids, token), (*self.log_probs, log_prob), total)

    @property
    def log_probability(self) -> float:
        return float(sum(self.log_probs))


def search(decoder: Decoder, pictures: int, *, width: int, rules: Rules, stop: Stop = never) -> list[list[Beam]]:
    """For each picture up to `width` captions, best score first; width 1 is greedy.

    Raises CancelledError when `stop()` turns true.
    """
    if width == 1:
        return [[beam] for beam in _greedy(decoder, pictures, rules, stop)]
    searches = [_PictureSearch(width, rules) for _ in range(pictures)]
    log_probs = decoder.begin(np.array(rules.prompt, np.int64))
    while True:
        if stop():
            raise CancelledError
        each = len(log_probs) // pictures
        rows, tokens = [], []
        for number, own in enumerate(searches):
            first = number * each
            for row, beam in own.advance(log_probs[first : first + each]):
                rows.append(first + row)
                tokens.append(beam.ids[-1])
        if all(own.is_done for own in searches):
            return [own.finished for own in searches]
        log_probs = decoder.step(np.array(rows, np.int64), np.array(tokens, np.int64))


def sample(
    decoder: Decoder, pictures: int, *, draws: int, temperature: float, seed: int, rules: Rules, stop: Stop = never
) -> list[list[Beam]]:
    """For each picture up to `draws` different captions drawn at random, best score first.

    Every picture has its own generator from `seed`, so its captions do not depend on the others.
    Draws by the Gumbel-max trick (Maddison et al. 2014, arXiv:1411.0030).
    """
    generators = [np.random.default_rng(seed) for _ in range(pictures)]
    log_probs = np.repeat(decoder.begin(np.array(rules.prompt, np.int64)), draws, axis=0)
    rows = np.repeat(np.arange(pictures, dtype=np.int64), draws)
    beams = [Beam()] * len(rows)
    for _ in range(rules.max_tokens):
        if stop():
            raise CancelledError
        allowed = rules.allow(log_probs, [beam.ids for beam in beams])
        noise = np.concatenate([g.gumbel(size=(draws, allowed.shape[1])) for g in generators])
        tokens = np.argmax(allowed / temperature + noise, axis=1)
        beams = [_said(beam, int(token), own, rules) for beam, token, own in zip(beams, tokens, log_probs, strict=True)]
        if all(_is_whole(beam, rules) for beam in beams):
            break
        log_probs = decoder.step(rows, tokens.astype(np.int64))
        rows = np.arange(len(beams), dtype=np.int64)
    return [_different(beams[first : first + draws], rules) for first in range(0, len(beams), draws)]


class _PictureSearch:
    """The beams of one picture, and its finished captions."""

    def __init__(self, width: int, rules: Rules) -> None:
        self._width = width
        self._rules = rules
        self._live = [Beam()]
        self._kept: list[tuple[float, Beam]] = []
        self.is_done = False

    @property
    def finished(self) -> list[Beam]:
        return [beam for _, beam in self._kept]

    def advance(self, log_probs: Floats) -> list[tuple[int, Beam]]:
        """One more token; `width` beams, each with the row it goes on from. When done, what comes does not matter."""
        if self.is_done:
            return list(enumerate(self._live))
        allowed = self._rules.allow(log_probs, [beam.ids for beam in self._live])
        totals = allowed + np.array([beam.total for beam in self._live], np.float32)[:, None]  # (W, V)
        length = len(self._live[0].ids) + 1
        going_on: list[tuple[int, Beam]] = []
        for rank, index in enumerate(_best(totals.ravel(), 2 * self._width)):
            row, token = divmod(index, totals.shape[1])
            beam = self._live[row].extended(token, float(log_probs[row, token]), totals[row, token])
            # A caption that the limit cuts off is as good as one that ended.
            is_whole = _is_whole(beam, self._rules)
            if is_whole and rank < self._width:
                self._kept.append((self._rules.score(beam.total, length), beam))
            if len(going_on) < self._width and (not is_whole or length == self._rules.max_tokens):
                going_on.append((row, beam))
        self._kept.sort(key=lambda pair: -pair[0])
        del self._kept[self._width :]
        self._live = [beam for _, beam in going_on]
        best = self._rules.score(self._live[0].total, length)
        is_full = len(self._kept) == self._width
        self.is_done = length == self._rules.max_tokens or (is_full and best <= self._kept[-1][0])
        return going_on


def _greedy(decoder: Decoder, pictures: int, rules: Rules, stop: Stop) -> list[Beam]:
    """The likeliest token each time, until the end or the limit."""
    beams = [Beam()] * pictures
    rows = np.arange(pictures, dtype=np.int64)
    log_probs = decoder.begin(np.array(rules.prompt, np.int64))
    while True:
        if stop():
            raise CancelledError
        tokens = np.argmax(rules.allow(log_probs, [beam.ids for beam in beams]), axis=1)
        beams = [_said(beam, int(token), own, rules) for beam, token, own in zip(beams, tokens, log_probs, strict=True)]
        if all(_is_whole(beam, rules) for beam in beams):
            return beams
        log_probs = decoder.step(rows, tokens.astype(np.int64))


def _said(beam: Beam, token: int, log_probs: Floats, rules: Rules) -> Beam:
    """The beam with one more token; a whole one stays as it is."""
    if _is_whole(beam, rules):
        return beam
    return beam.extended(token, float(log_probs[token]), beam.total + log_probs[token])


def _is_whole(beam: Beam, rules: Rules) -> bool:
    return len(beam.ids) == rules.max_tokens or (len(beam.ids) > 0 and beam.ids[-1] == rules.end)


def _best(values: Floats, count: int) -> list[int]:
    """Indices of the largest values, largest first, equal ones in their order."""
    count = min(count, values.size)
    found = np.argpartition(-values, count - 1)[:count]
    return [int(index) for index in found[np.lexsort((found, -values[found]))]]


def _repeating(ids: Sequence[int], length: int) -> list[int]:
    """The tokens that would make the last `length` ids the same as earlier ones."""
    if len(ids) + 1 < length:
        return []
    last = list(ids[len(ids) - length + 1 :])
    return [ids[at + length - 1] for at in range(len(ids) - length + 1) if list(ids[at : at + length - 1]) == last]


def _different(beams: Sequence[Beam], rules: Rules) -> list[Beam]:
    """Each caption once, best score first."""
    unique = list({beam.ids: beam for beam in beams}.values())
    return sorted(unique, key=lambda beam: -rules.score(beam.total, len(beam.ids)))
