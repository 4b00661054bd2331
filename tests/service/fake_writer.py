"""An engine that writes what its one file, say.json, says; the file is read anew for every request.

{"text": the whole answer} or {"caption": …, "keywords": […]}, in which {sentence} stands for the one that came, without
its stop; {"piece_s": seconds a letter, "dies": true}. What it was asked goes to asked.jsonl.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from service.common.errors import CancelledError
from service.common.options import GenerateOptions, Message
from service.common.protocols import Piece, Stop, never


class Engine:
    def __init__(self, device: str, threads: int) -> None:
        self.device = "cpu"
        self.provider = "fake"
        self._folder = Path()

    def load(self, weights: Path) -> None:
        self._folder = weights

    def unload(self) -> None:
        pass

    def generate(self, messages: Sequence[Message], options: GenerateOptions, stop: Stop = never) -> Iterator[Piece]:
        """The answer letter by letter, up to max_tokens letters."""
        say: dict[str, Any] = json.loads((self._folder / "say.json").read_text(encoding="utf-8"))
        self._note("asked.jsonl", {"messages": [asdict(message) for message in messages], "options": asdict(options)})
        text = say.get("text") or _as_json(say, messages[-1].content)
        try:
            for letter in text[: options.max_tokens]:
                _wait(say.get("piece_s", 0), stop)
                yield Piece(letter)
                if say.get("dies"):
                    os.kill(os.getpid(), signal.SIGKILL)
            yield Piece("", "length" if len(text) > options.max_tokens else "stop")
        finally:
            self._note("ended.jsonl", {})

    def _note(self, name: str, what: dict[str, Any]) -> None:
        with (self._folder / name).open("a", encoding="utf-8") as trace:
            trace.write(json.dumps(what) + "\n")


def _as_json(say: dict[str, Any], data: str) -> str:
    sentence = json.loads(data)["sentence"].rstrip(".")
    caption = say["caption"].replace("{sentence}", sentence)
    return json.dumps({"caption": caption, "keywords": say.get("keywords", [])})


def _wait(seconds: float, stop: Stop) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if stop():
            raise CancelledError
        time.sleep(0.01)
