"""Beam search in PyTorch, for measuring while training and for the tests of the exported graphs."""

from __future__ import annotations

import torch
from torch import Tensor

from mlval.im2txt.loop import mixed_precision
from mlval.im2txt.model import END, PAD, START, UNKNOWN, Captioner, Decoder

NEVER = (PAD, START, UNKNOWN)  # never written


@torch.no_grad()
def beam_search(
    decoder: Decoder, features: Tensor, *, num_beams: int, max_words: int, length_exponent: float
) -> Tensor:
    """The best sentence for each photo: largest sum of log p / (words, END included) ** length_exponent.

    features: (B, L, D) float32. Returns (B, max_words + 1) int64 word ids, END and then PAD after the
    words. A beam that ends leaves its place to the next best; unfinished ones compete at the end.
    """
    batch, beams, device = len(features), num_beams, features.device
    keys, h, c = decoder.begin(features)
    features, keys, h, c = (x.repeat_interleave(beams, 0) for x in (features, keys, h, c))
    scores = torch.full((batch, beams), -torch.inf, device=device)
    scores[:, 0] = 0.0  # all beams are the same at first
    tokens = torch.full((batch, beams, 1), START, device=device)
    best = torch.full((batch, max_words + 1), PAD, device=device)
    best_score = torch.full((batch,), -torch.inf, device=device)
    rows = torch.arange(batch, device=device).unsqueeze(1)

    def offer(candidates: Tensor, values: Tensor) -> None:
        better = values > best_score
        best_score[better] = values[better]
        best[better] = PAD
        best[better, : candidates.shape[1]] = candidates[better]

    for length in range(1, max_words + 1):
        words = decoder.embedding(tokens[:, :, -1].reshape(-1))
        read, h, c, _ = decoder.step(words, h, c, features, keys)
        log_probs = torch.log_softmax(decoder.logits(read).float(), 1).view(batch, beams, -1)
        log_probs[:, :, NEVER] = -torch.inf
        vocabulary = log_probs.shape[2]
        totals = (scores.unsqueeze(2) + log_probs).view(batch, -1)
        top, where = totals.topk(2 * beams, 1)
        parent, word = where // vocabulary, where % vocabulary
        ended = word == END
        for rank in range(beams):
            value = torch.where(ended[:, rank], top[:, rank] / length**length_exponent, -torch.inf)
            sentence = tokens[rows[:, 0], parent[:, rank], 1:]
            offer(torch.cat([sentence, word[:, rank : rank + 1]], 1), value)
        scores, keep = torch.where(ended, -torch.inf, top).topk(beams, 1)
        parent, word = parent.gather(1, keep), word.gather(1, keep)
        tokens = torch.cat([tokens[rows, parent], word.unsqueeze(2)], 2)
        flat = (rows * beams + parent).view(-1)
        h, c = h[flat], c[flat]
        # log p only falls, so this is the most that a live beam can still reach.
        if bool((best_score >= scores[:, 0] / (max_words + 1) ** length_exponent).all()):
            return best
    for beam in range(beams):
        offer(tokens[:, beam, 1:], scores[:, beam] / max_words**length_exponent)
    return best


@torch.no_grad()
def sample(
    decoder: Decoder, features: Tensor, *, max_words: int, temperature: float, generator: torch.Generator
) -> Tensor:
    """One random sentence for each row of features (N, L, D): (N, max_words) ids, PAD after END.

    Words are drawn from softmax(logits / temperature).
    """
    keys, h, c = decoder.begin(features)
    word = torch.full((len(features),), START, device=features.device)
    ended = torch.zeros(len(features), dtype=torch.bool, device=features.device)
    drawn = []
    for _ in range(max_words):
        read, h, c, _ = decoder.step(decoder.embedding(word), h, c, features, keys)
        logits = decoder.logits(read).float() / temperature
        logits[:, NEVER] = -torch.inf
        # Gumbel's trick draws from the softmax by an argmax, faster than multinomial on a CPU.
        noise = torch.rand(logits.shape, generator=generator).clamp_(1e-9, 1 - 1e-7).to(logits.device)
        word = (logits - torch.log(-torch.log(noise))).argmax(1)
        word = torch.where(ended, PAD, word)
        drawn.append(word)
        ended = ended | (word == END)
        if bool(ended.all()):
            break
    return torch.stack(drawn, 1)


@torch.no_grad()
def encode(model: Captioner, images: Tensor, batch: int = 100) -> Tensor:
    """Features (B, L, D) float32 of normalised images (B, 3, S, S)."""
    device = next(model.parameters()).device
    parts = []
    for part in images.split(batch):
        with mixed_precision(device):
            parts.append(model.grid(part.to(device).contiguous(memory_format=torch.channels_last)).float())
    return torch.cat(parts)
