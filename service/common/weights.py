"""Read the JSON files beside a model's weights, with errors that say what is wrong where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from service.common.errors import WeightsError

# 2 adds values to 1 (ways of resizing, tokenizers, decoders without attention), so that an older version says
# that it has to be updated; what 1 knows is read alike from both.
FORMATS = (1, 2)


class WeightsFile:
    """A JSON object on disk whose `format` this code knows."""

    def __init__(self, path: Path) -> None:
        """Raises WeightsError if the file is missing, not JSON, or of another format."""
        self.path = path
        try:
            body = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise WeightsError(f"{path} cannot be read: {error}") from None
        if not isinstance(body, dict) or body.get("format") not in FORMATS:
            found = body.get("format") if isinstance(body, dict) else None
            raise WeightsError(
                f"{path} has format {found!r}, but this version reads format {FORMATS[-1]}; "
                "update the service or install weights that fit it."
            )
        self._body: dict[str, Any] = body

    def text(self, name: str) -> str:
        value = self._body.get(name)
        if not isinstance(value, str):
            raise self._wrong(name, "a text")
        return value

    def choice(self, name: str, known: tuple[str, ...]) -> str:
        """A text that this code knows how to follow."""
        value = self.text(name)
        if value not in known:
            raise self._wrong(name, f"one of {', '.join(known)}, not {value!r}")
        return value

    def integer(self, name: str, *, low: int = 0) -> int:
        value = self._body.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < low:
            raise self._wrong(name, f"a whole number of at least {low}")
        return value

    def integers(self, name: str) -> tuple[int, ...]:
        value = self._body.get(name)
        if not isinstance(value, list) or not all(type(item) is int and item >= 0 for item in value):
            raise self._wrong(name, "a list of whole numbers")
        return tuple(value)

    def number(self, name: str) -> float:
        value = self._body.get(name)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self._wrong(name, "a number")
        return float(value)

    def numbers(self, name: str, count: int) -> tuple[float, ...]:
        value = self._body.get(name)
        if (
            not isinstance(value, list)
            or len(value) != count
            or not all(isinstance(item, int | float) for item in value)
        ):
            raise self._wrong(name, f"a list of {count} numbers")
        return tuple(float(item) for item in value)

    def has(self, name: str) -> bool:
        """Whether there is a value, and not null."""
        return self._body.get(name) is not None

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._body.get(name)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._wrong(name, "a list of texts")
        return tuple(value)

    def _wrong(self, name: str, wanted: str) -> WeightsError:
        return WeightsError(f"{self.path}: {name} must be {wanted}.")
