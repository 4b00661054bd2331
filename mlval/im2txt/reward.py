"""What a sampled sentence is worth: CIDEr-D and BLEU-4 of its word ids against the photo's captions.

CIDEr-D after Vedantam et al. 2015 (arXiv:1411.5726) with document frequencies of the training
captions. END counts as a word, so that "a dog with a" scores worse than a sentence that ends
(Luo 2020, arXiv:2003.09971, saw the broken endings without it).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

SIGMA = 6.0  # of CIDEr-D's penalty on a length difference, in words
ORDERS = 4

Ngram = tuple[int, ...]


def ngrams(ids: Sequence[int]) -> list[Counter[Ngram]]:
    """Counts of the 1- to 4-grams."""
    return [Counter(tuple(ids[i : i + n]) for i in range(len(ids) - n + 1)) for n in range(1, ORDERS + 1)]


class Reward:
    """Scores sentences for photos known by their index.

    captions: for each photo, its captions as word ids ending in END and without START.
    """

    def __init__(self, captions: Sequence[Sequence[Sequence[int]]], bleu_weight: float) -> None:
        self.bleu_weight = bleu_weight
        counted = [[ngrams(caption) for caption in photo] for photo in captions]
        frequency: Counter[Ngram] = Counter()
        for photo in counted:
            frequency.update({gram for caption in photo for counts in caption for gram in counts})
        self._log_photos = math.log(len(captions))
        self._idf = {gram: self._log_photos - math.log(n) for gram, n in frequency.items()}
        self._lengths = [[len(caption) for caption in photo] for photo in captions]
        self._references = [[self._weigh(caption) for caption in photo] for photo in counted]
        self._ceilings = [[_largest(caption[n] for caption in photo) for n in range(ORDERS)] for photo in counted]

    def _weigh(self, counts: list[Counter[Ngram]]) -> list[tuple[dict[Ngram, float], float]]:
        """For each order, tf-idf of the n-grams and the vector's length."""
        weighed = []
        for order in counts:
            vector = {gram: n * self._idf.get(gram, self._log_photos) for gram, n in order.items()}
            weighed.append((vector, math.sqrt(sum(value * value for value in vector.values()))))
        return weighed

    def __call__(self, photo: int, ids: Sequence[int]) -> float:
        """CIDEr-D (about 0 … 10, as published) + bleu_weight * BLEU-4 (0 … 1, smoothed)."""
        counts = ngrams(ids)
        return self._cider(photo, counts, len(ids)) + self.bleu_weight * self._bleu(photo, counts, len(ids))

    def _cider(self, photo: int, counts: list[Counter[Ngram]], length: int) -> float:
        vectors = self._weigh(counts)
        total = 0.0
        for reference, reference_length in zip(self._references[photo], self._lengths[photo], strict=True):
            similarity = 0.0
            for (ours, our_norm), (theirs, their_norm) in zip(vectors, reference, strict=True):
                if our_norm and their_norm:
                    product = sum(min(v, theirs[g]) * theirs[g] for g, v in ours.items() if g in theirs)
                    similarity += product / (our_norm * their_norm)
            total += similarity * math.exp(-((length - reference_length) ** 2) / (2 * SIGMA**2))
        return 10 * total / ORDERS / len(self._references[photo])

    def _bleu(self, photo: int, counts: list[Counter[Ngram]], length: int) -> float:
        logs = 0.0
        for n in range(ORDERS):
            ceiling = self._ceilings[photo][n]
            hits = sum(min(count, ceiling.get(gram, 0)) for gram, count in counts[n].items())
            tried = max(0, length - n)
            # +1 in orders above the first (Lin and Och 2004): one missing 4-gram is not zero.
            logs += math.log((hits + (n > 0)) / (tried + (n > 0))) if hits + n > 0 else -1e9
        closest = min(self._lengths[photo], key=lambda other: (abs(other - length), other))
        brevity = min(0.0, 1 - closest / max(1, length))
        return math.exp(max(-50.0, logs / ORDERS + brevity))


def _largest(orders: object) -> dict[Ngram, int]:
    """For each n-gram the largest count in any caption."""
    largest: dict[Ngram, int] = {}
    for order in orders:  # type: ignore[attr-defined]
        for gram, count in order.items():
            largest[gram] = max(count, largest.get(gram, 0))
    return largest
