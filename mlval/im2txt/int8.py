"""An exported captioner as int8, with what that does to its captions.

The encoder's convolutions by static quantisation, calibrated on photos of the training split; the decoder's
multiplications by dynamic quantisation with a range for each row, so that a caption does not depend on the
others in its batch.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper
from PIL import Image

from mlval.captioners import open_upright
from mlval.datasets import Record, read_records
from mlval.metrics import quick_scores
from service.common.graph_writer import GraphWriter
from service.common.options import CaptionOptions
from service.common.preprocess import Preprocess
from service.common.static_int8 import quantise_convolutions
from service.common.weights import WeightsFile
from service.im2txt.engine import Engine

CALIBRATION = 96
_BATCH = 8
_SMALLEST = 4096  # numbers; smaller weights stay float32


def to_int8(folder: Path, out: Path, data: Path, *, photos: int | None = None) -> list[dict[str, float]]:
    """Write `out`, and measure both on dev: CIDEr and the like, ms per caption, bytes; float32 first."""
    preprocess = Preprocess.from_file(WeightsFile(folder / "config.json"))
    train, dev = read_records(data, "train"), read_records(data, "dev")[:photos]
    chosen = train[:: max(1, len(train) // CALIBRATION)][:CALIBRATION]
    out.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.suffix != ".onnx":
            shutil.copyfile(path, out / path.name)
    with tempfile.TemporaryDirectory(dir=out) as scratch:
        for name in ("encoder.onnx", "decoder.onnx"):
            unfold(folder / name, Path(scratch) / name)
        samples = [{"image": preprocess([open_upright(record.path)])} for record in chosen]
        quantise_convolutions(Path(scratch) / "encoder.onnx", Path(scratch) / "convolved.onnx", samples)
        quantise_multiplications(Path(scratch) / "convolved.onnx", out / "encoder.onnx")
        quantise_multiplications(Path(scratch) / "decoder.onnx", out / "decoder.onnx")
    pictures = [open_upright(record.path) for record in dev]
    return [measure(one, pictures, dev) for one in (folder, out)]


def unfold(source: Path, target: Path) -> None:
    """The graph with its weights as plain float32, which the export keeps as int8 times a scale."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(target)
    options.log_severity_level = 3
    onnxruntime.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])


def quantise_multiplications(source: Path, target: Path) -> None:
    """Replace every product with fixed weights by one of whole numbers, and keep tables of vectors as bytes."""
    model = onnx.load(str(source))
    graph = model.graph
    weights = {tensor.name: tensor for tensor in graph.initializer}
    nodes, outputs = list(graph.node), list(graph.output)
    del graph.node[:], graph.output[:], graph.value_info[:]
    with GraphWriter(target, int8=True, model=model) as writer:
        for node in nodes:
            _quantise(node, weights, writer, graph)
        for node in outputs:
            writer.output(node.name, [dim.dim_param or dim.dim_value for dim in node.type.tensor_type.shape.dim])
        _drop_unused(graph)


def _quantise(
    node: onnx.NodeProto, weights: dict[str, onnx.TensorProto], writer: GraphWriter, graph: onnx.GraphProto
) -> None:
    """Write what the node does in whole numbers, if it multiplies or gathers enough of them; else as it is."""
    weight, name = _weight(node, weights), f"our_{node.output[0]}"
    if weight is not None:
        bias = numpy_helper.to_array(weights[node.input[2]]) if len(node.input) > 2 else None
        writer.op("Identity", writer.linear(node.input[0], name, weight, bias), output=node.output[0])
    elif node.op_type == "Gather" and _is_table(node, weights):
        table = numpy_helper.to_array(weights[node.input[0]])
        writer.op("Identity", writer.embedding(node.input[1], name, table), output=node.output[0])
    else:
        graph.node.append(node)


def _weight(node: onnx.NodeProto, weights: dict[str, onnx.TensorProto]) -> np.ndarray | None:  # type: ignore[type-arg]
    """(K, N) of a MatMul or a plain Gemm with fixed weights large enough to matter."""
    if node.op_type not in ("MatMul", "Gemm") or node.input[1] not in weights:
        return None
    weight = numpy_helper.to_array(weights[node.input[1]])
    if weight.ndim != 2 or weight.size < _SMALLEST:
        return None
    options = {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}
    if options.get("alpha", 1.0) != 1.0 or options.get("beta", 1.0) != 1.0 or options.get("transA", 0):
        return None
    return weight.T if options.get("transB", 0) else weight


def _is_table(node: onnx.NodeProto, weights: dict[str, onnx.TensorProto]) -> bool:
    """Whether it gathers rows of a large table of numbers."""
    tensor = weights.get(node.input[0])
    axis = next((attribute.i for attribute in node.attribute if attribute.name == "axis"), 0)
    return (
        tensor is not None
        and tensor.data_type == onnx.TensorProto.FLOAT
        and len(tensor.dims) == 2
        and axis == 0
        and int(np.prod(tensor.dims)) >= _SMALLEST
    )


def _drop_unused(graph: onnx.GraphProto) -> None:
    used = {name for node in graph.node for name in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)


def measure(folder: Path, pictures: Sequence[Image.Image], records: Sequence[Record]) -> dict[str, float]:
    """Scores on the records, the median of ms per caption one by one, and the size of the graphs."""
    engine = Engine(device="cpu")
    engine.load(folder)
    written: list[str] = []
    for at in range(0, len(pictures), _BATCH):
        written += [found[0].text for found in engine.caption(pictures[at : at + _BATCH], CaptionOptions())]
    seconds = []
    for picture in pictures[:20]:
        started = time.perf_counter()
        engine.caption([picture], CaptionOptions())
        seconds.append(time.perf_counter() - started)
    scores = quick_scores(written, [record.captions for record in records])
    size = sum(path.stat().st_size for path in folder.glob("*.onnx"))
    return {**scores, "ms": statistics.median(seconds) * 1000, "bytes": float(size)}
