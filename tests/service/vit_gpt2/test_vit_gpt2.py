"""ViT-GPT2: the conversion, against transformers where it is installed, and what the engine says afterwards."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mlval.random_weights.vit_gpt2 import TINY, write
from service.common.options import CaptionOptions
from service.vit_gpt2.engine import Engine
from tests.service.blip.conftest import IMAGES
from tests.service.harness import ROOT


def convert(source: Path, target: Path) -> tuple[int, dict[str, Any]]:
    """Run the conversion as the service does; its exit status and its last line."""
    target.mkdir()
    ended = subprocess.run(
        [sys.executable, "-m", "service.vit_gpt2.convert", "vit-gpt2", str(source), str(target)],
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", ""), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        check=False,
        timeout=600,
    )
    return ended.returncode, json.loads(ended.stdout.splitlines()[-1])


def test_it_converts_and_captions(tmp_path: Path) -> None:
    source = write(tmp_path / "source", TINY)
    status, last = convert(source, tmp_path / "target")
    assert status == 0, last
    assert last["report"]["int8_with_fp32"]["cosine"] >= 0.99
    if all(map(importlib.util.find_spec, ("torch", "transformers"))):
        assert last["report"]["fp32_with_pytorch"]["captions"] == 1.0
    engine = Engine(device="cpu", threads=1)
    engine.load(tmp_path / "target")
    for options in (CaptionOptions(), CaptionOptions(num_beams=1), CaptionOptions(temperature=1.0, num_captions=2)):
        together = engine.caption(IMAGES, options)
        assert together == [engine.caption([image], options)[0] for image in IMAGES]
        assert all(captions[0].text.startswith("word") for captions in together)
    said = engine.caption(IMAGES[:1], CaptionOptions(max_words=16))[0][0].words
    threes = [said[at : at + 3] for at in range(len(said) - 2)]
    assert len(set(threes)) == len(threes)


@pytest.mark.parametrize("name", ["config.json", "vocab.json", "preprocessor_config.json", "model.safetensors"])
def test_damaged_files_are_refused(tmp_path: Path, name: str) -> None:
    source = write(tmp_path / "source", TINY)
    (source / name).write_bytes((source / name).read_bytes()[:50])
    status, last = convert(source, tmp_path / "target")
    assert status == 1
    assert list(last) == ["error"]
