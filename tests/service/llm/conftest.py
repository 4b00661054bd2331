"""Tiny language models with random weights, and the service that holds them."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.harness import Service, running

NEEDED = ("llama_cpp", "gguf")
MISSING = [name for name in NEEDED if importlib.util.find_spec(name) is None]
needs_llama = pytest.mark.skipif(bool(MISSING), reason=f"{', '.join(MISSING)} not installed (make install-llm)")


@pytest.fixture(scope="session")
def weights_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """WEIGHTS_DIR with `tiny`, which attends to all it read, and `hybrid`, which has recurrent layers."""
    from mlval.random_gguf import TINY, TINY_HYBRID, write_gguf

    folder = tmp_path_factory.mktemp("llms")
    for name, shape in (("tiny", TINY), ("hybrid", TINY_HYBRID)):
        (folder / name).mkdir()
        write_gguf(folder / name / f"{name}.gguf", shape)
    return folder


@pytest.fixture(scope="session")
def llm(weights_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The real family; shared, so a test leaves it as it was."""
    folder = tmp_path_factory.mktemp("kept") / "prefixes"
    with running("service.llm.main", WEIGHTS_DIR=weights_dir, PREFIX_DIR=folder) as service:
        yield service
