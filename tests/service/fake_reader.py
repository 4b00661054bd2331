"""`python -m tests.service.fake_reader`: an ocr service that reads what the file lines.json says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from service.common.family import Family
from service.common.protocols import Box, Line, Stop, never
from service.common.serve import serve
from service.common.tasks import READ


class Engine:
    def __init__(self, device: str, threads: int) -> None:
        self.device = "cpu"
        self.provider = "fake"
        self._folder = Path()

    def load(self, weights: Path) -> None:
        self._folder = weights

    def unload(self) -> None:
        pass

    def read(self, images: Sequence[Any], stop: Stop = never) -> list[list[Line]]:
        """[[text, confidence], …] of the file, for every picture; leaves a trace of being asked."""
        with (self._folder / "asked.txt").open("a", encoding="utf-8") as trace:
            trace.write("asked\n")
        lines = json.loads((self._folder / "lines.json").read_text(encoding="utf-8"))
        return [[Line(text, sure, Box(0, 0, 1, 0.1)) for text, sure in lines] for _ in images]


FAMILY = Family(
    name="ocr",
    engine="tests.service.fake_reader:Engine",
    tasks=(READ,),
    default_port=8997,
    required_files=("lines.json",),
)

if __name__ == "__main__":
    serve(FAMILY)
