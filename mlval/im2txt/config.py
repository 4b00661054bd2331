"""Every number of the recipe, in dataclasses; a checkpoint stores the one it was made with.

The arithmetic behind the sizes, for two cores of a 2025 server CPU with AVX512-BF16 (about
750 GFLOP/s in 3 x 3 convolutions of 64 channels and more, 100-350 in thinner ones):
the encoder is 1.0 GMAC at 128 px, so 6 GFLOP forward and backward, so 100 photos a second.
"""

from __future__ import annotations

import dataclasses
from typing import Any


@dataclasses.dataclass(frozen=True)
class ModelConfig:
    """Sizes of the network; stored with the weights, so that loading rebuilds it."""

    widths: tuple[int, ...] = (64, 192, 320)  # channels of the stages at 1/4, 1/8 and 1/16 of the side
    blocks: tuple[int, ...] = (2, 3, 3)
    embedding: int = 384  # of words, shared by the decoder's input and output
    hidden: int = 512
    attention: int = 256
    joint: int = 256  # side head: size of the image-text space
    labels: int = 600  # side head: how many frequent words are predicted as labels
    dropout: float = 0.4
    drop_path: float = 0.05
    vocabulary: int = 0  # filled in from the captions; 0 while pretraining
    max_words: int = 20


@dataclasses.dataclass(frozen=True)
class PretrainConfig:
    """Encoder on labelled tiles. `sizes` are (pixels, share of the steps): small first, it is cheaper."""

    epochs: int = 18
    max_minutes: float = 75.0  # the schedule ends at this time even if epochs are left
    batch: int = 128
    sizes: tuple[tuple[int, float], ...] = ((48, 0.55), (64, 0.45))
    learning_rate: float = 0.2  # SGD, Nesterov momentum 0.9
    weight_decay: float = 5e-4
    label_smoothing: float = 0.1
    min_area: float = 0.4
    warmup: float = 0.15
    ema: float = 0.999
    held_out: int = 10  # tiles of each class kept for the accuracy


@dataclasses.dataclass(frozen=True)
class CaptionConfig:
    """Encoder and decoder on captions."""

    epochs: int = 50
    max_minutes: float = 112.0
    batch: int = 64
    captions_per_image: int = 3
    # oneDNN's bf16 weight gradient is 20 times slower on the 6 x 6 maps of 96 px than on the 8 x 8 of 128.
    sizes: tuple[tuple[int, float], ...] = ((128, 1.0),)
    learning_rate: float = 8e-4  # AdamW
    encoder_rate: float = 0.6  # of learning_rate: it was trained before
    weight_decay: float = 0.05
    label_smoothing: float = 0.1
    min_area: float = 0.35
    warmup: float = 0.06
    ema: float = 0.998
    label_loss: float = 1.0
    joint_loss: float = 0.3
    attention_loss: float = 0.5
    min_word_count: int = 4
    eval_every: int = 5  # epochs
    eval_size: int = 160  # larger than the crops' size: objects then look as large as in training


@dataclasses.dataclass(frozen=True)
class RewardConfig:
    """Self-critical training of the decoder on cached features."""

    epochs: int = 25
    max_minutes: float = 28.0
    batch: int = 50
    samples: int = 5
    views: int = 2  # of each photo in RAM: the whole and random crops
    min_area: float = 0.6
    # Label smoothing leaves a tenth of the probability to all words alike; sampled at 1, sentences are
    # noise and the first thing learned is to say the same of every photo (CIDEr 37 -> 33).
    temperature: float = 0.5
    learning_rate: float = 1e-4
    bleu_weight: float = 0.3
    ema: float = 0.98
    image_size: int = 160
    # How far from the captions' weights to the reward's the exported ones lie: in between, captions of dev were better
    # than at either end (after WiSE-FT, Wortsman et al. 2022, arXiv:2109.01903).
    blend: float = 0.7


@dataclasses.dataclass(frozen=True)
class ScorerConfig:
    """Two towers on cached features: the bundled scorer."""

    epochs: int = 60
    max_minutes: float = 2.5
    batch: int = 1024  # photos; every other one in the batch is a wrong answer
    captions_per_image: int = 2
    views: int = 3  # of each photo: the whole and random crops
    heads: int = 4  # independent pairs of towers, averaged
    embedding: int = 128  # of one head
    learning_rate: float = 3e-3
    weight_decay: float = 0.1
    label_smoothing: float = 0.1
    dropout: float = 0.4
    word_dropout: float = 0.3
    min_word_count: int = 2
    max_words: int = 32
    image_size: int = 160
    ema: float = 0.98
    eval_every: int = 4  # epochs


@dataclasses.dataclass(frozen=True)
class Config:
    """One run."""

    seed: int = 0
    threads: int = 2
    checkpoint_minutes: float = 4.0
    num_beams: int = 5  # written to the exported config.json
    length_exponent: float = 0.6
    model: ModelConfig = dataclasses.field(default_factory=ModelConfig)
    pretrain: PretrainConfig = dataclasses.field(default_factory=PretrainConfig)
    caption: CaptionConfig = dataclasses.field(default_factory=CaptionConfig)
    reward: RewardConfig = dataclasses.field(default_factory=RewardConfig)
    scorer: ScorerConfig = dataclasses.field(default_factory=ScorerConfig)

    def override(self, settings: list[str]) -> Config:
        """A copy with `section.name=value` (or `name=value`) settings applied.

        Raises ValueError for an unknown name or a value of the wrong type, naming it.
        """
        config = self
        for setting in settings:
            path, _, text = setting.partition("=")
            section, _, name = path.rpartition(".")
            target: Any = getattr(config, section, None) if section else config
            if not hasattr(target, name) or not dataclasses.is_dataclass(target) or isinstance(target, type):
                raise ValueError(f"unknown setting {path!r}")
            values: dict[str, Any] = {name: _parse(text, getattr(target, name), path)}
            if section:
                values = {section: dataclasses.replace(target, **values)}
            config = dataclasses.replace(config, **values)
        return config


def _parse(text: str, current: object, path: str) -> object:
    """`text` as the type of `current`; sizes are written `96:0.5,128:0.5`, tuples `2,3,3`."""
    try:
        if isinstance(current, tuple) and current and isinstance(current[0], tuple):
            pairs = (part.split(":") for part in text.split(","))
            return tuple((int(size), float(share)) for size, share in pairs)
        if isinstance(current, tuple):
            return tuple(int(part) for part in text.split(","))
        return type(current)(text)  # type: ignore[call-arg]
    except ValueError as error:
        raise ValueError(f"{path}: {text!r} is not a {type(current).__name__}") from error
