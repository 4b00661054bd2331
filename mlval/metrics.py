"""Caption metrics: pycocoevalcap's, called as they are, with its tokenizer when Java is there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider


def quick_scores(written: Sequence[str], references: Sequence[Sequence[str]]) -> dict[str, float]:
    """BLEU-1, BLEU-4 and CIDEr in per cent, tokenized by a regular expression: for progress lines.

    Within a few tenths of the official tokenizer's results, without starting Java.
    """
    truth = {index: [_plain(text) for text in texts] for index, texts in enumerate(references)}
    ours = {index: [_plain(text)] for index, text in enumerate(written)}
    bleu, _ = Bleu(4).compute_score(truth, ours, verbose=0)
    cider, _ = Cider().compute_score(truth, ours)
    return {"bleu1": 100 * float(bleu[0]), "bleu4": 100 * float(bleu[3]), "cider": 100 * float(cider)}


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+(?:['-][a-z0-9]+)*", text.lower()))
