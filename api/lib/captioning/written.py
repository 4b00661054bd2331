"""The answer of a language model: {"caption": …, "keywords": […]}, read whole or while it is being written."""

import json
import re
from dataclasses import dataclass

from api.lib.captioning.taste import MOST_KEYWORDS

CAPTION_STARTS = re.compile(r'"caption"\s*:\s*"')
HALF_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?$")
HALF_PAIR = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}(?:\\?|\\u[0-9a-fA-F]{0,3})$")
STRING_ENDS = re.compile(r'(?<!\\)(?:\\\\)*"')


class UnreadableAnswerError(ValueError):
    """The answer is not the JSON that was asked for; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a language model answered. Keywords are in one line each, without repetition."""

    caption: str
    keywords: tuple[str, ...] = ()


def read_answer(text: str) -> Written:
    """Return the caption and keywords of a complete answer. Raises UnreadableAnswerError."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableAnswerError("The answer is not JSON.") from error
    if not isinstance(body, dict) or not isinstance(body.get("caption"), str):
        raise UnreadableAnswerError("The answer has no caption.")
    keywords = body.get("keywords", [])
    if not isinstance(keywords, list) or not all(isinstance(word, str) for word in keywords):
        raise UnreadableAnswerError("The keywords are no list of texts.")
    lines = (_one_line(word) for word in keywords)
    return Written(_one_line(body["caption"]), tuple(dict.fromkeys(line for line in lines if line))[:MOST_KEYWORDS])


class CaptionReader:
    """Gives the caption's text as the pieces of the JSON come."""

    def __init__(self) -> None:
        self._text = ""
        self._told = ""

    def add(self, piece: str) -> str:
        """Return what this piece adds to the caption; empty while it adds nothing that can be shown."""
        self._text += piece
        caption = self._caption()
        new, self._told = caption[len(self._told) :], caption
        return new

    def _caption(self) -> str:
        start = CAPTION_STARTS.search(self._text)
        if start is None:
            return self._told
        raw = self._text[start.end() :]
        end = STRING_ENDS.search(raw)
        raw = raw[: end.end() - 1] if end else HALF_PAIR.sub("", HALF_ESCAPE.sub("", _even(raw)))
        try:
            return _without_halves(str(json.loads(f'"{raw}"', strict=False)))
        except ValueError:
            return self._told


def _even(raw: str) -> str:
    """Return the text without a last backslash that begins an escape."""
    slashes = len(raw) - len(raw.rstrip("\\"))
    return raw[:-1] if slashes % 2 else raw


def _without_halves(text: str) -> str:
    """A lone half of a surrogate pair is legal JSON and no text."""
    return text.encode("utf-8", "ignore").decode()


def _one_line(text: str) -> str:
    return " ".join(_without_halves(text).replace("\x00", " ").split())
