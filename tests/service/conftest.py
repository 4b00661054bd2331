"""Services as real processes, with tiny models."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.service.harness import Service, running
from tests.service.tiny_models import write_captioner, write_scorer

StartFake = Callable[..., Service]


@pytest.fixture(scope="session")
def captioner_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """WEIGHTS_DIR with two tiny captioners, `tiny` and `other`."""
    folder = tmp_path_factory.mktemp("captioners")
    write_captioner(folder / "tiny", seed=0, model_id="tiny")
    write_captioner(folder / "other", seed=1, model_id="other")
    return folder


@pytest.fixture(scope="session")
def scorer_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """WEIGHTS_DIR with one tiny scorer, `tiny`."""
    folder = tmp_path_factory.mktemp("scorers")
    write_scorer(folder / "tiny")
    return folder


@pytest.fixture(scope="session")
def im2txt(captioner_folder: Path) -> Iterator[Service]:
    """The real captioner family; shared, so a test leaves it as it was."""
    with running("service.im2txt.main", WEIGHTS_DIR=captioner_folder, MAX_IMAGE_BYTES=2_000_000) as service:
        yield service


@pytest.fixture
def start_fake(tmp_path: Path) -> Iterator[StartFake]:
    """Start the fake family: `start_fake(engine={...}, QUEUE_SIZE=2)`; the engine's settings are
    those of the model `plain`."""
    with contextlib.ExitStack() as stack:

        def start(engine: dict[str, object] | None = None, **environment: object) -> Service:
            write_fake(tmp_path, "plain", **(engine or {}))
            return stack.enter_context(running("tests.service.fake_family", WEIGHTS_DIR=tmp_path, **environment))

        yield start


def write_fake(weights_dir: Path, model: str, **settings: object) -> None:
    """Weights of the fake engine."""
    (weights_dir / model).mkdir(exist_ok=True)
    (weights_dir / model / "fake.json").write_text(json.dumps(settings), encoding="utf-8")


@pytest.fixture
def trace(tmp_path: Path) -> Callable[[], list[str]]:
    """What the fake engine's model `plain` did so far."""

    def read() -> list[str]:
        path = tmp_path / "plain" / "trace.txt"
        return path.read_text(encoding="utf-8").split("\n")[:-1] if path.exists() else []

    return read
