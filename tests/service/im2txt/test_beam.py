"""The search, over decoders small enough to check by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from service.common.errors import CancelledError
from service.im2txt.beam import Beam, Floats, Ids, Rows, Rules, beam_search, sample

PAD, START, END, UNKNOWN, A, B = range(6)


def rules(**changes: object) -> Rules:
    values = {"start": START, "end": END, "never_said": (PAD, START, UNKNOWN), "max_words": 4, "length_exponent": 0.7}
    return Rules(**{**values, **changes})  # type: ignore[arg-type]


class RandomDecoder:
    """log p depends on the picture and on all words so far, so that a wrong reorder shows."""

    def __init__(self, pictures: list[int]) -> None:
        self.histories: list[tuple[int, ...]] = [(picture,) for picture in pictures]

    def step(self, tokens: Ids) -> tuple[Floats, Floats]:
        self.histories = [(*history, int(token)) for history, token in zip(self.histories, tokens, strict=True)]
        rows = np.stack([log_probs_after(history) for history in self.histories])
        attention = np.array([[len(history)] for history in self.histories], np.float32)
        return rows, attention

    def reorder(self, rows: Rows) -> None:
        self.histories = [self.histories[row] for row in rows]


def log_probs_after(history: tuple[int, ...]) -> Floats:
    """(6,) for a history of the picture, START and words."""
    logits = np.random.default_rng(history).normal(size=6) * 2
    return (logits - np.log(np.exp(logits).sum())).astype(np.float32)


def log_probability(picture: int, ids: tuple[int, ...]) -> float:
    """Of a whole caption, END included, straight from the definition."""
    tokens = (START, *ids)
    return float(sum(log_probs_after((picture, *tokens[: index + 1]))[ids[index]] for index in range(len(ids))))


def all_captions(max_words: int) -> list[tuple[int, ...]]:
    return [(*words, END) for length in range(1, max_words + 1) for words in itertools.product((A, B), repeat=length)]


@pytest.mark.parametrize("picture", range(12))
def test_a_wide_beam_finds_the_best_of_all_captions(picture: int) -> None:
    """With 30 captions possible, a beam of 30 misses none; without a length exponent the score
    of a caption never grows, so the search may not stop before the best."""
    wanted = rules(length_exponent=0.0)
    (found,) = beam_search(RandomDecoder([picture]), 1, width=30, rules=wanted)
    best = sorted(all_captions(4), key=lambda ids: -log_probability(picture, ids))
    assert [beam.ids for beam in found[:5]] == best[:5]


@pytest.mark.parametrize("picture", range(12))
def test_greedy_takes_the_likeliest_word_each_time(picture: int) -> None:
    ((beam,),) = beam_search(RandomDecoder([picture]), 1, width=1, rules=rules())
    ids: list[int] = []
    while not ids or ids[-1] != END:
        log_probs = log_probs_after((picture, START, *ids))
        allowed = [END] if len(ids) == 4 else [A, B] if not ids else [END, A, B]
        ids.append(max(allowed, key=lambda token: log_probs[token]))
    assert beam.ids == tuple(ids)


@pytest.mark.parametrize("width", [1, 2, 3])
def test_log_probabilities_and_scores(width: int) -> None:
    wanted = rules()
    for picture in range(20):
        (found,) = beam_search(RandomDecoder([picture]), 1, width=width, rules=wanted)
        assert 1 <= len(found) <= width
        scores = []
        for beam in found:
            assert beam.log_probability == pytest.approx(log_probability(picture, beam.ids), abs=1e-5)
            scores.append(beam.log_probability / len(beam.ids) ** 0.7)
        assert scores == sorted(scores, reverse=True)
        assert len({beam.ids for beam in found}) == len(found)


@pytest.mark.parametrize("width", [1, 3])
def test_a_batch_gives_what_each_picture_alone_gives(width: int) -> None:
    pictures = list(range(16))
    together = beam_search(RandomDecoder(pictures), 16, width=width, rules=rules())
    alone = [beam_search(RandomDecoder([picture]), 1, width=width, rules=rules())[0] for picture in pictures]
    assert together == alone


def test_what_is_never_said() -> None:
    for picture in range(30):
        for beams in (
            beam_search(RandomDecoder([picture]), 1, width=3, rules=rules()),
            sample(RandomDecoder([picture]), 1, draws=5, temperature=3.0, seed=0, rules=rules()),
        ):
            for beam in beams[0]:
                assert beam.ids[-1] == END
                assert 1 <= len(beam.ids) - 1 <= 4
                assert set(beam.ids[:-1]) <= {A, B}


def test_attention_belongs_to_the_words() -> None:
    (found,) = beam_search(RandomDecoder([3]), 1, width=3, rules=rules())
    for beam in found:
        assert [int(weights[0]) for weights in beam.attention] == list(range(2, 2 + len(beam.ids)))


def test_sampling_is_the_same_for_a_seed_and_a_picture() -> None:
    def draw(pictures: list[int], seed: int) -> list[list[Beam]]:
        return sample(RandomDecoder(pictures), len(pictures), draws=3, temperature=1.0, seed=seed, rules=rules())

    assert draw([1, 2, 3], 5) == draw([1, 2, 3], 5)
    assert draw([1, 2, 3], 5)[1] == draw([2], 5)[0]
    assert any(draw([picture], 5) != draw([picture], 6) for picture in range(5))


def test_sampling_follows_the_probabilities() -> None:
    """The first word of 4,000 draws, against the softmax at that temperature."""
    log_probs = log_probs_after((0, START))
    wanted = np.exp(log_probs[[A, B]] / 1.5)
    wanted /= wanted.sum()
    counts = {A: 0, B: 0}
    for seed in range(4000):
        ((beam,),) = sample(RandomDecoder([0]), 1, draws=1, temperature=1.5, seed=seed, rules=rules(max_words=1))
        counts[beam.ids[0]] += 1
    assert counts[A] / 4000 == pytest.approx(wanted[0], abs=0.03)


def test_it_stops_when_told() -> None:
    for search in (
        lambda: beam_search(RandomDecoder([0]), 1, width=2, rules=rules(), stop=lambda: True),
        lambda: sample(RandomDecoder([0]), 1, draws=2, temperature=1.0, seed=0, rules=rules(), stop=lambda: True),
    ):
        with pytest.raises(CancelledError):
            search()
