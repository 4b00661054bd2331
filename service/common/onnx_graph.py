"""Write an ONNX graph operator by operator; for conversions only, which have the onnx package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

OPSET = 17
IR_VERSION = 8

# 7 bits: on AVX2 without VNNI, two products of 8 bits and their sum overflow 16 bits and are cut off.
# https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html, "when to use reduce-range"
_LARGEST = 64

Floats = NDArray[np.float32]
Axes = Sequence[str | int]


class GraphBuilder:
    """Collects operators and weights; each method returns the name of what it made.

    int8: whether `linear` and `rows` keep their weights as bytes. What a linear layer is given is then
    brought to bytes too, by the range it has at that moment (dynamic quantisation), and multiplied as
    whole numbers; everything between stays float32. Every row has a range of its own: with one for all, as
    DynamicQuantizeLinear has it, what a picture gives would depend on the others in its batch.
    """

    def __init__(self, *, int8: bool = False, model: onnx.ModelProto | None = None) -> None:
        """model: a graph to go on with, whose names do not begin with `our_`."""
        self._int8 = int8
        self._model = model or helper.make_model(
            onnx.GraphProto(name="graph"), opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
        )
        self._graph = self._model.graph  # filled in place: a copy of the weights is a copy of half a gigabyte
        self._shared: dict[tuple[str, tuple[int, ...], bytes], str] = {}
        self._whole: dict[str, tuple[str, str]] = {}

    def input(self, name: str, *shape: str | int, kind: int = TensorProto.FLOAT) -> str:
        """An input of the graph; a text in the shape names an axis that may have any length."""
        self._graph.input.append(helper.make_tensor_value_info(name, kind, list(shape)))
        return name

    def op(self, kind: str, *inputs: str, output: str | None = None, **attributes: Any) -> str:
        """An operator with one output."""
        return self.split(kind, *inputs, outputs=[output or self._name(kind)], **attributes)[0]

    def split(self, kind: str, *inputs: str, outputs: Sequence[str], **attributes: Any) -> list[str]:
        """An operator with several outputs."""
        self._graph.node.append(helper.make_node(kind, list(inputs), list(outputs), **attributes))
        return list(outputs)

    def constant(self, value: NDArray[Any]) -> str:
        """Weights; the same small ones are kept once."""
        key = (value.dtype.str, value.shape, value.tobytes() if value.size <= 16 else b"")
        if key[2] and key in self._shared:
            return self._shared[key]
        tensor = self._graph.initializer.add()
        tensor.name = f"our_weight_{len(self._graph.initializer)}"
        tensor.data_type = helper.np_dtype_to_tensor_dtype(value.dtype)
        tensor.dims.extend(value.shape)
        tensor.raw_data = value.tobytes()
        self._shared[key] = tensor.name
        return str(tensor.name)

    def number(self, value: float) -> str:
        return self.constant(np.array(value, np.float32))

    def ids(self, *values: int) -> str:
        """A list of whole numbers, as shapes and axes are given."""
        return self.constant(np.array(values, np.int64))

    def index(self, value: int) -> str:
        """One whole number, which takes its axis away when something is gathered by it."""
        return self.constant(np.array(value, np.int64))

    def linear(self, x: str, weight: Floats, bias: Floats | None = None) -> str:
        """x (…, I), weight (O, I) as PyTorch keeps it -> (…, O)."""
        y = self._multiply_bytes(x, weight) if self._int8 else self.op("MatMul", x, self.constant(weight.T))
        return y if bias is None else self.op("Add", y, self.constant(bias))

    def rows(self, table: Floats, ids: str) -> str:
        """table (V, W), ids (…) int64 -> (…, W)."""
        if not self._int8:
            return self.op("Gather", self.constant(table), ids, axis=0)
        small, scale = to_bytes(table, largest=127)
        rows = self.op("Cast", self.op("Gather", self.constant(small), ids, axis=0), to=TensorProto.FLOAT)
        return self.op("Mul", rows, self.op("Gather", self.constant(scale[:, None]), ids, axis=0))

    def layer_norm(self, x: str, weight: Floats, bias: Floats, epsilon: float) -> str:
        return self.op("LayerNormalization", x, self.constant(weight), self.constant(bias), axis=-1, epsilon=epsilon)

    def save(self, path: Path, outputs: Mapping[str, Axes]) -> None:
        """Check the graph and write it; outputs: their shapes by name."""
        for name, shape in outputs.items():
            self._graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape)))
        onnx.save(self._model, str(path))
        onnx.checker.check_model(str(path))

    def _multiply_bytes(self, x: str, weight: Floats) -> str:
        small, scale = to_bytes(weight, largest=_LARGEST)
        whole, range_of = self._to_whole(x)
        zeros = self.constant(np.array(128, np.uint8)), self.constant(np.zeros((), np.int8))
        product = self.op("Cast", self.op("MatMulInteger", whole, self.constant(small.T), *zeros), to=TensorProto.FLOAT)
        return self.op("Mul", self.op("Mul", product, range_of), self.constant(scale))

    def _to_whole(self, x: str) -> tuple[str, str]:
        """x (…, I) as whole numbers around 128, and the scale of each row (…, 1); once for each x."""
        if x not in self._whole:
            peak = self.op("ReduceMax", self.op("Abs", x), axes=[-1], keepdims=1)
            scale = self.op("Mul", self.op("Max", peak, self.number(1e-9)), self.number(1 / 127))
            rounded = self.op("Round", self.op("Div", x, scale))
            shifted = self.op("Add", rounded, self.number(128.0))
            self._whole[x] = self.op("Cast", shifted, to=TensorProto.UINT8), scale
        return self._whole[x]

    def _name(self, kind: str) -> str:
        return f"our_{kind.lower()}_{len(self._graph.node)}"


def to_bytes(weight: Floats, *, largest: int) -> tuple[NDArray[np.int8], Floats]:
    """(O, …) -> whole numbers from -largest to largest, and what each row has to be multiplied by, (O,)."""
    ranges = np.abs(weight).reshape(len(weight), -1).max(axis=1)
    scale = np.maximum(ranges / largest, 1e-12).astype(np.float32)
    shaped = scale.reshape(-1, *[1] * (weight.ndim - 1))
    return np.clip(np.rint(weight / shaped), -largest, largest).astype(np.int8), scale
