"""The engines run on a CPU without SSE4, AVX and AVX2, and say there what they say here.

qemu-x86_64 -cpu Conroe is Intel's Core 2 of 2006: SSSE3 and nothing newer.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from service.clip_score.engine import Engine
from tests.service.clip_score.tiny_clip import TEXTS, golden, write_source
from tests.service.golden import PICTURES, SAYS, bundled
from tests.service.harness import ROOT

QEMU = shutil.which("qemu-x86_64") or shutil.which("qemu-x86_64-static")

pytestmark = [
    pytest.mark.qemu,
    pytest.mark.skipif(QEMU is None, reason="qemu-x86_64 is not installed (Debian: apt-get install qemu-user)"),
]


def old_cpu(*arguments: str) -> str:
    """What `python ARGUMENTS` prints on that CPU."""
    assert QEMU is not None
    ended = subprocess.run(
        [QEMU, "-cpu", "Conroe", sys.executable, *arguments],
        cwd=ROOT,
        # Nothing else of our environment: OPENBLAS_CORETYPE=Haswell, say, would be obeyed.
        env={"PATH": os.environ.get("PATH", ""), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    return ended.stdout


def test_the_cpu_is_old() -> None:
    """Otherwise the tests below would prove nothing."""
    code = "import numpy._core._multiarray_umath as m, json; print(json.dumps(m.__cpu_features__))"
    features = json.loads(old_cpu("-c", code))
    assert features["SSSE3"]
    assert not any(features[name] for name in ("SSE41", "SSE42", "AVX", "AVX2", "FMA3"))


@pytest.mark.parametrize("family", sorted(SAYS))
@pytest.mark.parametrize("which", ["tiny", "bundled"])
def test_it_says_the_same(family: str, which: str, captioner_folder: Path, scorer_folder: Path) -> None:
    folder = {"im2txt": captioner_folder, "clip_score": scorer_folder}[family] / "tiny"
    if which == "bundled":
        folder = bundled(family)
        if not (folder / "config.json").is_file():
            pytest.skip(f"service/{family}/bundled holds no model yet; this runs once one is shipped")
    # Emulated, a picture takes the real encoder ten seconds: one is enough to prove the point.
    names = ["shore"] if which == "bundled" else list(PICTURES)
    there = json.loads(old_cpu("-m", "tests.service.golden", family, str(folder), *names))["says"]
    here = SAYS[family](folder, names)
    for name in here:
        assert there[name] == (here[name] if family == "im2txt" else pytest.approx(here[name], abs=2e-3))


def test_a_model_is_converted_there_too(tmp_path: Path) -> None:
    """Neither onnx nor the graphs of int8 need more than that CPU has."""
    source = write_source(tmp_path / "source")
    (tmp_path / "target").mkdir()
    lines = old_cpu("-m", "service.clip_score.convert", "clip-huggingface", str(source), str(tmp_path / "target"))
    assert json.loads(lines.splitlines()[-1])["report"]["precision"] == "int8"
    engine = Engine(device="cpu", threads=1)
    engine.load(tmp_path / "target")
    assert (engine.embed_texts(TEXTS) * golden()["texts"]).sum(axis=1).min() > 0.99
