"""Stage 2: encoder and decoder learn captions; word labels and an image-text space help the encoder."""

from __future__ import annotations

import dataclasses
import logging
import time
from collections import Counter
from pathlib import Path
from typing import Any, cast

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from mlval.datasets import Record, read_records
from mlval.im2txt.augment import random_crops, resized
from mlval.im2txt.config import CaptionConfig, Config, ModelConfig
from mlval.im2txt.data import (
    Vocabulary,
    caption_words,
    encode_captions,
    load_pixels,
    padded,
)
from mlval.im2txt.decode import beam_search, encode
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
from mlval.im2txt.model import PAD, UNKNOWN, Captioner
from mlval.metrics import quick_scores

logger = logging.getLogger(__name__)


def left_right(vocabulary: Vocabulary) -> Tensor:
    """(V,) ids with "left" and "right" exchanged, for the captions of flipped photos."""
    swap = torch.arange(len(vocabulary))
    left, right = vocabulary.encode(["left", "right"])
    if UNKNOWN not in (left, right):
        swap[left], swap[right] = right, left
    return swap


def frequent_words(records: list[Record], vocabulary: Vocabulary, labels: int) -> tuple[Tensor, Tensor]:
    """Ids of the words to predict (labels,) and which of them each photo's captions hold (B, labels)."""
    per_photo = [
        {i for text in record.captions for i in vocabulary.encode(caption_words(text)) if i > UNKNOWN}
        for record in records
    ]
    counts = Counter(word for words in per_photo for word in words)
    # Words of more than half of the photos ("a", "in") say nothing about a picture.
    chosen = [word for word, n in counts.most_common() if n <= len(records) / 2][:labels]
    column = {word: index for index, word in enumerate(chosen)}
    targets = torch.zeros(len(records), labels)
    for row, words in enumerate(per_photo):
        targets[row, [column[word] for word in words if word in column]] = 1
    return torch.tensor(chosen), targets


def pack(rows: list[list[int]]) -> tuple[Tensor, list[int], Tensor, Tensor]:
    """Sort captions for `Decoder.forward`.

    Returns tokens (N, T), counts, the order (N,) and the targets (sum of counts,), PAD where the word
    is not in the vocabulary, so that nobody learns to write it.
    """
    order = torch.tensor(sorted(range(len(rows)), key=lambda row: -len(rows[row])))
    tokens = padded([rows[row] for row in order.tolist()])
    lengths = (tokens != PAD).sum(1) - 1
    counts = [int((lengths > t).sum()) for t in range(int(lengths.max()))]
    targets = torch.cat([tokens[:n, t + 1] for t, n in enumerate(counts)])
    return tokens, counts, order, torch.where(targets == UNKNOWN, PAD, targets)


def contrastive(images: Tensor, texts: Tensor, owner: Tensor, scale: Tensor) -> Tensor:
    """Each text finds its photo, each photo the first of its texts (van den Oord 2018; CLIP 2021).

    images: (B, E) and texts: (N, E) unit vectors; owner: (N,) the photo of each text, 0, 1, … B - 1 in
    the first B of them; scale: log of the inverse temperature.
    """
    logits = texts @ images.T * scale.clamp(max=4.0).exp()  # (N, B)
    to_image = F.cross_entropy(logits, owner)
    return (to_image + F.cross_entropy(logits[: len(images)].T, owner[: len(images)])) / 2


def losses(
    model: Captioner, images: Tensor, rows: list[list[int]], labels: Tensor, settings: CaptionConfig
) -> dict[str, Tensor]:
    """The four losses of a batch; `rows` holds every photo's first caption, then every second, …"""
    device, count = images.device, len(images)
    tokens, counts, order, targets = pack(rows)
    tokens, targets, owner = tokens.to(device), targets.to(device), (order % count).to(device)
    with mixed_precision(device):
        features = model.grid(images)
        pooled = model.dropout(features.mean(1)[:, :, None, None]).flatten(1)
        logits, received = model.decoder(features[owner], tokens, counts)
        words = model.labels(pooled)
        image_vectors = F.normalize(model.image_joint(pooled).float(), dim=1)
        text_vectors = model.text_joint(padded([row[1:] for row in rows]).to(device))
    everyone = torch.arange(len(rows), device=device) % count
    return {
        "caption": F.cross_entropy(logits.float(), targets, ignore_index=PAD, label_smoothing=settings.label_smoothing),
        # Divided by about the number of words a photo has, so that it weighs like one word of a caption.
        "labels": F.binary_cross_entropy_with_logits(words.float(), labels, reduction="sum") / count / 20,
        "joint": contrastive(image_vectors, text_vectors, everyone, model.scale),
        "attention": ((1 - received) ** 2).mean(),
    }


@torch.no_grad()
def caption_loss(model: Captioner, features: Tensor, captions: list[list[list[int]]]) -> float:
    """Mean -log p of a word, teacher-forced, over all captions of photos with features (B, L, D)."""
    total, words = 0.0, 0
    for start in range(0, len(captions), 40):
        part = captions[start : start + 40]
        owner = torch.tensor([index for index, rows in enumerate(part) for _ in rows])
        tokens, counts, order, targets = pack([row for rows in part for row in rows])
        chosen = features[start : start + 40][owner[order]]
        logits, _ = model.decoder(chosen, tokens.to(chosen.device), counts)
        loss = F.cross_entropy(logits.float().cpu(), targets, ignore_index=PAD, reduction="sum")
        total, words = total + loss.item(), words + int((targets != PAD).sum())
    return total / words


@torch.no_grad()
def measure(model: Captioner, vocabulary: Vocabulary, features: Tensor, records: list[Record]) -> dict[str, float]:
    """Loss, BLEU and CIDEr (per cent) of photos with features (B, L, D); a quick tokenizer, not the report's."""
    captions = [encode_captions(vocabulary, r.captions, model.config.max_words) for r in records]
    written = []
    for part in features.split(200):
        best = beam_search(model.decoder, part, num_beams=3, max_words=model.config.max_words, length_exponent=0.7)
        written += [" ".join(vocabulary.decode(row)) for row in best.tolist()]
    scores = quick_scores(written, [list(r.captions) for r in records])
    return {"dev_loss": caption_loss(model, features, captions), **scores, "distinct": float(len(set(written)))}


def build_model(stored: dict[str, Any]) -> Captioner:
    """The averaged captioner of a checkpoint, for use: evaluation mode, channels last."""
    values: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in stored["config"].items()}
    model = Captioner(ModelConfig(**values))
    model.load_state_dict(stored["average"])
    return model.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


def learn_captions(config: Config, data: Path, out: Path, pretrained: Path | None, *, resume: bool) -> Path:
    """Train on split `train`, measuring on `dev`; returns the checkpoint, whose `average` holds the weights."""
    path, settings, device = out / "caption.pt", config.caption, pick_device()
    stored = load(path) if resume and path.exists() else None
    if stored and stored["done"]:
        return path
    torch.manual_seed(config.seed)
    records, dev = read_records(data, "train"), read_records(data, "dev")
    pixels, dev_pixels = load_pixels(records), load_pixels(dev)
    vocabulary = Vocabulary.build(
        (caption_words(text) for record in records for text in record.captions), settings.min_word_count
    )
    vocabulary.write(out / "vocabulary.json")
    sizes = dataclasses.replace(config.model, vocabulary=len(vocabulary))
    captions = [encode_captions(vocabulary, r.captions, sizes.max_words) for r in records]
    _, targets = frequent_words(records, vocabulary, sizes.labels)
    swap = left_right(vocabulary).tolist()
    model = Captioner(sizes)
    if pretrained and not stored:
        weights = load(pretrained)["average"]
        prefix = "encoder."
        model.encoder.load_state_dict({k[len(prefix) :]: v for k, v in weights.items() if k.startswith(prefix)})
    model = model.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = Average(model, settings.ema)
    encoder_rate = settings.learning_rate * (settings.encoder_rate if pretrained else 1)
    rest = nn.ModuleList(part for name, part in model.named_children() if name != "encoder")
    groups = [
        *decay_groups(model.encoder, encoder_rate, settings.weight_decay),
        *decay_groups(rest, settings.learning_rate, settings.weight_decay),
        {"params": [model.scale], "weight_decay": 0.0, "lr": 0.0, "peak": settings.learning_rate},
    ]
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98))
    per_epoch = len(records) // settings.batch
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
                "config": dataclasses.asdict(sizes),
                "eval_size": settings.eval_size,
            },
        )

    def batch_rows(batch: Tensor, flipped: Tensor, generator: torch.Generator) -> list[list[int]]:
        chosen = [captions[photo] for photo in batch.tolist()]
        picks = [torch.randperm(len(rows), generator=generator).tolist() for rows in chosen]
        return [
            [swap[word] for word in rows[pick[k % len(rows)]]] if flip else rows[pick[k % len(rows)]]
            for k in range(settings.captions_per_image)
            for rows, pick, flip in zip(chosen, picks, flipped.tolist(), strict=True)
        ]

    while schedule.progress() < 1:
        # Order, crops and captions depend on seed and step alone, so a resumed run does not repeat itself.
        generator = torch.Generator().manual_seed(config.seed * 1_000_003 + schedule.step + 1)
        order = torch.randperm(len(records), generator=generator)
        totals: Counter[str] = Counter()
        done = 0
        for batch in order.split(settings.batch)[:per_epoch]:
            size = size_at(settings.sizes, schedule.progress())
            set_rate(optimizer, schedule.factor())
            images, flipped = random_crops(
                pixels[batch].to(device), size, min_area=settings.min_area, colour=0.3, generator=generator
            )
            parts = losses(
                model,
                images.contiguous(memory_format=torch.channels_last),
                batch_rows(batch, flipped, generator),
                targets[batch].to(device),
                settings,
            )
            loss = (
                parts["caption"]
                + settings.label_loss * parts["labels"]
                + settings.joint_loss * parts["joint"]
                + settings.attention_loss * parts["attention"]
            )
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimizer.step()
            average.update(model)
            schedule.step += 1
            done += 1
            totals.update({name: value.item() for name, value in parts.items()})  # type: ignore[call-overload]
            if schedule.step % 25 == 0:
                logger.info(
                    "caption step %d  size %d  loss %.3f  left %.0f s",
                    schedule.step,
                    size,
                    totals["caption"] / done,
                    schedule.left(),
                )
            if time.monotonic() - saved_at > config.checkpoint_minutes * 60:
                checkpoint(False)
                saved_at = time.monotonic()
            if schedule.progress() >= 1:
                break
        row = {name: value / done for name, value in totals.items()}
        epoch = round(schedule.step / per_epoch)
        if epoch % settings.eval_every == 0 or schedule.progress() >= 1:
            averaged = cast(Captioner, average.model)
            features = encode(averaged, resized(dev_pixels, settings.eval_size))
            row |= measure(averaged, vocabulary, features, dev)
        history.add(stage="caption", epoch=schedule.step / per_epoch, size=size, **row, seconds=schedule.seconds())
    checkpoint(True)
    return path
