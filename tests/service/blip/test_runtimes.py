"""PyTorch and ONNX Runtime, the two runtimes of BLIP, say the same from the conversion's own folders."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mlval.random_weights.blip import TINY, write_original
from service.blip.graphs import Blip
from service.common.checkpoint import read_checkpoint
from service.common.options import CaptionOptions
from service.common.state_dict import StateDict
from service.common.transformer_captioner import TransformerCaptioner
from tests.service.blip.conftest import IMAGES, convert
from tests.service.harness import ROOT

WHY = "not installed: run `make install-blip`"
torch = pytest.importorskip("torch", reason=f"torch is {WHY}")
pytest.importorskip("transformers", reason=f"transformers is {WHY}")
# More would wait for each other at every operator of a model that small.
torch.set_num_threads(1)


def test_both_runtimes_say_the_same(tmp_path: Path) -> None:
    """From Salesforce's checkpoint."""
    import json

    from service.blip.convert import read_source, write_folder
    from service.blip.torch_captioner import TorchCaptioner

    source_folder = write_original(tmp_path / "source", TINY, seed=5)
    (tmp_path / "converted").mkdir()
    status, lines = convert("blip-original", source_folder, tmp_path / "converted")
    assert status == 0, lines
    report = lines[-1]["report"]
    assert report["fp32_with_pytorch"]["captions"] == 1.0
    assert report["int8_with_fp32"]["cosine"] >= 0.99
    config = json.loads((tmp_path / "converted" / "transformers.json").read_text())
    tensors = read_checkpoint(tmp_path / "converted" / "model.safetensors")
    source = read_source(source_folder, config, tensors)
    (tmp_path / "fp32").mkdir()
    write_folder(tmp_path / "fp32", source, Blip.read(StateDict(tensors), source.architecture), int8=False)
    graphs = TransformerCaptioner("cpu", 1)
    graphs.load(tmp_path / "fp32")
    pytorch = TorchCaptioner("cpu")
    pytorch.load(tmp_path / "converted")
    for options in (CaptionOptions(num_beams=1), CaptionOptions(num_captions=3, explain=True)):
        for one, other in zip(graphs.caption(IMAGES, options), pytorch.caption(IMAGES, options), strict=True):
            assert [caption.text for caption in one] == [caption.text for caption in other]
            for first, second in zip(one, other, strict=True):
                assert first.log_probability == pytest.approx(second.log_probability, abs=1e-3)
                assert first.word_log_probabilities == pytest.approx(second.word_log_probabilities, abs=1e-3)
    drawn = CaptionOptions(temperature=1.0, num_captions=3, seed=4)
    assert pytorch.caption(IMAGES[:2], drawn)[1] == pytorch.caption(IMAGES[1:2], drawn)[0]


def test_the_bench_of_batches_runs_pytorch_without_a_card(blip_folder: Path) -> None:
    from mlval.bench.blip_batches import measure_here

    found = measure_here("pytorch", blip_folder / "tiny", "cpu", [1, 2], 6)
    assert found["provider"] == "PyTorch"
    assert found["batch_2"] > 0


def test_the_bench_compares(published: Path, tmp_path: Path) -> None:
    """With a tiny model: that of true size takes minutes and gigabytes."""
    shutil.copytree(published, tmp_path / "source")
    (tmp_path / "source" / ".complete").touch()
    command = [sys.executable, "-m", "mlval.bench.blip", "--folder", str(tmp_path)]
    command += ["--pictures", "1", "--parity", "3", "--threads", "1"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert ended.returncode == 0, ended.stderr
    for line in ("transformers", "fp32 against transformers", "int8 against transformers", "Gop/s in int8"):
        assert line in ended.stdout, ended.stdout
    assert ended.stdout.count("3 of 3 captions the same, 100.0% of the tokens") >= 2, ended.stdout


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_on_cuda(blip_folder: Path) -> None:
    """Half precision says nearly the same, in batches as alone, and gives its memory back."""
    from service.blip.engine import Engine

    engine, on_cpu = Engine("cuda"), Engine("cpu")
    engine.load(blip_folder / "tiny")
    on_cpu.load(blip_folder / "tiny")
    assert (engine.device, engine.provider) == ("cuda", "PyTorch")
    assert engine.vram_bytes() > 0
    options = CaptionOptions(num_beams=3)
    together = engine.caption(IMAGES, options)
    assert [engine.caption([image], options)[0][0].text for image in IMAGES] == [own[0].text for own in together]
    engine.unload()
    assert torch.cuda.memory_allocated() == 0
