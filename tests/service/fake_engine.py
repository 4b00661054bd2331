"""An engine without a model, for what the host must do whatever the family.

Its weights are one file, fake.json, whose values say how it behaves. What it does to itself on
request, a real engine does by accident.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from service.common.errors import CancelledError, WeightsError
from service.common.options import CaptionOptions, GenerateOptions, Message
from service.common.protocols import Caption, Piece, Stop, never

if TYPE_CHECKING:
    from PIL.Image import Image


class Engine:
    def __init__(self, device: str, threads: int) -> None:
        self.device = "cpu"
        self.provider = "fake"
        self._settings: dict[str, Any] = {}
        self._folder = Path()
        self._ballast = b""

    def load(self, weights: Path) -> None:
        self._folder = weights
        self._settings = json.loads((weights / "fake.json").read_text(encoding="utf-8"))
        # Of ones: pages of zeros need no memory.
        self._ballast = b"\1" * self._settings.get("allocate_bytes", 0)
        time.sleep(self._settings.get("load_s", 0))
        if "load_error" in self._settings:
            raise WeightsError(self._settings["load_error"])
        if self._settings.get("dies_on_load"):
            os.kill(os.getpid(), signal.SIGKILL)

    def unload(self) -> None:
        self._note("unloaded")

    def caption(self, images: Sequence[Image], options: CaptionOptions, stop: Stop = never) -> list[list[Caption]]:
        """One caption per picture: `text` of the settings, or its size and how many shared the batch.

        Takes caption_s; with max_words 1, no time at all.
        """
        self._note(f"captioning {len(images)}")
        until = time.monotonic() + (0 if options.max_words == 1 else self._settings.get("caption_s", 0))
        while time.monotonic() < until:
            if stop() and not self._settings.get("ignores_stop"):
                self._note("stopped")
                raise CancelledError
            time.sleep(0.01)
        if "text" in self._settings:
            return [[Caption(self._settings["text"], -1.0)] for _ in images]
        name = self._settings.get("name", "fake")
        return [[Caption(f"{name} {image.width}x{image.height} of {len(images)}", -1.0)] for image in images]

    def generate(self, messages: Sequence[Message], options: GenerateOptions, stop: Stop = never) -> Iterator[Piece]:
        """Repeat the words of the last message, up to max_tokens."""
        words = messages[-1].content.split()
        until = time.monotonic() + self._settings.get("prompt_s", 0)
        try:
            while time.monotonic() < until:
                if stop():
                    raise CancelledError
                time.sleep(0.01)
            for index in range(options.max_tokens):
                word = words[index % len(words)]
                if word == "crash":
                    os.kill(os.getpid(), signal.SIGKILL)
                if word == "raise":
                    raise ValueError("the engine raised")
                time.sleep(self._settings.get("piece_s", 0))
                is_last = index + 1 == options.max_tokens
                details = {"prompt_words": len(words)} if is_last else None
                yield Piece(f"{word} ", "length" if is_last else None, details)
        finally:
            self._note("closed")

    def _note(self, text: str) -> None:
        """Leave a trace that a test can read."""
        with (self._folder / "trace.txt").open("a", encoding="utf-8") as trace:
            trace.write(f"{text}\n")
