"""Run a batch of requests on an engine; in the model process only.

A runner is called with the engine, the jobs of one batch (equal `batch_key`), and the image
limits. It answers each job by `result` or `fail`; what it leaves open fails with what it raises.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from service.common.errors import BadImage, CancelledError, ServiceError
from service.common.images import decode_image
from service.common.options import CaptionOptions, GenerateOptions, Message, ReadOptions
from service.common.protocols import Caption, Captioner, Generator, HasInputSize, Piece, Reader, Scorer

if TYPE_CHECKING:
    from PIL.Image import Image

# CLIPScore = 2.5 * max(cos, 0). Source: Hessel et al. 2021, section 3 (arXiv:2104.08718).
_CLIPSCORE_WEIGHT = 2.5

Limits = dict[str, int]


class Channel(Protocol):
    """The way back to the front."""

    def tell(self, event: str, number: int, data: dict[str, Any]) -> None: ...

    def is_cancelled(self, number: int) -> bool: ...


@dataclass
class ChildJob:
    """One request as the model process sees it."""

    number: int
    options: dict[str, Any]
    stream: bool
    blobs: list[bytes]
    _channel: Channel = field(repr=False)
    is_answered: bool = False

    @property
    def is_cancelled(self) -> bool:
        return self._channel.is_cancelled(self.number)

    def item(self, data: dict[str, Any]) -> None:
        """Pass something on at once, if the caller reads a stream."""
        if self.stream:
            self._channel.tell("item", self.number, data)

    def result(self, data: dict[str, Any]) -> None:
        self.is_answered = True
        self._channel.tell("result", self.number, data)

    def fail(self, error: ServiceError) -> None:
        self.is_answered = True
        self._channel.tell("error", self.number, error.to_wire())


Runner = Callable[[Any, list[ChildJob], Limits], None]


def run_caption(engine: Captioner, jobs: list[ChildJob], limits: Limits) -> None:
    """Caption all pictures of the batch together; a broken picture fails its own request only."""
    readable = _decode_all(engine, jobs, limits)
    if not readable:
        return
    options = CaptionOptions(**jobs[0].options)
    images = [image for _, own in readable for image in own]
    captions = engine.caption(images, options, _all_cancelled([job for job, _ in readable]))
    if len(captions) != len(images):
        raise RuntimeError(f"the engine captioned {len(captions)} of {len(images)} pictures")
    left = iter(captions)
    for job, own in readable:
        job.result(
            {
                "captions": [
                    _caption_json(caption, index, explain=options.explain)
                    for index in range(len(own))
                    for caption in next(left)
                ]
            }
        )


def run_read(engine: Reader, jobs: list[ChildJob], limits: Limits) -> None:
    """The lines of text in all pictures of the batch; a broken picture fails its own request only."""
    readable = _decode_all(engine, jobs, limits)
    least = ReadOptions(**jobs[0].options).min_confidence
    images = [image for _, own in readable for image in own]
    left = iter(engine.read(images, _all_cancelled([job for job, _ in readable])) if images else [])
    for job, own in readable:
        lines = [
            {"image": index, **asdict(line)}
            for index in range(len(own))
            for line in next(left)
            if line.confidence >= least
        ]
        job.result({"lines": lines})


def run_score(engine: Scorer, jobs: list[ChildJob], limits: Limits) -> None:
    """The cosine and the CLIPScore of each text with its request's picture."""
    for job, own in _decode_all(engine, jobs, limits):
        texts = job.options["texts"]
        prefix = job.options["prefix"]
        cosines = (
            engine.embed_texts([prefix + text for text in texts]) @ engine.embed_images(own)[0]
        )  # (N, E) @ (E,) -> (N,)
        scores = [
            {"text": text, "cosine": cosine, "score": _CLIPSCORE_WEIGHT * max(cosine, 0.0)}
            for text, cosine in zip(texts, cosines.tolist(), strict=True)
        ]
        job.result({"scores": scores})


def run_embed(engine: Scorer, jobs: list[ChildJob], limits: Limits) -> None:
    """Unit vectors of the pictures, embedded together, and of the texts of each request."""
    readable = _decode_all(engine, jobs, limits)
    images = [image for _, own in readable for image in own]
    vectors = iter(engine.embed_images(images).tolist() if images else [])
    for job, own in readable:
        texts = job.options["texts"]
        job.result(
            {
                "images": [next(vectors) for _ in own],
                "texts": engine.embed_texts(texts).tolist() if texts else [],
            }
        )


def run_generate(engine: Generator, jobs: list[ChildJob], limits: Limits) -> None:
    """Continue one conversation, piece by piece; stops as soon as the reader has left."""
    (job,) = jobs
    messages = [Message(**message) for message in job.options["messages"]]
    options = GenerateOptions(**{**job.options["generate"], "stop": tuple(job.options["generate"]["stop"])})
    pieces = engine.generate(messages, options, lambda: job.is_cancelled)
    made: list[Piece] = []
    try:
        for piece in pieces:
            if job.is_cancelled:
                raise CancelledError
            made.append(piece)
            if piece.text:
                job.item({"text": piece.text})
    finally:
        close = getattr(pieces, "close", None)  # a generator frees its context here
        if close is not None:
            close()
    last = made[-1] if made else Piece("")
    job.result(
        {
            **(last.details or {}),
            "text": "".join(piece.text for piece in made),
            "finish_reason": last.finish_reason or "stop",
            "pieces": len(made),
        }
    )


def _decode_all(engine: object, jobs: Sequence[ChildJob], limits: Limits) -> list[tuple[ChildJob, list[Image]]]:
    """The jobs that are wanted and whose pictures can be read, with them; the others fail."""
    wanted_px = engine.input_size if isinstance(engine, HasInputSize) else None
    readable = []
    for job in jobs:
        if job.is_cancelled:
            continue
        try:
            images = [
                decode_image(blob, max_pixels=limits["max_image_pixels"], wanted_px=wanted_px) for blob in job.blobs
            ]
        except BadImage as error:
            job.fail(error)
            continue
        readable.append((job, images))
    return readable


def _all_cancelled(jobs: list[ChildJob]) -> Callable[[], bool]:
    """Stop a batch only when nobody waits for any part of it."""
    return lambda: all(job.is_cancelled for job in jobs)


def _caption_json(caption: Caption, image: int, *, explain: bool) -> dict[str, Any]:
    body: dict[str, Any] = {
        "image": image,
        "text": caption.text,
        "log_probability": caption.log_probability,
    }
    if explain:
        body["words"] = list(caption.words)
        body["word_log_probabilities"] = caption.word_log_probabilities
        body["attention"] = caption.attention
    return body
