"""Stage 1: the encoder learns classes of small labelled photos."""

from __future__ import annotations

import dataclasses
import logging
import time
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from mlval.im2txt.augment import random_crops, resized
from mlval.im2txt.config import Config
from mlval.im2txt.data import load_tiles
from mlval.im2txt.loop import (
    Average,
    History,
    Schedule,
    decay_groups,
    load,
    mixed_precision,
    pick_device,
    save,
    set_rate,
    size_at,
)
from mlval.im2txt.model import Classifier

logger = logging.getLogger(__name__)


def split_tiles(labels: Tensor, held_out: int) -> tuple[Tensor, Tensor]:
    """Indices to train on and to measure on: the last `held_out` of each class."""
    train, held = [], []
    for label in labels.unique():
        where = (labels == label).nonzero().squeeze(1)
        train.append(where[:-held_out])
        held.append(where[-held_out:])
    return torch.cat(train), torch.cat(held)


@torch.no_grad()
def accuracy(model: Classifier, tiles: Tensor, labels: Tensor, size: int) -> float:
    """Share of tiles whose class is the first guess."""
    device = next(model.parameters()).device
    right = 0
    for start in range(0, len(tiles), 250):
        with mixed_precision(device):
            logits = model(resized(tiles[start : start + 250].to(device), size))
        right += int((logits.argmax(1).cpu() == labels[start : start + 250]).sum())
    return right / len(tiles)


def pretrain(config: Config, folder: Path, out: Path, *, resume: bool) -> Path:
    """Train on the tiles of `folder`; returns the checkpoint, whose `average` holds the weights."""
    path, settings, device = out / "pretrain.pt", config.pretrain, pick_device()
    stored = load(path) if resume and path.exists() else None
    if stored and stored["done"]:
        return path
    torch.manual_seed(config.seed)
    tiles, labels = load_tiles(folder)
    train, held = split_tiles(labels, settings.held_out)
    classes = int(labels.max()) + 1
    model = Classifier(config.model, classes).to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = Average(model, settings.ema)
    groups = decay_groups(model, settings.learning_rate, settings.weight_decay)
    optimizer = torch.optim.SGD(groups, momentum=0.9, nesterov=True)
    per_epoch = len(train) // settings.batch
    schedule = Schedule(settings.epochs * per_epoch, settings.max_minutes, settings.warmup)
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
                "config": dataclasses.asdict(config.model),
                "classes": classes,
            },
        )

    while schedule.progress() < 1:
        # Order and crops depend on seed and step alone, so a resumed run does not repeat itself.
        generator = torch.Generator().manual_seed(config.seed * 1_000_003 + schedule.step)
        order = train[torch.randperm(len(train), generator=generator)]
        total, seen = 0.0, 0
        for batch in order.split(settings.batch)[:per_epoch]:
            size = size_at(settings.sizes, schedule.progress())
            set_rate(optimizer, schedule.factor())
            images, _ = random_crops(
                tiles[batch].to(device), size, min_area=settings.min_area, colour=0.2, generator=generator
            )
            with mixed_precision(device):
                logits = model(images.contiguous(memory_format=torch.channels_last))
            loss = F.cross_entropy(logits.float(), labels[batch].to(device), label_smoothing=settings.label_smoothing)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            average.update(model)
            schedule.step += 1
            total, seen = total + loss.item(), seen + 1
            if schedule.step % 100 == 0:
                logger.info(
                    "pretrain step %d  size %d  loss %.3f  left %.0f s",
                    schedule.step,
                    size,
                    total / seen,
                    schedule.left(),
                )
            if time.monotonic() - saved_at > config.checkpoint_minutes * 60:
                checkpoint(False)
                saved_at = time.monotonic()
            if schedule.progress() >= 1:
                break
        history.add(
            stage="pretrain",
            epoch=schedule.step / per_epoch,
            size=size,
            loss=total / max(1, seen),
            accuracy=accuracy(average.model, tiles[held], labels[held], settings.sizes[-1][0]),  # type: ignore[arg-type]
            seconds=schedule.seconds(),
        )
    checkpoint(True)
    return path
