"""The ONNX graphs give what PyTorch gives, but for the int8 steps of their weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: run `make install-mlval`")
onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed: run `make install-mlval`")
onnx = pytest.importorskip("onnx", reason="onnx is not installed: run `make install-mlval`")

from mlval.im2txt.config import ModelConfig  # noqa: E402
from mlval.im2txt.export import DecoderGraph, EncoderGraph, export_captioner  # noqa: E402
from mlval.im2txt.model import Captioner  # noqa: E402

CONFIG = ModelConfig(
    widths=(16, 32, 48), blocks=(1, 1, 1), embedding=64, hidden=64, attention=64, joint=8, labels=5, vocabulary=90
)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Captioner, Path]:
    torch.manual_seed(0)
    model = Captioner(CONFIG).eval()
    folder = tmp_path_factory.mktemp("export")
    export_captioner(model, folder, version="1", image_size=64, num_beams=3, length_exponent=0.7)
    return model, folder


def test_encoder_is_close(exported: tuple[Captioner, Path]) -> None:
    model, folder = exported
    images = torch.randn(3, 3, 64, 64)
    with torch.no_grad():
        expected = EncoderGraph(model)(images)
    session = onnxruntime.InferenceSession(folder / "encoder.onnx")
    for ours, theirs in zip(session.run(None, {"image": images.numpy()}), expected, strict=True):
        assert ours.shape == theirs.shape
        assert np.abs(ours - theirs.numpy()).max() < 0.03 * max(1.0, float(theirs.abs().max()))


def test_decoder_is_close(exported: tuple[Captioner, Path]) -> None:
    model, folder = exported
    with torch.no_grad():
        features, keys, h, c = EncoderGraph(model)(torch.randn(3, 3, 64, 64))
        expected = DecoderGraph(model.decoder)(torch.tensor([1, 5, 7]), h, c, features, keys)
    names = ("token", "h", "c", "features", "projected")
    values = (np.array([1, 5, 7]), h.numpy(), c.numpy(), features.numpy(), keys.numpy())
    session = onnxruntime.InferenceSession(folder / "decoder.onnx")
    for ours, theirs in zip(session.run(None, dict(zip(names, values, strict=True))), expected, strict=True):
        assert np.abs(ours - theirs.numpy()).max() < 0.05


def test_large_weights_are_stored_as_int8(exported: tuple[Captioner, Path]) -> None:
    _, folder = exported
    for name in ("encoder.onnx", "decoder.onnx"):
        for tensor in onnx.load(str(folder / name)).graph.initializer:
            if np.prod(tensor.dims) >= 4096 and len(tensor.dims) > 1:
                assert tensor.data_type == onnx.TensorProto.INT8, tensor.name


def test_only_plain_operators(exported: tuple[Captioner, Path]) -> None:
    """Nothing from a vendor's domain, nothing in bf16 or fp16: it must run on any CPU."""
    _, folder = exported
    for name in ("encoder.onnx", "decoder.onnx"):
        graph = onnx.load(str(folder / name)).graph
        assert {node.domain for node in graph.node} <= {"", "ai.onnx"}
        half = {onnx.TensorProto.FLOAT16, onnx.TensorProto.BFLOAT16}
        assert not half & {tensor.data_type for tensor in graph.initializer}
