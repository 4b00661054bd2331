"""An exported captioner as int8: it loads, says nearly the same, and is measured."""

from __future__ import annotations

import json
from pathlib import Path

import onnx
import pytest

pytest.importorskip("pycocoevalcap", reason="pycocoevalcap is not installed: run `make install-mlval`")

from mlval.__main__ import main  # noqa: E402
from mlval.captioners import open_upright  # noqa: E402
from mlval.datasets import read_records  # noqa: E402
from mlval.im2txt.int8 import to_int8  # noqa: E402
from service.common.options import CaptionOptions  # noqa: E402
from service.im2txt.engine import Engine  # noqa: E402
from tests.mlval.shapes import write_dataset  # noqa: E402
from tests.service.tiny_models import write_captioner  # noqa: E402


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_dataset(tmp_path / "data")


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    return write_captioner(tmp_path / "exported")


def test_both_are_measured(exported: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "int8"
    command = ["int8", "--captioner", str(exported), "--out", str(out), "--data", str(data), "--limit", "5"]
    assert main([*command, "--may-lose", "1000"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["float32", "int8"]
    assert {path.name for path in out.iterdir()} == {path.name for path in exported.iterdir()}
    assert main([*command, "--may-lose", "-1000"]) == 2
    assert "int8 loses" in capsys.readouterr().err
    assert json.loads((out / "config.json").read_text()) == json.loads((exported / "config.json").read_text())


def test_convolutions_are_whole_numbers_and_batches_do_not_matter(exported: Path, data: Path, tmp_path: Path) -> None:
    float32, int8 = to_int8(exported, tmp_path / "int8", data, photos=4)
    assert set(float32) == set(int8) == {"bleu1", "bleu4", "cider", "ms", "bytes"}
    kinds = {node.op_type for node in onnx.load(str(tmp_path / "int8" / "encoder.onnx")).graph.node}
    assert {"QuantizeLinear", "DequantizeLinear"} <= kinds
    engine = Engine(device="cpu", threads=1)
    engine.load(tmp_path / "int8")
    pictures = [open_upright(record.path) for record in read_records(data, "dev")[:4]]
    options = CaptionOptions(explain=True)
    together = [captions[0] for captions in engine.caption(pictures, options)]
    alone = [engine.caption([one], options)[0][0] for one in pictures]
    assert [one.text for one in together] == [one.text for one in alone]
    assert all(one.attention for one in together)
