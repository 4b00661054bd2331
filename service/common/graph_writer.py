"""Write transformer graphs as ONNX files, with weights in fp32 or int8; for conversions only.

The graphs are written, not traced: the result does not change with an exporter, the operators are the fused ones
of ONNX Runtime (com.microsoft), and no weight is in memory twice. Weights lie in one file beside the graph, which
the engine maps instead of reading.

int8: one scale for each output of a matrix, from -63 to 63. A bit less than there is, because CPUs with AVX2 and
without VNNI add pairs of products in 16 bits: 2 * 255 * 63 still fits, so every CPU computes the same.
Activations are quantised as they come, with one scale for all rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

Floats = NDArray[np.float32]

OPSET = 17
INT8_LIMIT = 63
_FUSED = "com.microsoft"
# Larger than any page or cache line that weights are mapped by.
_ALIGNMENT = 4096
# Smaller tensors stay in the graph.
_LARGEST_INSIDE = 1024


@dataclass(frozen=True)
class Linear:
    """weight (K, N), bias (N,)."""

    weight: Floats
    bias: Floats


@dataclass(frozen=True)
class Norm:
    """gain and bias (H,) of a layer norm."""

    gain: Floats
    bias: Floats


class GraphWriter:
    """One graph on its way to PATH and PATH.data; a context, at whose end both are complete.

    Methods that add an operator give the name of its output.
    """

    def __init__(self, path: Path, *, int8: bool) -> None:
        self.int8 = int8
        self._path = path
        self._data_name = f"{path.name}.data"
        self._data = path.with_name(self._data_name).open("xb")
        self._nodes: list[onnx.NodeProto] = []
        self._weights: dict[str, onnx.TensorProto] = {}
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._data.close()
        if error is not None:
            return
        graph = helper.make_graph(
            self._nodes, self._path.stem, self._inputs, self._outputs, initializer=list(self._weights.values())
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(_FUSED, 1)]
        model = helper.make_model(
            graph, opset_imports=opsets, ir_version=9, producer_name="service.common.graph_writer"
        )
        self._path.write_bytes(model.SerializeToString())

    def input(self, name: str, shape: Sequence[int | str], *, integer: bool = False) -> str:
        kind = TensorProto.INT64 if integer else TensorProto.FLOAT
        self._inputs.append(helper.make_tensor_value_info(name, kind, list(shape)))
        return name

    def output(self, name: str, value: str, shape: Sequence[int | str]) -> None:
        """Give a value out by this name."""
        self._nodes.append(helper.make_node("Identity", [value], [name]))
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape)))

    def weight(self, name: str, values: NDArray[Any]) -> str:
        """A constant; one name is written once."""
        if name in self._weights:
            return name
        values = np.asarray(values, order="C")
        tensor = TensorProto(name=name, dims=values.shape, data_type=helper.np_dtype_to_tensor_dtype(values.dtype))
        if values.nbytes <= _LARGEST_INSIDE:
            tensor.raw_data = values.tobytes()
        else:
            self._data.write(b"\0" * (-self._data.tell() % _ALIGNMENT))
            tensor.data_location = TensorProto.EXTERNAL
            place = {"location": self._data_name, "offset": self._data.tell(), "length": values.nbytes}
            tensor.external_data.extend(onnx.StringStringEntryProto(key=key, value=str(place[key])) for key in place)
            self._data.write(values.data)
        self._weights[name] = tensor
        return name

    def constant(self, values: Sequence[int] | int) -> str:
        """Whole numbers, for shapes and indices."""
        array = np.array(values, np.int64)
        return self.weight(f"int_{'x'.join(map(str, array.ravel()))}_{array.ndim}", array)

    def add_node(self, kind: str, *inputs: str, fused: bool = False, **attributes: Any) -> str:
        """Any operator with one output. An empty input is one that is left out."""
        return self.add_nodes(kind, *inputs, outputs=1, fused=fused, **attributes)[0]

    def add_nodes(self, kind: str, *inputs: str, outputs: int, fused: bool = False, **attributes: Any) -> list[str]:
        """Any operator with several outputs."""
        self._count += 1
        names = [f"{kind}_{self._count}_{number}" for number in range(outputs)]
        domain = _FUSED if fused else ""
        self._nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return names

    def linear(self, x: str, name: str, weight: Floats, bias: Floats | None = None) -> str:
        """x @ weight (K, N), quantised if the graph is; with the bias (N,) if there is one."""
        if not self.int8:
            y = self.add_node("MatMul", x, self.weight(f"{name}.weight", weight))
            return y if bias is None else self.add_node("Add", y, self.weight(f"{name}.bias", bias))
        values, scales = quantise(weight)
        given = [self.weight(f"{name}.weight", values), self.weight(f"{name}.scale", scales)]
        if bias is not None:
            given += ["", self.weight(f"{name}.bias", bias)]
        return self.add_node("DynamicQuantizeMatMul", x, *given, fused=True)

    def logits(self, x: str, name: str, table: Floats, bias: Floats | None) -> str:
        """x (R, H) @ the transposed table (V, H), plus the bias (V,); may be an embedding's table under its name."""
        if self.int8:
            return self.linear(x, f"{name}.logits", table.T, bias)
        given = [self.weight(name, table)] + ([] if bias is None else [self.weight(f"{name}.logits.bias", bias)])
        return self.add_node("Gemm", x, *given, transB=1)

    def embedding(self, ids: str, name: str, table: Floats) -> str:
        """The rows (…, H) of a table (V, H); int8 with one scale a row if the graph is quantised."""
        if not self.int8:
            return self.add_node("Gather", self.weight(name, table), ids)
        values, scales = quantise(table.T)
        rows = self.add_node("Gather", self.weight(name, values.T), ids)
        scale = self.add_node("Gather", self.weight(f"{name}.scale", scales[:, None]), ids)
        return self.add_node("Mul", self.add_node("Cast", rows, to=TensorProto.FLOAT), scale)

    def layer_norm(self, x: str, name: str, norm: Norm, epsilon: float) -> str:
        return self.add_node("LayerNormalization", x, *self._norm(name, norm), axis=-1, epsilon=epsilon)

    def add_and_norm(self, x: str, skip: str, name: str, norm: Norm, bias: Floats, epsilon: float) -> tuple[str, str]:
        """The layer norm of x + skip + bias, and that sum."""
        given = (*self._norm(name, norm), self.weight(f"{name}.skip_bias", bias))
        names = self.add_nodes("SkipLayerNormalization", x, skip, *given, fused=True, outputs=4, epsilon=epsilon)
        self._nodes[-1].output[1] = self._nodes[-1].output[2] = ""  # mean and deviation, for training only
        return names[0], names[3]

    def _norm(self, name: str, norm: Norm) -> tuple[str, str]:
        return self.weight(f"{name}.weight", norm.gain), self.weight(f"{name}.bias", norm.bias)


def quantise(weight: Floats) -> tuple[NDArray[np.int8], Floats]:
    """(K, N) float32 as int8 and the scale of each column (N,); a column of zeros has the scale 1."""
    largest = np.abs(weight).max(axis=0)
    scales = np.where(largest > 0, largest / INT8_LIMIT, 1.0).astype(np.float32)
    return np.rint(weight / scales).astype(np.int8), scales
