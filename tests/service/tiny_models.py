"""Tiny captioners and scorers of the shipped format, with random weights, for tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

SIZE, CELLS, GRID = 16, 4, [4, 4]
FEATURES, ATTENTION, HIDDEN, EMBEDDING = 8, 6, 10, 12
SPECIAL = ["<pad>", "<start>", "<end>", "<unknown>"]
WORDS = [*SPECIAL, "a", "an", "the", "dog", "cat", "man", "red", "blue", "runs", "sits", "on", "in", "water", "two"]
OPSET = 17


def write_captioner(folder: Path, *, seed: int = 0, model_id: str = "bundled") -> Path:
    """A captioner whose captions differ between pictures; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    _save(folder / "encoder.onnx", _encoder(random))
    _save(folder / "decoder.onnx", _decoder(random))
    _write_json(folder / "vocabulary.json", vocabulary())
    _write_json(folder / "config.json", captioner_config(model_id))
    return folder


def write_scorer(folder: Path, *, seed: int = 0) -> Path:
    """A scorer of the shipped format; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    _save(folder / "image.onnx", _image_tower(random))
    _save(folder / "text.onnx", _text_tower(random))
    _write_json(folder / "vocabulary.json", vocabulary())
    config = {
        **_preprocess_config("bundled-scorer"),
        "embedding_size": EMBEDDING,
        "max_words": 8,
        "tokenizer": "words",
    }
    _write_json(folder / "config.json", config)
    return folder


def vocabulary() -> dict[str, Any]:
    return {"format": 1, "words": WORDS, "pad": 0, "start": 1, "end": 2, "unknown": 3}


def captioner_config(model_id: str = "bundled") -> dict[str, Any]:
    return {
        **_preprocess_config(model_id),
        "grid": GRID,
        "max_words": 8,
        "num_beams": 3,
        "length_exponent": 0.7,
    }


def _preprocess_config(model_id: str) -> dict[str, Any]:
    return {
        "format": 1,
        "id": model_id,
        "version": "test",
        "image_size": SIZE,
        "resize": "squash",
        "interpolation": "bilinear",
        "mean": [0.5, 0.5, 0.5],
        "std": [0.25, 0.25, 0.25],
    }


class _Graph:
    """Collects nodes and weights; each method returns the name of what it made."""

    def __init__(self, random: np.random.Generator) -> None:
        self.random = random
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def op(self, kind: str, *inputs: str, output: str | None = None, **attributes: Any) -> str:
        name = output or f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def constant(self, value: NDArray[Any]) -> str:
        name = f"constant_{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(value, name))
        return name

    def weight(self, *shape: int, scale: float = 1.0) -> str:
        return self.constant((self.random.standard_normal(shape) * scale).astype(np.float32))

    def ids(self, *values: int) -> str:
        return self.constant(np.array(values, np.int64))

    def features(self, image: str, output: str | None = None) -> str:
        """(B, 3, S, S) → (B, L, D): one square of the picture for each cell."""
        side = SIZE // CELLS
        kernel = self.weight(FEATURES, 3, side, side, scale=0.3)
        cells = self.op("Conv", image, kernel, strides=[side, side])
        flat = self.op("Reshape", cells, self.ids(0, FEATURES, CELLS * CELLS))
        return self.op("Transpose", flat, perm=[0, 2, 1], output=output)

    def model(self, inputs: list[onnx.ValueInfoProto], outputs: list[onnx.ValueInfoProto]) -> onnx.ModelProto:
        graph = helper.make_graph(self.nodes, "tiny", inputs, outputs, self.weights)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)


def _floats(name: str, *shape: str | int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))


def _encoder(random: np.random.Generator) -> onnx.ModelProto:
    graph = _Graph(random)
    features = graph.features("image", output="features")
    graph.op("MatMul", features, graph.weight(FEATURES, ATTENTION), output="projected")
    mean = graph.op("ReduceMean", features, axes=[1], keepdims=0)
    for name in ("h", "c"):
        state = graph.op("MatMul", mean, graph.weight(FEATURES, HIDDEN))
        graph.op("Tanh", state, output=name)
    cells = CELLS * CELLS
    return graph.model(
        [_floats("image", "B", 3, SIZE, SIZE)],
        [
            _floats("features", "B", cells, FEATURES),
            _floats("projected", "B", cells, ATTENTION),
            _floats("h", "B", HIDDEN),
            _floats("c", "B", HIDDEN),
        ],
    )


def _decoder(random: np.random.Generator) -> onnx.ModelProto:
    graph = _Graph(random)
    cells = CELLS * CELLS
    query = graph.op("MatMul", "h", graph.weight(HIDDEN, ATTENTION))
    query = graph.op("Unsqueeze", query, graph.ids(1))
    keys = graph.op("Tanh", graph.op("Add", "projected", query))
    energy = graph.op("MatMul", keys, graph.weight(ATTENTION, 1))
    attention = graph.op("Softmax", graph.op("Squeeze", energy, graph.ids(2)), axis=1)
    graph.op("Identity", attention, output="attention")
    weights = graph.op("Unsqueeze", attention, graph.ids(1))
    context = graph.op("Squeeze", graph.op("MatMul", weights, "features"), graph.ids(1))
    word = graph.op("Gather", graph.weight(len(WORDS), HIDDEN, scale=2.0), "token", axis=0)
    joined = graph.op("Concat", word, context, "h", axis=1)
    update = graph.op("MatMul", joined, graph.weight(2 * HIDDEN + FEATURES, HIDDEN, scale=0.5))
    mixed = graph.op("Add", graph.op("Tanh", update), "c")
    graph.op("Mul", mixed, graph.constant(np.array(0.5, np.float32)), output="c_out")
    graph.op("Tanh", "c_out", output="h_out")
    logits = graph.op("MatMul", "h_out", graph.weight(HIDDEN, len(WORDS), scale=2.0))
    graph.op("LogSoftmax", logits, axis=1, output="log_probs")
    return graph.model(
        [
            helper.make_tensor_value_info("token", TensorProto.INT64, ["B"]),
            _floats("h", "B", HIDDEN),
            _floats("c", "B", HIDDEN),
            _floats("features", "B", cells, FEATURES),
            _floats("projected", "B", cells, ATTENTION),
        ],
        [
            _floats("log_probs", "B", len(WORDS)),
            _floats("h_out", "B", HIDDEN),
            _floats("c_out", "B", HIDDEN),
            _floats("attention", "B", cells),
        ],
    )


def _image_tower(random: np.random.Generator) -> onnx.ModelProto:
    graph = _Graph(random)
    mean = graph.op("ReduceMean", graph.features("image"), axes=[1], keepdims=0)
    vector = graph.op("MatMul", mean, graph.weight(FEATURES, EMBEDDING))
    graph.op("LpNormalization", vector, axis=1, p=2, output="embedding")
    return graph.model([_floats("image", "B", 3, SIZE, SIZE)], [_floats("embedding", "B", EMBEDDING)])


def _text_tower(random: np.random.Generator) -> onnx.ModelProto:
    graph = _Graph(random)
    words = graph.op("Gather", graph.weight(len(WORDS), EMBEDDING), "tokens", axis=0)
    mean = graph.op("ReduceMean", words, axes=[1], keepdims=0)
    graph.op("LpNormalization", mean, axis=1, p=2, output="embedding")
    tokens = helper.make_tensor_value_info("tokens", TensorProto.INT64, ["B", "T"])
    return graph.model([tokens], [_floats("embedding", "B", EMBEDDING)])


def _save(path: Path, model: onnx.ModelProto) -> None:
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")
