"""The trained model as the files that the service ships (format 1; see docs/bundled-model.md).

Weights are stored as int8 with one scale per output channel, and turned into fp32 in the graph by
Cast and Mul. ONNX Runtime folds both once while loading, so that the graphs run in plain fp32
operators, at fp32 speed, on any CPU, and the files are a quarter of the size.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F  # noqa: N812
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from mlval.im2txt.augment import MEAN, STD
from mlval.im2txt.config import ScorerConfig
from mlval.im2txt.data import Vocabulary
from mlval.im2txt.model import STRIDE, Captioner, Decoder
from mlval.im2txt.scorer import Scorer

OPSET = 17
SMALLEST = 4096  # values; smaller tensors stay fp32


class EncoderGraph(nn.Module):
    """Image to features, attention keys and the first LSTM state."""

    def __init__(self, model: Captioner) -> None:
        super().__init__()
        self.model = model

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """(B, 3, S, S) -> (B, L, D), (B, L, A), (B, H), (B, H)."""
        features = self.model.grid(image)
        keys, h, c = self.model.decoder.begin(features)
        return features, keys, h, c


class DecoderGraph(nn.Module):
    """One step: the last word and the state to log probabilities and the next state."""

    def __init__(self, decoder: Decoder) -> None:
        super().__init__()
        self.decoder = decoder

    def forward(
        self, token: Tensor, h: Tensor, c: Tensor, features: Tensor, projected: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """(B,), (B, H), (B, H), (B, L, D), (B, L, A) -> (B, V), (B, H), (B, H), (B, L)."""
        words = self.decoder.embedding(token)
        read, h, c, attention = self.decoder.step(words, h, c, features, projected)
        return torch.log_softmax(self.decoder.logits(read), 1), h, c, attention


class PlainLSTMCell(nn.Module):
    """nn.LSTMCell written out, with the same weights: the exporter knows no fused cell."""

    def __init__(self, cell: nn.LSTMCell) -> None:
        super().__init__()
        self.cell = cell

    def forward(self, x: Tensor, state: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        """As nn.LSTMCell: gates in the order input, forget, cell, output."""
        h, c = state
        gates = F.linear(x, self.cell.weight_ih, self.cell.bias_ih)
        gates = gates + F.linear(h, self.cell.weight_hh, self.cell.bias_hh)
        i, f, g, o = gates.chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c


def write_graph(
    module: nn.Module, inputs: dict[str, Tensor], outputs: list[str], path: Path, *, dynamic: dict[str, list[int]]
) -> None:
    """Trace to ONNX with a dynamic first axis (and the axes in `dynamic`), then shrink the weights."""
    names = list(inputs)
    axes = {name: {0: "batch"} for name in [*names, *outputs]}
    for name, extra in dynamic.items():
        axes[name] |= {axis: f"axis{axis}" for axis in extra}
    with torch.no_grad():
        torch.onnx.export(
            module.eval(),
            tuple(inputs.values()),
            str(path),
            input_names=names,
            output_names=outputs,
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
            do_constant_folding=True,
        )
    graph = onnx.load(str(path))
    shrink_weights(graph)
    onnx.checker.check_model(graph)
    onnx.save(graph, str(path))


def shrink_weights(model: onnx.ModelProto) -> None:
    """Replace every large fp32 tensor by int8 values times fp32 scales, in place.

    The scale is per row of the first axis (output channels of a convolution, words of an embedding)
    or, for the right side of a MatMul, per column.
    """
    graph = model.graph
    columns = {node.input[1] for node in graph.node if node.op_type == "MatMul"}
    added = []
    for tensor in list(graph.initializer):
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.size < SMALLEST or values.ndim < 2:
            continue
        axis = 1 if tensor.name in columns else 0
        others = tuple(i for i in range(values.ndim) if i != axis)
        scale = np.maximum(np.abs(values).max(axis=others, keepdims=True) / 127, 1e-12).astype(np.float32)
        small = np.clip(np.rint(values / scale), -127, 127).astype(np.int8)
        graph.initializer.remove(tensor)
        graph.initializer.append(numpy_helper.from_array(small, f"{tensor.name}.int8"))
        graph.initializer.append(numpy_helper.from_array(scale, f"{tensor.name}.scale"))
        added.append(helper.make_node("Cast", [f"{tensor.name}.int8"], [f"{tensor.name}.float"], to=TensorProto.FLOAT))
        added.append(helper.make_node("Mul", [f"{tensor.name}.float", f"{tensor.name}.scale"], [tensor.name]))
    nodes = [*added, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


def write_json(path: Path, content: dict[str, object]) -> None:
    """Readable JSON with a final newline."""
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def image_settings(size: int) -> dict[str, object]:
    """The part of config.json that says how a photo becomes the graph's input."""
    return {
        "image_size": size,
        "resize": "squash",
        "interpolation": "bilinear",
        "mean": list(MEAN),
        "std": list(STD),
    }


def export_captioner(
    model: Captioner, folder: Path, *, version: str, image_size: int, num_beams: int, length_exponent: float
) -> None:
    """Write encoder.onnx, decoder.onnx and config.json; the caller copies vocabulary.json."""
    folder.mkdir(parents=True, exist_ok=True)
    model = model.eval().float().to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    cell = model.decoder.cell
    model.decoder.cell = PlainLSTMCell(cell)  # type: ignore[assignment]
    side = image_size // STRIDE
    places, channels = side * side, model.encoder.channels
    image = torch.zeros(2, 3, image_size, image_size)
    write_graph(
        EncoderGraph(model),
        {"image": image},
        ["features", "projected", "h", "c"],
        folder / "encoder.onnx",
        dynamic={},
    )
    config = model.config
    inputs = {
        "token": torch.ones(2, dtype=torch.int64),
        "h": torch.zeros(2, config.hidden),
        "c": torch.zeros(2, config.hidden),
        "features": torch.zeros(2, places, channels),
        "projected": torch.zeros(2, places, config.attention),
    }
    write_graph(
        DecoderGraph(model.decoder),
        inputs,
        ["log_probs", "h_out", "c_out", "attention"],
        folder / "decoder.onnx",
        dynamic={},
    )
    model.decoder.cell = cell
    write_json(
        folder / "config.json",
        {
            "format": 1,
            "family": "im2txt",
            "id": "bundled",
            "version": version,
            **image_settings(image_size),
            "grid": [side, side],
            "max_words": config.max_words,
            "num_beams": num_beams,
            "length_exponent": length_exponent,
        },
    )


def export_scorer(scorer: Scorer, words: list[str], folder: Path, *, version: str, settings: ScorerConfig) -> None:
    """Write image.onnx, text.onnx, vocabulary.json and config.json."""
    folder.mkdir(parents=True, exist_ok=True)
    scorer = scorer.eval().float().to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    image = torch.zeros(2, 3, settings.image_size, settings.image_size)
    write_graph(scorer.image, {"image": image}, ["embedding"], folder / "image.onnx", dynamic={})
    tokens = torch.ones(2, settings.max_words, dtype=torch.int64)
    write_graph(scorer.text, {"tokens": tokens}, ["embedding"], folder / "text.onnx", dynamic={"tokens": [1]})
    Vocabulary(words).write(folder / "vocabulary.json")
    write_json(
        folder / "config.json",
        {
            "format": 1,
            "family": "clip_score",
            "id": "bundled-scorer",
            "version": version,
            **image_settings(settings.image_size),
            "embedding_size": settings.embedding * settings.heads,
            "max_words": settings.max_words,
            "tokenizer": "words",
        },
    )
