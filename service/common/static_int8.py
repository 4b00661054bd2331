"""Bring the convolutions of a graph to int8 by what flows through them; for conversions only.

Static quantisation (Jacob et al. 2018, arXiv:1712.05877): the range of every activation is measured once, on
samples. Weights have a scale for each output channel and 7 bits, because CPUs with AVX2 and without VNNI would
overflow at 8.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static

Sample = dict[str, NDArray[Any]]


def quantise_convolutions(source: Path, target: Path, samples: Sequence[Sample]) -> None:
    """Write `source` with int8 convolutions to `target`; everything else stays float32.

    samples: what the graph is run on, inputs by name; they should be like what it will see.
    """
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        quantize_static(
            str(source),
            str(Path(scratch) / "int8.onnx"),
            _Samples(samples),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv", "Relu", "Add", "MaxPool", "GlobalAveragePool"],
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
        )
        (Path(scratch) / "int8.onnx").replace(target)


class _Samples(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, samples: Sequence[Sample]) -> None:
        self._left: Iterator[Sample] = iter(samples)

    def get_next(self) -> Sample | None:
        return next(self._left, None)
