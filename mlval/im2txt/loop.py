"""What every training stage shares: schedule, moving average of weights, checkpoints, history."""

from __future__ import annotations

import contextlib
import copy
import json
import logging
import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import nn

logger = logging.getLogger(__name__)


def pick_device() -> torch.device:
    """CUDA when there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@contextlib.contextmanager
def mixed_precision(device: torch.device) -> Iterator[None]:
    """bf16 matrix work: twice as fast on CPUs with AVX512-BF16 or AMX, and on CUDA; correct on others."""
    with torch.autocast(device.type, torch.bfloat16):
        yield


class Schedule:
    """One cycle over steps, or over minutes if those run out first.

    Progress is the larger of steps done / all steps and time used / `max_minutes`, so that a run on a
    machine with busy neighbours still ends, with its learning rate at zero, when it was meant to.
    """

    def __init__(self, steps: int, max_minutes: float, warmup: float) -> None:
        self.steps, self.max_seconds, self.warmup = steps, max_minutes * 60, warmup
        self.step = 0
        self.used = 0.0  # seconds of earlier processes
        self._started = time.monotonic()

    def seconds(self) -> float:
        """Time used by this stage, over all resumed processes."""
        return self.used + time.monotonic() - self._started

    def progress(self) -> float:
        """0 … 1."""
        return min(1.0, max(self.step / max(1, self.steps), self.seconds() / self.max_seconds))

    def left(self) -> float:
        """Seconds until the end at the speed so far."""
        progress = self.progress()
        return self.seconds() * (1 - progress) / progress if progress > 0 else float("inf")

    def factor(self) -> float:
        """Of the peak learning rate: up along a line, down along a cosine to 1 %."""
        progress = self.progress()
        if progress < self.warmup:
            return 0.05 + 0.95 * progress / self.warmup
        share = (progress - self.warmup) / max(1e-9, 1 - self.warmup)
        return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * share))

    def state(self) -> dict[str, float]:
        """For a checkpoint."""
        return {"step": self.step, "used": self.seconds()}

    def restore(self, state: dict[str, float]) -> None:
        """From a checkpoint; the clock goes on from there."""
        self.step, self.used = int(state["step"]), state["used"]
        self._started = time.monotonic()


def size_at(sizes: tuple[tuple[int, float], ...], progress: float) -> int:
    """Pixels of the training crops at this progress; shares need not sum to exactly 1."""
    reached = 0.0
    for size, share in sizes:
        reached += share
        if progress < reached:
            return size
    return sizes[-1][0]


class Average:
    """Exponential moving average of weights and buffers, quick at first (Polyak; Tarvainen 2017)."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.model = copy.deepcopy(model).eval().requires_grad_(False)
        self.decay = decay
        self.updates = 0

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        """After an optimiser step."""
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        ours, theirs = self.model.state_dict(), model.state_dict()
        floats = [key for key, value in ours.items() if value.is_floating_point()]
        torch._foreach_lerp_([ours[key] for key in floats], [theirs[key] for key in floats], 1 - decay)


def decay_groups(model: nn.Module, rate: float, weight_decay: float) -> list[dict[str, Any]]:
    """Optimiser groups: matrices decay, biases, norms and scalars do not. `peak` is the schedule's 1.0."""
    matrices = [p for p in model.parameters() if p.requires_grad and p.ndim > 1]
    others = [p for p in model.parameters() if p.requires_grad and p.ndim <= 1]
    return [
        {"params": matrices, "weight_decay": weight_decay, "lr": rate, "peak": rate},
        {"params": others, "weight_decay": 0.0, "lr": rate, "peak": rate},
    ]


def set_rate(optimizer: torch.optim.Optimizer, factor: float) -> None:
    """Every group to `factor` of its peak."""
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * factor


def save(path: Path, content: dict[str, Any]) -> None:
    """Whole or not at all: a killed process never leaves half a checkpoint."""
    temporary = path.with_suffix(".tmp")
    torch.save(content, temporary)
    temporary.replace(path)


def load(path: Path) -> dict[str, Any]:
    """Tensors and plain values only; nothing in the file is executed."""
    content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return content


class History:
    """`history.json`: one object per report, of all stages, kept over resumes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: list[dict[str, Any]] = json.loads(path.read_text()) if path.exists() else []

    def add(self, **row: object) -> None:
        """Write at once, and say it in the log."""
        self.rows.append(row)
        temporary = self.path.with_suffix(".json.tmp")
        temporary.write_text(json.dumps(self.rows, indent=1) + "\n")
        temporary.replace(self.path)
        logger.info("%s", "  ".join(f"{key} {_short(value)}" for key, value in row.items()))


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
