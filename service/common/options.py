"""What a caller may ask of an engine; checked in the front, handed to the engine in the child."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from service.common.errors import MalformedError
from service.common.fields import Fields

_MOST_CAPTIONS = 10
_LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True)
class CaptionOptions:
    """How to caption; the same options and picture give the same captions.

    max_words, num_beams: None means what the model's own files say; one beam is greedy.
    temperature: 0 searches for the most likely captions; above it, captions are drawn at random
    from `seed`, and `num_beams` does not matter.
    explain: also give, for each word, where the model looked and how sure it was.
    """

    max_words: int | None = None
    num_beams: int | None = None
    num_captions: int = 1
    temperature: float = 0.0
    seed: int = 0
    explain: bool = False

    @classmethod
    def take(cls, fields: Fields) -> CaptionOptions:
        """Read these options from a request. Raises MalformedError with the field."""
        return cls(
            max_words=fields.optional_integer("max_words", low=1, high=100),
            num_beams=fields.optional_integer("num_beams", low=1, high=_MOST_CAPTIONS),
            num_captions=fields.integer("num_captions", 1, low=1, high=_MOST_CAPTIONS),
            temperature=fields.number("temperature", 0.0, low=0.0, high=5.0),
            seed=fields.integer("seed", 0, low=0, high=_LARGEST_SEED),
            explain=fields.flag("explain"),
        )


@dataclass(frozen=True)
class ReadOptions:
    """How to read. min_confidence: lines that the model is less sure of are left out."""

    min_confidence: float = 0.5

    @classmethod
    def take(cls, fields: Fields) -> ReadOptions:
        """Read these options from a request. Raises MalformedError with the field."""
        return cls(min_confidence=fields.number("min_confidence", cls.min_confidence, low=0.0, high=1.0))


@dataclass(frozen=True)
class Message:
    """One turn of a conversation; role is system, user or assistant."""

    role: str
    content: str


@dataclass(frozen=True)
class GenerateOptions:
    """How to continue a conversation.

    grammar (GBNF) or json_schema bind the output; at most one of them is set.
    temperature 0 takes the most likely token each time.
    """

    max_tokens: int = 256
    temperature: float = 0.0
    seed: int = 0
    grammar: str | None = None
    json_schema: dict[str, Any] | None = None
    stop: tuple[str, ...] = ()

    @classmethod
    def take(cls, fields: Fields) -> GenerateOptions:
        """Read these options from a request. Raises MalformedError with the field."""
        schema = fields.take("json_schema")
        if schema is not None and not isinstance(schema, dict):
            raise MalformedError("json_schema must be a JSON object.", field="json_schema")
        grammar = fields.optional_text("grammar", longest=100_000)
        if schema is not None and grammar is not None:
            raise MalformedError("Give grammar or json_schema, not both.", field="grammar")
        return cls(
            max_tokens=fields.integer("max_tokens", 256, low=1, high=32_768),
            temperature=fields.number("temperature", 0.0, low=0.0, high=5.0),
            seed=fields.integer("seed", 0, low=0, high=_LARGEST_SEED),
            grammar=grammar,
            json_schema=schema,
            stop=fields.texts("stop", most=16, longest=200),
        )


def take_messages(fields: Fields) -> list[Message]:
    """Read `messages`, at least one. Raises MalformedError with the field."""
    raw = fields.take("messages")
    if not isinstance(raw, list) or not raw:
        raise MalformedError("messages must be a list with at least one.", field="messages")
    return [_message(item) for item in raw]


def _message(item: Any) -> Message:
    if not isinstance(item, dict) or set(item) != {"role", "content"}:
        raise MalformedError("A message has a role and a content.", field="messages")
    role, content = item["role"], item["content"]
    if role not in ("system", "user", "assistant") or not isinstance(content, str):
        raise MalformedError("A message's role is system, user or assistant, its content text.", field="messages")
    return Message(role, content)
