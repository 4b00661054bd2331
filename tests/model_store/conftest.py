"""A hub of our own, and a store that knows nothing else."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.model_store import ModelStore, Sources, http
from tests.hub import Hub, running_hub


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running_hub() as hub:
        yield hub


@pytest.fixture
def store(hub: Hub, tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models", sources=Sources(hub=hub.url))


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "FIRST_PAUSE_S", 0.001)


@pytest.fixture(autouse=True)
def _short_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A read brings what the socket holds, on a busy machine a whole small file: nothing could be stopped half-way."""
    monkeypatch.setattr(http, "CHUNK_BYTES", 1 << 14)


@pytest.fixture
def content() -> bytes:
    return os.urandom(300_000)
