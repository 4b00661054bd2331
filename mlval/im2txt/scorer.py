"""Stage 4: two towers that place a photo and its captions side by side; behind `clip_score`.

On features of the finished, frozen encoder: on 6,000 photos a contrastive loss that may move the
encoder learns them by heart. After Radford et al. 2021 (arXiv:2103.00020), a thousandth of the size.
"""

from __future__ import annotations

import copy
import dataclasses
import logging
import re
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from mlval.datasets import Record, read_records
from mlval.im2txt.augment import random_crops, resized
from mlval.im2txt.caption import build_model
from mlval.im2txt.config import Config, ModelConfig, ScorerConfig
from mlval.im2txt.data import Vocabulary, load_pixels, padded
from mlval.im2txt.loop import (
    Average,
    History,
    Schedule,
    load,
    mixed_precision,
    pick_device,
    save,
    set_rate,
)
from mlval.im2txt.model import Encoder, ImageTower, WordsTower

logger = logging.getLogger(__name__)
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")


def scorer_words(text: str) -> list[str]:
    """The tokenizer "words" of a scorer's config.json: lower-case words and numbers, no hyphens."""
    return _WORD.findall(text.lower())


def scorer_tokens(vocabulary: Vocabulary, texts: list[str], max_words: int) -> Tensor:
    """(N, T) ids, 0 after the end; an empty text is one unknown word."""
    return padded([vocabulary.encode(scorer_words(text)[:max_words]) or [3] for text in texts])


class Scorer(nn.Module):
    """Both towers and the temperature."""

    def __init__(self, model: ModelConfig, settings: ScorerConfig, vocabulary: int) -> None:
        super().__init__()
        self.image = ImageTower(Encoder(model), model, settings.embedding, settings.heads, settings.dropout)
        self.text = WordsTower(vocabulary, settings.embedding, settings.heads, settings.dropout, settings.word_dropout)
        self.scale = nn.Parameter(torch.full((settings.heads,), 3.0))


@torch.no_grad()
def pooled_views(tower: ImageTower, pixels: Tensor, settings: ScorerConfig, views: int, seed: int) -> Tensor:
    """(views, B, P) float32: the whole photo first, then random crops."""
    device = next(tower.parameters()).device
    generator = torch.Generator().manual_seed(seed)
    result = []
    for view in range(views):
        parts = []
        for part in pixels.split(200):
            if view == 0:
                images = resized(part, settings.image_size)
            else:
                images, _ = random_crops(part, settings.image_size, min_area=0.5, colour=0.2, generator=generator)
            with mixed_precision(device):
                parts.append(tower.pooled(images.to(device).contiguous(memory_format=torch.channels_last)).float())
        result.append(torch.cat(parts).cpu())
        logger.info("scorer: view %d of %d encoded", view + 1, views)
    return torch.stack(result)


@torch.no_grad()
def retrieval(scorer: Scorer, pooled: Tensor, tokens: Tensor, owner: Tensor) -> dict[str, float]:
    """Per cent of captions whose photo is the first (R@1) or among the first 5, and of photos likewise.

    pooled: (B, P), tokens: (N, T), owner: (N,) the photo of each caption. The pool is all B photos.
    """
    scorer.eval()
    similarity = scorer.text(tokens) @ scorer.image.embed(pooled).T  # (N, B)
    right = similarity.gather(1, owner.unsqueeze(1))
    rank = (similarity > right).sum(1)
    first = owner[similarity.topk(5, dim=0).indices]  # (5, B)
    hit = first == torch.arange(len(pooled), device=first.device)
    return {
        "text_to_image_r1": 100 * (rank < 1).float().mean().item(),
        "text_to_image_r5": 100 * (rank < 5).float().mean().item(),
        "image_to_text_r1": 100 * hit[0].float().mean().item(),
        "image_to_text_r5": 100 * hit.any(0).float().mean().item(),
    }


def head_losses(scorer: Scorer, images: Tensor, texts: Tensor, smoothing: float) -> Tensor:
    """Symmetric contrastive loss, each head by itself; texts (N) are whole rounds of the photos (B).

    A photo's other captions in the batch are right answers too, not wrong ones.
    """
    count, heads = len(images), len(scorer.scale)
    targets = torch.arange(len(texts), device=images.device) % count
    total = torch.zeros((), device=images.device)
    for head, (picture, text) in enumerate(zip(images.chunk(heads, 1), texts.chunk(heads, 1), strict=True)):
        # The vectors were divided by sqrt(heads) to be one unit vector together.
        logits = text @ picture.T * heads * scorer.scale[head].clamp(max=4.0).exp()  # (N, B)
        total = total + F.cross_entropy(logits, targets, label_smoothing=smoothing)
        rounds = logits.view(-1, count, count)
        back = rounds.transpose(1, 2).reshape(-1, count)
        total = total + F.cross_entropy(back, targets, label_smoothing=smoothing)
    return total / (2 * heads)


def _captions(vocabulary: Vocabulary, records: list[Record], max_words: int) -> tuple[Tensor, Tensor]:
    texts = [text for record in records for text in record.captions]
    owner = torch.tensor([index for index, record in enumerate(records) for _ in record.captions])
    return scorer_tokens(vocabulary, texts, max_words), owner


def learn_scorer(config: Config, data: Path, out: Path, *, resume: bool) -> Path:
    """Train the towers on the encoder of `caption.pt`; the best epoch on dev is kept.

    Returns the checkpoint: `average` are the weights, `words` the vocabulary. A few minutes; a killed
    run starts again.
    """
    path, settings, device = out / "scorer.pt", config.scorer, pick_device()
    if resume and path.exists() and load(path)["done"]:
        return path
    torch.manual_seed(config.seed)
    captioner = build_model(load(out / "caption.pt"))
    records, dev = read_records(data, "train"), read_records(data, "dev")
    vocabulary = Vocabulary.build(
        (scorer_words(text) for record in records for text in record.captions), settings.min_word_count
    )
    scorer = Scorer(captioner.config, settings, len(vocabulary))
    scorer.image.encoder.load_state_dict(captioner.encoder.state_dict())
    scorer.image.encoder.requires_grad_(False)
    scorer = scorer.to(device).eval()
    views = pooled_views(scorer.image, load_pixels(records), settings, settings.views, config.seed)
    dev_pooled = pooled_views(scorer.image, load_pixels(dev), settings, 1, 0)[0].to(device)
    tokens, owner = _captions(vocabulary, records, settings.max_words)
    first = torch.searchsorted(owner, torch.arange(len(records)))
    counts = torch.bincount(owner)
    dev_tokens, dev_owner = (x.to(device) for x in _captions(vocabulary, dev, settings.max_words))
    average = Average(scorer, settings.ema)
    optimizer = torch.optim.AdamW(
        [{"params": [p for p in scorer.parameters() if p.requires_grad], "lr": 0.0, "peak": settings.learning_rate}],
        weight_decay=settings.weight_decay,
    )
    per_epoch = max(1, len(records) // settings.batch)
    schedule = Schedule(settings.epochs * per_epoch, settings.max_minutes, 0.05)
    history, best, best_state = History(out / "history.json"), -1.0, copy.deepcopy(average.model.state_dict())
    generator = torch.Generator().manual_seed(config.seed)
    row: dict[str, float] = {}
    while schedule.progress() < 1:
        scorer.train()
        scorer.image.encoder.eval()
        loss = torch.zeros(())
        for batch in torch.randperm(len(records), generator=generator).split(settings.batch)[:per_epoch]:
            set_rate(optimizer, schedule.factor())
            view = torch.randint(len(views), (len(batch),), generator=generator)
            images = scorer.image.embed(views[view, batch].to(device))
            picks = [
                first[batch] + (torch.rand(len(batch), generator=generator) * counts[batch]).long()
                for _ in range(settings.captions_per_image)
            ]
            texts = scorer.text(tokens[torch.cat(picks)].to(device))
            loss = head_losses(scorer, images, texts, settings.label_smoothing)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            average.update(scorer)
            schedule.step += 1
        epoch = schedule.step // per_epoch
        if epoch % settings.eval_every == 0 or schedule.progress() >= 1:
            row = retrieval(average.model, dev_pooled, dev_tokens, dev_owner)  # type: ignore[arg-type]
            history.add(stage="scorer", epoch=epoch, loss=loss.item(), **row, seconds=schedule.seconds())
            if row["text_to_image_r1"] + row["image_to_text_r1"] > best:
                best = row["text_to_image_r1"] + row["image_to_text_r1"]
                best_state = copy.deepcopy(average.model.state_dict())
    save(
        path,
        {
            "done": True,
            "average": best_state,
            "words": vocabulary.words,
            "config": dataclasses.asdict(captioner.config),
            "scorer": dataclasses.asdict(settings),
        },
    )
    return path
