"""From messages to the text a model was trained on: the template inside its GGUF, by Jinja.

A template comes from a download, so it runs in Jinja's sandbox, which reaches no Python object.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from typing import Any, NoReturn

import jinja2
import jinja2.sandbox

from service.common.errors import MalformedError, WeightsError
from service.common.options import Message


class ChatTemplate:
    """One model's template. Raises WeightsError if it cannot be compiled."""

    def __init__(self, source: str, *, bos: str, eos: str) -> None:
        environment = jinja2.sandbox.ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
        )
        # As transformers does, which templates are written for: no HTML escapes.
        environment.filters["tojson"] = _to_json
        environment.globals.update(
            bos_token=bos,
            eos_token=eos,
            add_generation_prompt=True,
            # A model that can think aloud is asked not to: the answer is bound or short.
            enable_thinking=False,
            raise_exception=_refuse,
            strftime_now=_strftime_now,
        )
        try:
            self._template = environment.from_string(source)
        except jinja2.TemplateError as error:
            raise WeightsError(f"the model's chat template cannot be read: {error}") from None

    def text(self, messages: Sequence[Message]) -> str:
        """The conversation up to where the model goes on.

        A template that knows no system role, or passes over it, gets the system's text at the
        head of the first user message. Raises MalformedError if it refuses the messages.
        """
        try:
            text = self._render(messages)
        except MalformedError:
            if (merged := _merged(messages)) is None:
                raise
            return self._render(merged)
        systems = [message.content.strip() for message in messages if message.role == "system"]
        if all(system in text for system in systems):
            return text
        merged = _merged(messages)
        return text if merged is None else self._render(merged)

    def _render(self, messages: Sequence[Message]) -> str:
        plain = [{"role": message.role, "content": message.content} for message in messages]
        try:
            return self._template.render(messages=plain)
        except (jinja2.TemplateError, TypeError, ValueError, RecursionError) as error:
            raise MalformedError(
                f"The model's chat template does not take these messages: {error}", field="messages"
            ) from None


def _merged(messages: Sequence[Message]) -> list[Message] | None:
    """Leading system messages moved into the user message behind them; None if there is none."""
    systems = [message.content for message in messages if message.role == "system"]
    rest = [message for message in messages if message.role != "system"]
    if not systems or not rest or rest[0].role != "user":
        return None
    first = Message("user", "\n\n".join([*systems, rest[0].content]))
    return [first, *rest[1:]]


def _refuse(why: str) -> NoReturn:
    raise jinja2.TemplateError(str(why))


def _strftime_now(pattern: str) -> str:
    return datetime.datetime.now().astimezone().strftime(pattern)


def _to_json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)
