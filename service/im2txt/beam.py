"""Find good captions word by word, over any one-step decoder; pure numpy.

Pictures are searched side by side and never look at each other: a batch gives what each picture
alone gives. Source: Vinyals et al. 2015, section 3.1 (arXiv:1411.4555); the length exponent as in
Wu et al. 2016, section 7 (arXiv:1609.08144), without its constant.
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
Rows = NDArray[np.intp]


class Decoder(Protocol):
    """Keeps the state of R rows: at first one for each picture, later one for each beam."""

    def step(self, tokens: Ids) -> tuple[Floats, Floats]:
        """Read a token per row (R,); give log p of the next one (R, V), and attention (R, L)."""
        ...

    def reorder(self, rows: Rows) -> None:
        """Go on with these rows, in this order; one may come several times or not at all."""
        ...


@dataclass(frozen=True)
class Rules:
    """What a caption is made of, and what makes one better than another.

    max_words: at most so many words, then END. never_said: ids that do not occur.
    """

    start: int
    end: int
    never_said: tuple[int, ...]
    max_words: int
    length_exponent: float

    def allow(self, log_probs: Floats, words_so_far: int) -> Floats:
        """A copy with -inf for what must not follow: no empty caption, only END at the limit."""
        if words_so_far >= self.max_words:
            ending = np.full_like(log_probs, -np.inf)
            ending[:, self.end] = log_probs[:, self.end]
            return ending
        allowed = log_probs.copy()
        allowed[:, list(self.never_said)] = -np.inf
        if words_so_far == 0:
            allowed[:, self.end] = -np.inf
        return allowed

    def score(self, log_probability: float, tokens: int) -> float:
        """The mean-like score of so many tokens, END counted as one."""
        return log_probability / float(tokens**self.length_exponent)


class Beam(NamedTuple):
    """A caption so far: its ids, the log p of each, where the model looked (L,) for each."""

    ids: tuple[int, ...] = ()
    log_probs: tuple[float, ...] = ()
    attention: tuple[Floats, ...] = ()

    def extended(self, token: int, log_prob: float, attention: Floats) -> Beam:
        return Beam((*self.ids, token), (*self.log_probs, log_prob), (*self.attention, attention))

    @property
    def log_probability(self) -> float:
        """Of everything in it; of the whole caption when the last id is END."""
        return sum(self.log_probs)


class _Survivor(NamedTuple):
    """A beam that goes on, and the row of this picture that it goes on from."""

    row: int
    beam: Beam


class _PictureBeams:
    """The beams of one picture, and its finished captions."""

    def __init__(self, width: int, rules: Rules) -> None:
        self._width = width
        self._rules = rules
        self.live: list[Beam] = [Beam()]
        self.finished: list[tuple[float, Beam]] = []

    def advance(self, log_probs: Floats, allowed: Floats, attention: Floats) -> list[_Survivor]:
        """One more token for each live beam; the survivors, none when this picture is done.

        log_probs, allowed: (R, V); attention: (R, L), of this picture's R live beams.
        """
        vocabulary = allowed.shape[1]
        survivors: list[_Survivor] = []
        for rank, index in enumerate(self._best(allowed)):
            row, token = divmod(index, vocabulary)
            beam = self.live[row].extended(token, float(log_probs[row, token]), attention[row])
            if token != self._rules.end:
                survivors.append(_Survivor(row, beam))
            elif rank < self._width:  # an END that only fills the list is no caption yet
                score = self._rules.score(beam.log_probability, len(beam.ids))
                self.finished.append((score, beam))
            if len(survivors) == self._width:
                break
        self.finished.sort(key=lambda pair: -pair[0])
        del self.finished[self._width :]
        if self._is_done(survivors):
            survivors = []
        self.live = [survivor.beam for survivor in survivors]
        return survivors

    def _best(self, allowed: Floats) -> list[int]:
        """Flat indices of the likeliest continuations, best first, equal ones in their order.

        Twice the width, so that as many beams go on even if every other candidate ends.
        """
        so_far = np.array([beam.log_probability for beam in self.live])
        totals = (so_far[:, None] + allowed).ravel()  # (R * V,)
        count = min(2 * self._width, totals.size)
        best = np.argpartition(-totals, count - 1)[:count]
        best = best[np.lexsort((best, -totals[best]))]
        return [int(index) for index in best if totals[index] > -np.inf]

    def _is_done(self, survivors: list[_Survivor]) -> bool:
        """Whether no live beam, scored at its present length, beats the worst one kept."""
        if not survivors or len(self.finished) < self._width:
            return not survivors
        beam = survivors[0].beam
        return self._rules.score(beam.log_probability, len(beam.ids)) <= self.finished[-1][0]


def beam_search(decoder: Decoder, pictures: int, *, width: int, rules: Rules, stop: Stop = never) -> list[list[Beam]]:
    """For each picture up to `width` captions, best score first; width 1 is greedy.

    decoder: at START, one row per picture. Raises CancelledError when `stop()` turns true.
    """
    searches = [_PictureBeams(width, rules) for _ in range(pictures)]
    tokens = np.full(pictures, rules.start, np.int64)
    for words in range(rules.max_words + 1):
        if stop():
            raise CancelledError
        log_probs, attention = decoder.step(tokens)
        allowed = rules.allow(log_probs, words)
        first, rows, following = 0, [], []
        for search in searches:
            own = slice(first, first + len(search.live))
            for row, beam in search.advance(log_probs[own], allowed[own], attention[own]):
                rows.append(own.start + row)
                following.append(beam.ids[-1])
            first = own.stop
        if not rows:
            break
        decoder.reorder(np.array(rows, np.intp))
        tokens = np.array(following, np.int64)
    return [[beam for _, beam in search.finished] for search in searches]


def sample(
    decoder: Decoder,
    pictures: int,
    *,
    draws: int,
    temperature: float,
    seed: int,
    rules: Rules,
    stop: Stop = never,
) -> list[list[Beam]]:
    """For each picture up to `draws` different captions drawn at random, best score first.

    Every picture has its own generator from `seed`, so its captions do not depend on the others.
    Draws by the Gumbel-max trick (Maddison et al. 2014, arXiv:1411.0030).
    """
    generators = [np.random.default_rng(seed) for _ in range(pictures)]
    decoder.reorder(np.repeat(np.arange(pictures, dtype=np.intp), draws))
    beams = [Beam()] * (pictures * draws)
    tokens = np.full(len(beams), rules.start, np.int64)
    for words in range(rules.max_words + 1):
        if stop():
            raise CancelledError
        log_probs, attention = decoder.step(tokens)
        allowed = rules.allow(log_probs, words)
        noise = np.concatenate([g.gumbel(size=(draws, allowed.shape[1])) for g in generators])
        tokens = np.argmax(allowed / temperature + noise, axis=1).astype(np.int64)
        for row, (beam, token) in enumerate(zip(beams, tokens.tolist(), strict=True)):
            if not beam.ids or beam.ids[-1] != rules.end:
                beams[row] = beam.extended(token, float(log_probs[row, token]), attention[row])
        if all(beam.ids[-1] == rules.end for beam in beams):
            break
    return [_different(beams[first : first + draws], rules) for first in range(0, len(beams), draws)]


def _different(beams: Sequence[Beam], rules: Rules) -> list[Beam]:
    """Each caption once, best score first."""
    unique = list({beam.ids: beam for beam in beams}.values())
    return sorted(unique, key=lambda beam: -rules.score(beam.log_probability, len(beam.ids)))
