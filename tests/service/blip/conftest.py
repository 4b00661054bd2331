"""Tiny BLIP captioners: as published, and as the real conversion makes them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mlval.random_weights.blip import TINY, write_huggingface
from tests.service.harness import ROOT

IMAGES = [
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (5, 7, 3), dtype=np.uint8)).resize((90, 70))
    for seed in range(6)
]


def convert(kind: str, source: Path, target: Path) -> tuple[int, list[dict[str, Any]]]:
    """Run the conversion as the service does; its exit status and its lines."""
    target.mkdir(parents=True, exist_ok=True)
    ended = subprocess.run(
        [sys.executable, "-m", "service.blip.convert", kind, str(source), str(target)],
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", ""), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        check=False,
        timeout=600,
    )
    return ended.returncode, [json.loads(line) for line in ended.stdout.splitlines()]


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as Hugging Face serves it."""
    return write_huggingface(tmp_path_factory.mktemp("published"), TINY)


@pytest.fixture(scope="session")
def blip_folder(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """WEIGHTS_DIR with one converted captioner, `tiny`."""
    folder = tmp_path_factory.mktemp("blip")
    status, lines = convert("blip-huggingface", published, folder / "tiny")
    assert status == 0, lines
    return folder
