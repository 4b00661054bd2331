"""The captioners' wire contract: picture in, sentences out."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from api.clients.base import ModelUse, service_post
from api.errors import ServiceUnavailableError

AttentionMap = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class CaptionedText:
    """One sentence; `log_probability` is the sum over its words, natural logarithm.

    words, word_log_probabilities, attention: one entry a word, only when asked for with `explain`; attention maps are
    h rows of w floats that lie over the whole picture, and empty where the model has none.
    """

    text: str
    log_probability: float | None
    words: tuple[str, ...] = ()
    word_log_probabilities: tuple[float, ...] = ()
    attention: tuple[AttentionMap, ...] = ()


@dataclass(frozen=True, slots=True)
class CaptionAnswer:
    captions: tuple[CaptionedText, ...]
    device: str
    timings: dict[str, float]


def caption_image(image: bytes, *, use: ModelUse, options: dict[str, Any]) -> CaptionAnswer:
    """Ask the model's service for captions of one picture, best first.

    image: an encoded picture. options: the contract's (num_captions, num_beams, max_words, temperature, seed,
    explain).
    Raises ServiceUnavailableError and ServiceRejectedError.
    """
    return caption_images([image], use=use, options=options)[0]


def caption_images(
    images: Sequence[bytes],
    *,
    use: ModelUse,
    options: dict[str, Any],
    timeout_s: float | None = None,
    check: Callable[[], None] | None = None,
) -> list[CaptionAnswer]:
    """Ask for captions of several pictures in one request; one answer for each, in their order.

    One broken picture has the whole request refused (ServiceRejectedError), and so have too many.
    timeout_s, check: as in `service_post`.
    """
    service = use.model.service
    body = service_post(
        service,
        "/caption",
        timeout_s=timeout_s,
        check=check,
        files=[("image", ("image", image, "application/octet-stream")) for image in images],
        data={"options": json.dumps({**use.options, **options})},
    )
    try:
        found: list[list[CaptionedText]] = [[] for _ in images]
        for item in body["captions"]:
            found[int(item.get("image", 0))].append(_captioned(item))
        device, timings = str(body.get("device", "")), dict(body.get("timings", {}))
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise ServiceUnavailableError(
            f"The service {service} sent an answer of another version.", code="service_broken"
        ) from error
    return [CaptionAnswer(tuple(captions), device, timings) for captions in found]


def _captioned(item: dict[str, Any]) -> CaptionedText:
    return CaptionedText(
        text=str(item["text"]),
        log_probability=item.get("log_probability"),
        words=tuple(str(word) for word in item.get("words") or ()),
        word_log_probabilities=tuple(float(value) for value in item.get("word_log_probabilities") or ()),
        attention=tuple(
            tuple(tuple(float(weight) for weight in row) for row in rows) for rows in item.get("attention") or ()
        ),
    )
