"""The captioners' wire contract: picture in, sentences out."""

import json
from dataclasses import dataclass
from typing import Any

from api.clients.base import service_post
from api.errors import ServiceUnavailableError
from api.model_registry import ModelEntry


@dataclass(frozen=True, slots=True)
class CaptionedText:
    """One sentence; `log_probability` is the sum over its words, natural logarithm."""

    text: str
    log_probability: float | None


@dataclass(frozen=True, slots=True)
class CaptionAnswer:
    captions: tuple[CaptionedText, ...]
    device: str
    timings: dict[str, float]


def caption_image(image: bytes, *, model: ModelEntry, options: dict[str, Any]) -> CaptionAnswer:
    """Ask the model's service for captions of one picture, best first.

    image: an encoded picture. options: the contract's (num_captions, num_beams, max_words, temperature, seed).
    Raises ServiceUnavailableError and ServiceRejectedError.
    """
    body = service_post(
        model.service,
        "/caption",
        files={"image": ("image", image, "application/octet-stream")},
        data={"options": json.dumps({"model": model.id, **options})},
    )
    try:
        captions = tuple(CaptionedText(str(item["text"]), item.get("log_probability")) for item in body["captions"])
        return CaptionAnswer(captions, str(body.get("device", "")), dict(body.get("timings", {})))
    except (KeyError, TypeError, ValueError) as error:
        raise ServiceUnavailableError(
            f"The service {model.service} sent an answer of another version.", code="service_broken"
        ) from error
