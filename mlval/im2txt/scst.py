"""Stage 3: the decoder learns to earn reward, on features of augmented photos computed once.

Self-critical sequence training (Rennie et al. 2017, arXiv:1612.00563) with the mean of a photo's other
samples as the baseline (Luo 2020, arXiv:2003.09971). The encoder rests, so a step costs a tenth.
"""

from __future__ import annotations

import dataclasses
import logging
import time
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from mlval.datasets import read_records
from mlval.im2txt.augment import random_crops, resized
from mlval.im2txt.caption import build_model, measure, pack
from mlval.im2txt.config import Config, RewardConfig
from mlval.im2txt.data import Vocabulary, encode_captions, load_pixels
from mlval.im2txt.decode import encode, sample
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
from mlval.im2txt.model import END, PAD, START, Captioner, Decoder
from mlval.im2txt.reward import Reward

logger = logging.getLogger(__name__)


def cached_views(model: Captioner, pixels: Tensor, settings: RewardConfig, generator: torch.Generator) -> Tensor:
    """Features of every photo seen whole and in `views` - 1 random crops.

    Returns (views, B, L, D) in half precision: 6,000 photos, 4 views, 64 places, 320 channels are 1 GB.
    """
    views = []
    for view in range(settings.views):
        parts = []
        for part in pixels.split(250):
            if view == 0:
                images = resized(part, settings.image_size)
            else:
                images, _ = random_crops(
                    part, settings.image_size, min_area=settings.min_area, colour=0.2, generator=generator
                )
            parts.append(encode(model, images).cpu().half())
        views.append(torch.cat(parts))
        logger.info("reward: view %d of %d encoded", view + 1, settings.views)
    return torch.stack(views)


def policy_loss(decoder: Decoder, features: Tensor, drawn: Tensor, advantage: Tensor, temperature: float) -> Tensor:
    """-(advantage * log p of the drawn words), the mean over words.

    features: (N, L, D), drawn: (N, T) ids with PAD after END, advantage: (N,).
    """
    rows = [[START, *[word for word in row if word != PAD]] for row in drawn.tolist()]
    tokens, counts, order, targets = pack(rows)
    device = features.device
    order, targets = order.to(device), targets.to(device)
    with mixed_precision(device):
        logits, _ = decoder(features[order], tokens.to(device), counts)
    log_p = -F.cross_entropy(logits.float() / temperature, targets, reduction="none")
    weight = torch.cat([advantage[order][:n] for n in counts])
    return -(weight * log_p).sum() / len(log_p)


def learn_reward(config: Config, data: Path, out: Path, *, resume: bool) -> Path:
    """Fine-tune the decoder of `caption.pt`; returns the checkpoint, whose `average` holds the weights."""
    path, settings, device = out / "reward.pt", config.reward, pick_device()
    stored = load(path) if resume and path.exists() else None
    if stored and stored["done"]:
        return path
    torch.manual_seed(config.seed)
    model = build_model(load(out / "caption.pt")).to(device)
    vocabulary = Vocabulary.read(out / "vocabulary.json")
    records, dev = read_records(data, "train"), read_records(data, "dev")
    dev_features = encode(model, resized(load_pixels(dev), config.caption.eval_size))
    length = model.config.max_words + 1
    captions = [encode_captions(vocabulary, r.captions, model.config.max_words) for r in records]
    reward = Reward([[caption[1:] for caption in photo] for photo in captions], settings.bleu_weight)
    views = cached_views(model, load_pixels(records), settings, torch.Generator().manual_seed(config.seed + 7))
    decoder = model.decoder
    average = Average(model, settings.ema)
    parameters = [p for p in decoder.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW([{"params": parameters, "lr": 0.0, "peak": settings.learning_rate}], weight_decay=0.0)
    per_epoch = len(records) // settings.batch
    schedule = Schedule(settings.epochs * per_epoch, settings.max_minutes, 0.03)
    if stored:
        model.load_state_dict(stored["model"])
        average.model.load_state_dict(stored["average"])
        average.updates = stored["schedule"]["step"]
        optimizer.load_state_dict(stored["optimizer"])
        schedule.restore(stored["schedule"])
    history, saved_at = History(out / "history.json"), time.monotonic()

    def checkpoint(done: bool) -> None:
        save(
            path,
            {
                "done": done,
                "model": model.state_dict(),
                "average": average.model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "schedule": schedule.state(),
                "config": dataclasses.asdict(model.config),
                "eval_size": config.caption.eval_size,
            },
        )

    def report(**row: object) -> None:
        scores = measure(average.model, vocabulary, dev_features, dev)  # type: ignore[arg-type]
        history.add(stage="reward", epoch=schedule.step / per_epoch, **row, **scores, seconds=schedule.seconds())

    report()
    while schedule.progress() < 1:
        generator = torch.Generator().manual_seed(config.seed * 1_000_003 + schedule.step + 2)
        order = torch.randperm(len(records), generator=generator)
        earned, done = 0.0, 0
        for batch in order.split(settings.batch)[:per_epoch]:
            set_rate(optimizer, schedule.factor())
            view = torch.randint(settings.views, (len(batch),), generator=generator)
            features = views[view, batch].to(device).float().repeat_interleave(settings.samples, 0)
            decoder.eval()
            with mixed_precision(device):
                drawn = sample(
                    decoder, features, max_words=length, temperature=settings.temperature, generator=generator
                )
            rewards = torch.tensor(
                [reward(int(batch[row // settings.samples]), _sentence(ids)) for row, ids in enumerate(drawn.tolist())]
            ).view(-1, settings.samples)
            others = (rewards.sum(1, keepdim=True) - rewards) / (settings.samples - 1)
            advantage = (rewards - others).view(-1).to(device)
            loss = policy_loss(decoder, features, drawn, advantage, settings.temperature)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            average.update(model)
            schedule.step += 1
            earned, done = earned + rewards.mean().item(), done + 1
            if schedule.step % 20 == 0:
                logger.info("reward step %d  reward %.4f  left %.0f s", schedule.step, earned / done, schedule.left())
            if time.monotonic() - saved_at > config.checkpoint_minutes * 60:
                checkpoint(False)
                saved_at = time.monotonic()
            if schedule.progress() >= 1:
                break
        report(reward=earned / max(1, done))
    checkpoint(True)
    return path


def _sentence(ids: list[int]) -> list[int]:
    """Up to and with END."""
    return ids[: ids.index(END) + 1] if END in ids else [word for word in ids if word != PAD]
