"""Have the product use a language model's service of the tests, which writes what it is told to."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pytest_django import Settings

from api.model_registry import ModelRegistry
from tests.model_store.entries import entry
from tests.service.harness import Service, running

MODEL_ID = "tiny-llm"
ENTRY = entry(model_id=MODEL_ID, task="llm", service="llm", label="Tiny LLM", bundled=True, languages=("en", "de"))


class Writer:
    """A running service and the folder of its model."""

    def __init__(self, service: Service, folder: Path) -> None:
        self.service = service
        self._folder = folder

    def say(self, caption: str = "", keywords: tuple[str, ...] = (), **how: Any) -> None:
        """Answer so from now on, see tests/service/fake_writer.py; what was asked so far is forgotten."""
        (self._folder / "asked.jsonl").unlink(missing_ok=True)
        (self._folder / "ended.jsonl").unlink(missing_ok=True)
        text = json.dumps({"caption": caption, "keywords": list(keywords), **how})
        (self._folder / "say.json").write_text(text, encoding="utf-8")

    def asked(self) -> list[dict[str, Any]]:
        return self._lines("asked.jsonl")

    def ended(self) -> int:
        """How many answers came to an end, whole or not."""
        return len(self._lines("ended.jsonl"))

    def _lines(self, name: str) -> list[dict[str, Any]]:
        path = self._folder / name
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


@contextlib.contextmanager
def running_writer(root: Path) -> Iterator[Writer]:
    folder = root / MODEL_ID
    folder.mkdir()
    (folder / "say.json").write_text("{}", encoding="utf-8")
    with running("tests.service.fake_llm", WEIGHTS_DIR=root) as service:
        yield Writer(service, folder)


def use_llm(settings: Settings, url: str) -> None:
    """Point the product at the service, with its model chosen."""
    real: ModelRegistry = settings.MODEL_REGISTRY
    services = tuple(replace(service, available=True) for service in real.services)
    settings.MODEL_REGISTRY = replace(real, services=services, models=(*real.models, ENTRY))
    settings.SERVICE_URLS = {**settings.SERVICE_URLS, "llm": url}
    settings.SITE_SETTING_OVERRIDES = {**settings.SITE_SETTING_OVERRIDES, "LLM_MODEL": MODEL_ID}
