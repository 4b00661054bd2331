"""What a model family implements: one class for its engine, by one of the protocols below.

An engine lives in the model process, is used by one thread, and knows nothing of HTTP. It is
made as `EngineClass(device="auto" | "cpu" | "cuda", threads=int)`, which must be cheap; `load`
does the work. Texts and pictures reach it already checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from service.common.options import CaptionOptions, GenerateOptions, Message

if TYPE_CHECKING:  # the front imports this module and must stay free of both
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Vectors = NDArray[np.float32]

Stop = Callable[[], bool]


def never() -> bool:
    """The `stop` of a caller who always waits for the answer."""
    return False


@dataclass(frozen=True)
class Caption:
    """One caption of one picture.

    log_probability: natural log of the probability of the whole caption, its end included.
    words, word_log_probabilities, attention: one entry for each word of the text; attention
    maps are h rows of w floats that sum to 1. All but `words` are None unless asked for by
    `explain`, and attention also where the model has none.
    """

    text: str
    log_probability: float
    words: tuple[str, ...] = ()
    word_log_probabilities: tuple[float, ...] | None = None
    attention: tuple[tuple[tuple[float, ...], ...], ...] | None = None


@dataclass(frozen=True)
class Piece:
    """A bit of generated text; the last one says why it is the last: stop or length.

    details: what else the caller may want to know of the whole answer, such as prompt_tokens;
    JSON values, shown beside the text.
    """

    text: str
    finish_reason: str | None = None
    details: dict[str, Any] | None = None


@dataclass(frozen=True)
class Box:
    """An upright box in fractions of the picture, from its upper left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Line:
    """One line of text in a picture; confidence is 0 to 1."""

    text: str
    confidence: float
    box: Box


class Engine(Protocol):
    """What every family has. `device` and `provider` say, after load, what is really used."""

    device: str
    provider: str

    def load(self, weights: Path) -> None:
        """Read a model's folder. Raises WeightsError if a file is missing or not as promised."""

    def unload(self) -> None:
        """Let go of the model; safe to call twice."""


@runtime_checkable
class HasInputSize(Protocol):
    """Optional: pixels on a side the model looks at, so that large files decode faster."""

    input_size: int


@runtime_checkable
class HasReason(Protocol):
    """Optional: after load, why it runs on another device than the best one that is there; else None."""

    why: str | None


@runtime_checkable
class HasVram(Protocol):
    """Optional: how much of the accelerator's memory the model holds."""

    def vram_bytes(self) -> int: ...


class Captioner(Engine, Protocol):
    def caption(self, images: Sequence[Image], options: CaptionOptions, stop: Stop = never) -> list[list[Caption]]:
        """Caption upright RGB pictures: for each, up to `num_captions` captions, best first.

        A picture's captions do not depend on its neighbours in the batch.
        Raises CancelledError soon after `stop()` turns true.
        """
        ...


class Scorer(Engine, Protocol):
    def embed_images(self, images: Sequence[Image]) -> Vectors:
        """Unit vectors (N, E) float32 of upright RGB pictures."""
        ...

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors (N, E) float32, in the same space as the pictures'."""
        ...


class Reader(Engine, Protocol):
    def read(self, images: Sequence[Image], stop: Stop = never) -> list[list[Line]]:
        """The lines of text in each upright RGB picture, in reading order; empty where there are none.

        Raises CancelledError soon after `stop()` turns true.
        """
        ...


class Generator(Engine, Protocol):
    def generate(self, messages: Sequence[Message], options: GenerateOptions, stop: Stop = never) -> Iterator[Piece]:
        """Yield the answer piece by piece.

        The iterator is closed when the reader leaves; `stop()` turns true then too, for the time
        before the first piece. Raises CancelledError if it stops there.
        """
        ...
