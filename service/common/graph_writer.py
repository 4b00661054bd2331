"""Write ONNX graphs, with weights in fp32 or int8; for conversions only, which have the onnx package.

The graphs are written, operator by operator, not traced: so they do not change with an exporter, and no weight is in
memory twice.

int8: one scale for each output of a matrix, from -63 to 63. A bit less than there is, because CPUs with AVX2 and
without VNNI add pairs of products in 16 bits: 2 * 255 * 63 still fits, so every CPU computes the same. Source:
https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html, "when to use reduce-range". Tables, whose
rows are only looked up, have all 8 bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from service.common.layers import Floats, Norm

OPSET = 17
_LARGEST_FACTOR, _LARGEST_ENTRY = 63, 127
_IR_VERSION = 8
_FUSED = "com.microsoft"
# Larger than any page or cache line that weights are mapped by.
_ALIGNMENT = 4096
# Bytes; smaller tensors stay in the graph.
_LARGEST_INSIDE = 1024
# Numbers; smaller constants are kept once.
_LARGEST_SHARED = 16


class GraphWriter:
    """One graph on its way to a file; a context, at whose end it is written and checked.

    Methods that add operators or weights give the names of what they made.

    int8: whether `linear` and `embedding` keep their weights as bytes. What is multiplied by them is brought to bytes
    as it comes (dynamic quantisation), and everything between stays float32. It has a range for each row: what a
    picture gives does not depend on the others of its batch.
    fused: take ONNX Runtime's own operators where there are any. In int8 that is quicker, but with one range for all
    rows. Weights then lie in PATH.data, which the engine maps instead of reading.
    """

    def __init__(
        self, path: Path, *, int8: bool = False, fused: bool = False, model: onnx.ModelProto | None = None
    ) -> None:
        """model: a graph to go on with, whose names do not begin with `our_`."""
        self._path = path
        self._int8 = int8
        self._fused = fused
        self._data_name = f"{path.name}.data"
        self._data = path.with_name(self._data_name).open("xb") if fused else None
        domains = {"": OPSET, **({_FUSED: 1} if fused else {})}
        self._model = model or helper.make_model(
            onnx.GraphProto(name=path.stem),
            opset_imports=[helper.make_opsetid(domain, version) for domain, version in domains.items()],
            ir_version=_IR_VERSION,
            producer_name=__name__,
        )
        self._graph = self._model.graph  # filled in place: a copy of the weights is a copy of half a gigabyte
        self._weights: set[str] = set()
        self._shared: dict[tuple[str, tuple[int, ...], bytes], str] = {}
        self._whole: dict[str, tuple[str, str]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._data is not None:
            self._data.close()
        if error is None:
            onnx.save(self._model, str(self._path))
            onnx.checker.check_model(str(self._path))

    def input(self, name: str, shape: Sequence[int | str], *, integer: bool = False) -> str:
        """An input of the graph; a text in the shape names an axis that may have any length."""
        kind = TensorProto.INT64 if integer else TensorProto.FLOAT
        self._graph.input.append(helper.make_tensor_value_info(name, kind, list(shape)))
        return name

    def output(self, name: str, shape: Sequence[int | str], value: str | None = None) -> None:
        """Give a value out by this name; without one, what an operator has made under the name."""
        if value is not None:
            self.op("Identity", value, output=name)
        self._graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape)))

    def op(self, kind: str, *inputs: str, output: str | None = None, fused: bool = False, **attributes: Any) -> str:
        """Any operator with one output. An empty input is one that is left out."""
        return self._node(kind, inputs, [output or self._name(kind)], fused, attributes)[0]

    def ops(self, kind: str, *inputs: str, outputs: int, fused: bool = False, **attributes: Any) -> list[str]:
        """Any operator with several outputs."""
        names = [f"{self._name(kind)}_{number}" for number in range(outputs)]
        return self._node(kind, inputs, names, fused, attributes)

    def weight(self, name: str, values: NDArray[Any]) -> str:
        """A constant; one name is written once."""
        if name in self._weights:
            return name
        values = np.asarray(values, order="C")
        tensor = self._graph.initializer.add()
        tensor.name, tensor.data_type = name, helper.np_dtype_to_tensor_dtype(values.dtype)
        tensor.dims.extend(values.shape)
        if self._data is None or values.nbytes <= _LARGEST_INSIDE:
            tensor.raw_data = values.tobytes()
        else:
            self._data.write(b"\0" * (-self._data.tell() % _ALIGNMENT))
            tensor.data_location = TensorProto.EXTERNAL
            place = {"location": self._data_name, "offset": self._data.tell(), "length": values.nbytes}
            tensor.external_data.extend(onnx.StringStringEntryProto(key=key, value=str(place[key])) for key in place)
            self._data.write(values.data)
        self._weights.add(name)
        return name

    def constant(self, values: NDArray[Any]) -> str:
        """A constant without a name; the same small ones are kept once."""
        key = (values.dtype.str, values.shape, values.tobytes() if values.size <= _LARGEST_SHARED else b"")
        if not key[2]:
            return self.weight(f"our_weight_{len(self._weights)}", values)
        if key not in self._shared:
            self._shared[key] = self.weight(f"our_weight_{len(self._weights)}", values)
        return self._shared[key]

    def number(self, value: float) -> str:
        return self.constant(np.array(value, np.float32))

    def ids(self, *values: int) -> str:
        """A list of whole numbers, as shapes and axes are given."""
        return self.constant(np.array(values, np.int64))

    def index(self, value: int) -> str:
        """One whole number, which takes its axis away when something is gathered by it."""
        return self.constant(np.array(value, np.int64))

    def linear(self, x: str, name: str, weight: Floats, bias: Floats | None = None) -> str:
        """x (…, K) @ weight (K, N), plus the bias (N,) if there is one."""
        if self._int8 and self._fused:
            return self._multiply_at_once(x, name, weight, bias)
        product = self._multiply_rows if self._int8 else self._multiply
        y = product(x, name, weight)
        return y if bias is None else self.op("Add", y, self.weight(f"{name}.bias", bias))

    def logits(self, x: str, name: str, table: Floats, bias: Floats | None) -> str:
        """x (R, H) @ the transposed table (V, H), plus the bias (V,); may be an embedding's table under its name."""
        if self._int8:
            return self.linear(x, f"{name}.logits", table.T, bias)
        given = [self.weight(name, table)] + ([] if bias is None else [self.weight(f"{name}.logits.bias", bias)])
        return self.op("Gemm", x, *given, transB=1)

    def embedding(self, ids: str, name: str, table: Floats) -> str:
        """The rows (…, H) of a table (V, H); int8 with one scale a row if the graph is quantised."""
        if not self._int8:
            return self.op("Gather", self.weight(name, table), ids, axis=0)
        values, scales = quantise(table.T, largest=_LARGEST_ENTRY)
        rows = self.op("Cast", self.op("Gather", self.weight(name, values.T), ids, axis=0), to=TensorProto.FLOAT)
        return self.op("Mul", rows, self.op("Gather", self.weight(f"{name}.scale", scales[:, None]), ids, axis=0))

    def layer_norm(self, x: str, name: str, norm: Norm, epsilon: float) -> str:
        return self.op("LayerNormalization", x, *self._norm(name, norm), axis=-1, epsilon=epsilon)

    def add_and_norm(self, x: str, skip: str, name: str, norm: Norm, bias: Floats, epsilon: float) -> tuple[str, str]:
        """The layer norm of x + skip + bias, and that sum; for fused graphs."""
        given = (*self._norm(name, norm), self.weight(f"{name}.skip_bias", bias))
        names = self.ops("SkipLayerNormalization", x, skip, *given, fused=True, outputs=4, epsilon=epsilon)
        node = self._graph.node[-1]
        node.output[1] = node.output[2] = ""  # mean and deviation, for training only
        return names[0], names[3]

    def _norm(self, name: str, norm: Norm) -> tuple[str, str]:
        return self.weight(f"{name}.weight", norm.gain), self.weight(f"{name}.bias", norm.bias)

    def _multiply(self, x: str, name: str, weight: Floats) -> str:
        return self.op("MatMul", x, self.weight(f"{name}.weight", weight))

    def _multiply_rows(self, x: str, name: str, weight: Floats) -> str:
        """In int8, with a range for each row of x."""
        values, scales = quantise(weight, largest=_LARGEST_FACTOR)
        whole, range_of = self._to_whole(x)
        zeros = self.constant(np.array(128, np.uint8)), self.constant(np.zeros((), np.int8))
        product = self.op("MatMulInteger", whole, self.weight(f"{name}.weight", values), *zeros)
        product = self.op("Mul", self.op("Cast", product, to=TensorProto.FLOAT), range_of)
        return self.op("Mul", product, self.weight(f"{name}.scale", scales))

    def _multiply_at_once(self, x: str, name: str, weight: Floats, bias: Floats | None) -> str:
        """In int8, with one range for all of x."""
        values, scales = quantise(weight, largest=_LARGEST_FACTOR)
        given = [self.weight(f"{name}.weight", values), self.weight(f"{name}.scale", scales)]
        if bias is not None:
            given += ["", self.weight(f"{name}.bias", bias)]
        return self.op("DynamicQuantizeMatMul", x, *given, fused=True)

    def _to_whole(self, x: str) -> tuple[str, str]:
        """x (…, K) as whole numbers around 128, and the scale of each row (…, 1); once for each x."""
        if x not in self._whole:
            peak = self.op("ReduceMax", self.op("Abs", x), axes=[-1], keepdims=1)
            scale = self.op("Mul", self.op("Max", peak, self.number(1e-9)), self.number(1 / 127))
            rounded = self.op("Round", self.op("Div", x, scale))
            shifted = self.op("Add", rounded, self.number(128.0))
            self._whole[x] = self.op("Cast", shifted, to=TensorProto.UINT8), scale
        return self._whole[x]

    def _node(
        self, kind: str, inputs: Sequence[str], outputs: list[str], fused: bool, attributes: dict[str, Any]
    ) -> list[str]:
        domain = _FUSED if fused else ""
        self._graph.node.append(helper.make_node(kind, list(inputs), outputs, domain=domain, **attributes))
        return outputs

    def _name(self, kind: str) -> str:
        return f"our_{kind.lower()}_{len(self._graph.node)}"


def quantise(weight: Floats, *, largest: int) -> tuple[NDArray[np.int8], Floats]:
    """(K, N) as whole numbers from -largest to largest, and what each column has to be multiplied by, (N,)."""
    scales = np.maximum(np.abs(weight).max(axis=0) / largest, 1e-12).astype(np.float32)
    return np.rint(weight / scales).clip(-largest, largest).astype(np.int8), scales
