"""From an HTTP request to checked Inputs, one function for each task of the contract."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, TypedDict

from flask import Request

from service.common.errors import BadImage, MalformedError
from service.common.family import Inputs, batch_key
from service.common.fields import Fields, parse_object
from service.common.options import CaptionOptions, GenerateOptions, ReadOptions, take_messages

_MOST_TEXTS = 256
_LONGEST_TEXT = 10_000
_LONGEST_PREFIX = 200
_LONGEST_S = 86_400.0


def parse_caption(request: Request, max_batch: int) -> Inputs:
    """One or more `image` parts, and `options` (CaptionOptions, _Common) as JSON."""
    return _picture_inputs(request, max_batch, CaptionOptions)


def parse_read(request: Request, max_batch: int) -> Inputs:
    """One or more `image` parts, and `options` (ReadOptions, _Common) as JSON."""
    return _picture_inputs(request, max_batch, ReadOptions)


def parse_score(request: Request, max_batch: int) -> Inputs:
    """One `image` part, `texts` as a JSON list, and `options` (prefix, _Common)."""
    blobs = _images(request, 1)
    texts = _texts(request)
    if not blobs:
        raise MalformedError("Send the picture as the multipart part `image`.", field="image")
    if not texts:
        raise MalformedError("Send `texts`, a JSON list with at least one text.", field="texts")
    fields = _options(request)
    prefix = fields.optional_text("prefix", longest=_LONGEST_PREFIX) or ""
    return _embedding_inputs(fields, blobs, {"texts": texts, "prefix": prefix})


def parse_embed(request: Request, max_batch: int) -> Inputs:
    """Any number of `image` parts, `texts`, or both, and `options` (_Common)."""
    blobs = _images(request, max_batch)
    texts = _texts(request)
    if not blobs and not texts:
        raise MalformedError("Send `image`, `texts`, or both.", field="image")
    return _embedding_inputs(_options(request), blobs, {"texts": texts})


def parse_generate(request: Request, max_batch: int) -> Inputs:
    """A JSON body: messages, GenerateOptions, _Common, stream."""
    fields = Fields(parse_object(request.get_data(), field="body"))
    common = _common(fields)
    stream = fields.flag("stream")
    messages = [asdict(message) for message in take_messages(fields)]
    options = {"messages": messages, "generate": asdict(GenerateOptions.take(fields))}
    fields.end()
    return Inputs(options, stream=stream, **common)


def _picture_inputs(request: Request, max_batch: int, kind: type[CaptionOptions] | type[ReadOptions]) -> Inputs:
    blobs = _images(request, max_batch)
    if not blobs:
        raise MalformedError("Send the picture as the multipart part `image`.", field="image")
    fields = _options(request)
    common = _common(fields)
    options = asdict(kind.take(fields))
    fields.end()
    return Inputs(options, blobs, batch_key=batch_key(options), **common)


def _embedding_inputs(fields: Fields, blobs: tuple[bytes, ...], options: dict[str, Any]) -> Inputs:
    common = _common(fields)
    fields.end()
    return Inputs(options, blobs, batch_key=batch_key({}), **common)


class _Common(TypedDict):
    """What every task takes, as keywords of Inputs."""

    model: str | None
    deadline_s: float | None
    idle_timeout_s: float | None


def _common(fields: Fields) -> _Common:
    return {
        "model": fields.optional_text("model", longest=100),
        "deadline_s": fields.optional_number("deadline_s", low=0.0, high=_LONGEST_S),
        "idle_timeout_s": fields.optional_number("idle_timeout_s", low=0.1, high=_LONGEST_S),
    }


def _images(request: Request, most: int) -> tuple[bytes, ...]:
    """The bytes of each `image` part. Raises MalformedError, or BadImage for an empty one."""
    parts = request.files.getlist("image")
    if "image" in request.form:
        raise MalformedError("`image` must be sent as a file part.", field="image")
    if len(parts) > most:
        raise MalformedError(f"At most {most} pictures fit in one request.", field="image")
    blobs = tuple(part.read() for part in parts)
    if not all(blobs):
        raise BadImage("The picture is empty: 0 bytes.")
    return blobs


def _options(request: Request) -> Fields:
    """The `options` part, sent as a field or as a file; nothing means all defaults."""
    text: str | bytes = request.form.get("options", "")
    if "options" in request.files:
        text = request.files["options"].read()
    return Fields(parse_object(text, field="options") if text else {})


def _texts(request: Request) -> list[str]:
    """The `texts` part: a JSON list of texts; empty when there is none."""
    text = request.form.get("texts")
    if text is None:
        return []
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedError("texts is not valid JSON.", field="texts") from None
    return list(Fields({"texts": value}).texts("texts", most=_MOST_TEXTS, longest=_LONGEST_TEXT))
