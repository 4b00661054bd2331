"""Take typed values out of a JSON object, one name at a time, and refuse what is left over."""

from __future__ import annotations

import json
import math
from typing import Any, cast

from service.common.errors import MalformedError


def parse_object(text: str | bytes, *, field: str) -> dict[str, Any]:
    """The JSON object in the text. Raises MalformedError naming `field`."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedError(f"{field} is not valid JSON.", field=field) from None
    if not isinstance(value, dict):
        raise MalformedError(f"{field} must be a JSON object.", field=field)
    return value


class Fields:
    """Reads each field at most once; null counts as not given. Raises MalformedError."""

    def __init__(self, body: dict[str, Any]) -> None:
        self._left = dict(body)

    def take(self, name: str) -> Any:
        """The raw value, or None when it is absent or null."""
        return self._left.pop(name, None)

    def integer(self, name: str, default: int, *, low: int, high: int) -> int:
        value = self.optional_integer(name, low=low, high=high)
        return default if value is None else value

    def optional_integer(self, name: str, *, low: int, high: int) -> int | None:
        value = self.take(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            raise MalformedError(f"{name} must be a whole number.", field=name)
        if not low <= value <= high:
            raise MalformedError(f"{name} must be from {low} to {high}.", field=name)
        return value

    def optional_number(self, name: str, *, low: float, high: float) -> float | None:
        value = self.take(name)
        if value is None:
            return None
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise MalformedError(f"{name} must be a number.", field=name)
        # A JSON integer may be too large for a float, and Python's JSON reads NaN and Infinity.
        if not low <= value <= high or not math.isfinite(value):
            raise MalformedError(f"{name} must be from {low:g} to {high:g}.", field=name)
        return float(value)

    def number(self, name: str, default: float, *, low: float, high: float) -> float:
        value = self.optional_number(name, low=low, high=high)
        return default if value is None else value

    def flag(self, name: str) -> bool:
        """True or false; false when absent."""
        value = self.take(name)
        if value is not None and not isinstance(value, bool):
            raise MalformedError(f"{name} must be true or false.", field=name)
        return bool(value)

    def optional_text(self, name: str, *, longest: int) -> str | None:
        value = self.take(name)
        if value is None:
            return None
        if not isinstance(value, str) or len(value) > longest:
            raise MalformedError(f"{name} must be text of at most {longest} letters.", field=name)
        return value

    def texts(self, name: str, *, most: int, longest: int) -> tuple[str, ...]:
        """A list of texts; empty when absent."""
        value = self.take(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            raise MalformedError(f"{name} must be a list of texts.", field=name)
        if len(value) > most:
            raise MalformedError(f"{name} holds more than {most} texts.", field=name)
        if any(len(text) > longest for text in value):
            raise MalformedError(f"{name} holds a text over {longest} letters.", field=name)
        return tuple(cast("list[str]", value))

    def end(self) -> None:
        """Refuse a field that nobody took: a misspelt option must not be ignored silently."""
        for name in self._left:
            raise MalformedError(f"{name!r} is not an option here.", field=name)
