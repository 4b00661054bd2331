"""Caption metrics: pycocoevalcap's, called as they are, with its tokenizer when Java is there.

BLEU, ROUGE-L and CIDEr are Python; the PTB tokenizer, METEOR and SPICE start Java. A part that
cannot run is not a zero: its name and the reason go into `unavailable`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.rouge.rouge import Rouge

Texts = dict[int, list[str]]
_PLAIN = re.compile(r"[a-z0-9]+(?:['-][a-z0-9]+)*")


@dataclasses.dataclass(frozen=True)
class Scores:
    """values: fractions as pycocoevalcap gives them. unavailable: metric → why it is missing."""

    values: dict[str, float]
    unavailable: dict[str, str]
    tokenizer: str  # "ptb" or "plain"


def caption_scores(written: Sequence[str], references: Sequence[Sequence[str]], *, java: bool | None = None) -> Scores:
    """Every metric of pycocoevalcap for one caption a photo against its references.

    java: False leaves the Java parts out; None uses them when `java` is on the path. Raises
    ValueError when the lengths differ or there is nothing to measure.
    """
    if len(written) != len(references) or not written:
        raise ValueError(f"{len(written)} captions for {len(references)} photos")
    reason = "left out by --no-java" if java is False else "" if shutil.which("java") else "java is not installed"
    ours, truth, tokenizer = _tokenized(written, references, reason)
    values: dict[str, float] = {}
    unavailable: dict[str, str] = {}
    with _quiet():
        bleu, _ = Bleu(4).compute_score(truth, ours, verbose=0)
        values |= {f"bleu{n + 1}": float(value) for n, value in enumerate(bleu)}
        values["rouge_l"] = float(Rouge().compute_score(truth, ours)[0])
        values["cider"] = float(Cider().compute_score(truth, ours)[0])
    for name, compute in (("meteor", _meteor), ("spice", _spice)):
        if reason:
            unavailable[name] = reason
            continue
        try:
            values[name] = compute(truth, ours)
        # These start programs and fetch files of their own; whatever fails there must not cost the rest.
        except Exception as error:  # noqa: BLE001
            unavailable[name] = f"{type(error).__name__}: {str(error)[:200]}"
    return Scores(values, unavailable, tokenizer)


def quick_scores(written: Sequence[str], references: Sequence[Sequence[str]]) -> dict[str, float]:
    """BLEU-1, BLEU-4 and CIDEr in per cent without starting Java: for progress lines."""
    values = caption_scores(written, references, java=False).values
    return {name: 100 * values[name] for name in ("bleu1", "bleu4", "cider")}


def plain_words(text: str) -> str:
    """Lower-case words without punctuation; agrees with PTB on captions but for odd spellings."""
    return " ".join(_PLAIN.findall(text.lower()))


def _tokenized(written: Sequence[str], references: Sequence[Sequence[str]], reason: str) -> tuple[Texts, Texts, str]:
    if reason:
        truth = {index: [plain_words(text) for text in texts] for index, texts in enumerate(references)}
        return {index: [plain_words(text)] for index, text in enumerate(written)}, truth, "plain"
    from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

    tokenizer = PTBTokenizer()
    ours: Texts = tokenizer.tokenize({index: [{"caption": text}] for index, text in enumerate(written)})
    truth = tokenizer.tokenize({index: [{"caption": text} for text in texts] for index, texts in enumerate(references)})
    return ours, truth, "ptb"


def _meteor(truth: Texts, ours: Texts) -> float:
    from pycocoevalcap.meteor.meteor import Meteor

    return float(Meteor().compute_score(truth, ours)[0])


def _spice(truth: Texts, ours: Texts) -> float:
    from pycocoevalcap.spice.spice import Spice

    with _quiet():
        return float(Spice().compute_score(truth, ours)[0])


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """pycocoevalcap prints; a progress line should not be torn."""
    with contextlib.redirect_stdout(io.StringIO()):
        yield


def lexical_diversity(texts: Sequence[str]) -> dict[str, float]:
    """distinct: different captions; distinct_share: of all; words: different words used;
    mean_words: length; type_token: different words / words; bigram_diversity: likewise for pairs."""
    split = [plain_words(text).split() for text in texts]
    words = [word for sentence in split for word in sentence]
    pairs = [pair for sentence in split for pair in zip(sentence, sentence[1:], strict=False)]
    return {
        "distinct": float(len(set(texts))),
        "distinct_share": len(set(texts)) / len(texts),
        "words": float(len(set(words))),
        "mean_words": len(words) / len(texts),
        "type_token": len(set(words)) / max(1, len(words)),
        "bigram_diversity": len(set(pairs)) / max(1, len(pairs)),
    }


def perplexity(texts: Sequence[str], log_probs: Callable[[str], tuple[float, int]]) -> float:
    """exp of the mean -log p of a token. log_probs: text → (sum of natural logs, tokens)."""
    import math

    sums = [log_probs(text) for text in texts]
    return math.exp(-sum(total for total, _ in sums) / max(1, sum(count for _, count in sums)))


def llama_log_probs(model: str) -> Callable[[str], tuple[float, int]]:
    """Log probabilities by a GGUF file. Raises ImportError without llama_cpp (optional)."""
    from llama_cpp import Llama

    llama: Any = Llama(model_path=model, logits_all=True, n_ctx=256, verbose=False)

    def log_probs(text: str) -> tuple[float, int]:
        answer = llama.create_completion(text, max_tokens=1, echo=True, logprobs=0, temperature=0.0)
        tokens = answer["choices"][0]["logprobs"]["token_logprobs"][:-1]  # the last one was generated
        known = [value for value in tokens if value is not None]  # the first has no past
        return sum(known), len(known)

    return log_probs
