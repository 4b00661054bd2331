"""The ONNX pair that LibrePhotos publishes, taken apart; for conversions only.

Their encoder gives a picture of one batch place as an `embedding`; their decoder is greedy search over twenty
words, written out, from `embedding` to `caption`. The first is opened for batches, of the second only the weights
are taken.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from numpy.typing import NDArray
from onnx import numpy_helper

from service.common.errors import WeightsError
from service.common.graph_writer import GraphWriter
from service.common.layers import Floats
from service.im2txt.show_and_tell import Recurrence, give_first_step

# The operators that are added mean the same in all of these.
_OPSETS = range(11, 18)


def read_decoder(path: Path) -> Recurrence:
    """The weights in their decoder. Raises WeightsError for another graph."""
    graph = _Graph(_load(path), path.name)
    lstm = graph.first("LSTM")
    into, back, bias = (graph.value(name) for name in lstm.input[1:4])
    embedding = graph.table()
    width, size = embedding.shape[1], back.shape[-1]
    if into.shape != (1, 4 * size, width) or back.shape != (1, 4 * size, size) or bias.shape != (1, 8 * size):
        raise WeightsError(f"{path.name}: its LSTM has weights of the shapes {into.shape} and {back.shape}.")
    output, output_bias = graph.last_layer(size, len(embedding))
    return Recurrence(
        embedding=embedding,
        gates=_in_our_order(np.concatenate([into[0], back[0]], axis=1)),
        bias=_in_our_order(bias[0, : 4 * size] + bias[0, 4 * size :]),
        output=output,
        output_bias=output_bias,
    )


def write_encoder(source: Path, recurrence: Recurrence, size: int, target: Path) -> None:
    """Their encoder for any number of pictures, with the first step of the LSTM behind it. Raises WeightsError."""
    model = _load(source)
    graph = model.graph
    names = [node.name for node in graph.input if node.name not in {tensor.name for tensor in graph.initializer}]
    if names != ["image"] or [node.name for node in graph.output] != ["embedding"]:
        raise WeightsError(f"{source.name} does not lead from `image` to `embedding`.")
    for node in (*graph.input, *graph.output):
        if node.name in ("image", "embedding"):
            node.type.tensor_type.shape.dim[0].dim_param = "B"
    sides = [dim.dim_value for dim in graph.input[names.index("image")].type.tensor_type.shape.dim][1:]
    if sides != [3, size, size]:
        raise WeightsError(f"{source.name} takes pictures of {sides}, not of {[3, size, size]}.")
    del graph.value_info[:], graph.output[:]
    _free_batch(graph)
    with GraphWriter(target, model=model) as writer:
        give_first_step(writer, recurrence, "embedding")


def _load(path: Path) -> onnx.ModelProto:
    try:
        model = onnx.load(str(path), load_external_data=False)  # an address in a file from elsewhere is not followed
    except (OSError, DecodeError) as error:
        raise WeightsError(f"{path.name} cannot be read as ONNX: {error}") from None
    opsets = [opset.version for opset in model.opset_import if opset.domain in ("", "ai.onnx")]
    if len(opsets) != 1 or opsets[0] not in _OPSETS:
        raise WeightsError(f"{path.name} has operators of version {opsets}; {_OPSETS.start} to 17 are known.")
    if any(tensor.data_location == onnx.TensorProto.EXTERNAL for tensor in model.graph.initializer):
        raise WeightsError(f"{path.name} keeps weights in another file.")
    return model


def _free_batch(graph: onnx.GraphProto) -> None:
    """Exported for one picture, the reshape before the last layer says 1 where the number of pictures belongs."""
    shapes = {node.input[1] for node in graph.node if node.op_type == "Reshape"}
    free = np.array([0, -1], np.int64)
    for tensor in graph.initializer:
        if tensor.name in shapes and numpy_helper.to_array(tensor).tolist() == [1, -1]:
            tensor.CopyFrom(numpy_helper.from_array(free, tensor.name))
    for node in graph.node:
        if node.op_type == "Constant" and node.output[0] in shapes:
            for attribute in node.attribute:
                if attribute.name == "value" and numpy_helper.to_array(attribute.t).tolist() == [1, -1]:
                    attribute.t.CopyFrom(numpy_helper.from_array(free))


def _in_our_order(gates: Floats) -> Floats:
    """Blocks i, o, f, g, as ONNX has them, to i, f, g, o, as PyTorch does."""
    take, show, forget, new = np.split(gates, 4)
    return np.concatenate([take, forget, new, show])


class _Graph:
    """Finds operators and the weights they are given."""

    def __init__(self, model: onnx.ModelProto, name: str) -> None:
        self._name = name
        self._nodes = list(model.graph.node)
        self._weights = {tensor.name: tensor for tensor in model.graph.initializer}
        self._makers = {output: node for node in self._nodes for output in node.output}

    def first(self, kind: str) -> Any:
        for node in self._nodes:
            if node.op_type == kind:
                return node
        raise WeightsError(f"{self._name} has no {kind}.")

    def value(self, name: str) -> NDArray[Any]:
        """Weights by name, also behind copies of them. Raises WeightsError for what is computed."""
        while name in self._makers and self._makers[name].op_type == "Identity":
            name = self._makers[name].input[0]
        if name in self._weights:
            return numpy_helper.to_array(self._weights[name])
        maker = self._makers.get(name)
        if maker is not None and maker.op_type == "Constant" and maker.attribute[0].name == "value":
            return numpy_helper.to_array(maker.attribute[0].t)
        raise WeightsError(f"{self._name}: {name!r} is no weight.")

    def table(self) -> Floats:
        """The words' vectors (V, W): the one table of two axes that something is gathered from."""
        for node in self._nodes:
            if node.op_type == "Gather" and (node.input[0] in self._weights or node.input[0] in self._makers):
                try:
                    found = self.value(node.input[0])
                except WeightsError:
                    continue
                if found.ndim == 2 and found.dtype == np.float32:
                    return found
        raise WeightsError(f"{self._name} has no table of words.")

    def last_layer(self, size: int, words: int) -> tuple[Floats, Floats]:
        """Weight (V, H) and bias (V,) of the layer that gives the words."""
        gemm = self.first("Gemm")
        weight, bias = self.value(gemm.input[1]), self.value(gemm.input[2])
        is_turned = any(attribute.name == "transB" and attribute.i == 1 for attribute in gemm.attribute)
        weight = weight if is_turned else weight.T
        if weight.shape != (words, size) or bias.shape != (words,):
            raise WeightsError(f"{self._name}: its last layer has the shape {weight.shape}, not {(words, size)}.")
        return weight, bias
