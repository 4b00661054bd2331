"""Safetensors files from and to numpy arrays: a length, a table in JSON, the bytes.

Format: the README of huggingface/safetensors. Written out, as it is shorter than a dependency.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.common.errors import WeightsError

Array = NDArray[Any]

_MOST_HEADER_BYTES = 100 << 20

BFLOAT16 = np.dtype([("bfloat16", "<u2")])  # numpy has none; `plain` turns it into float32
_DTYPES: dict[str, np.dtype[Any]] = {
    "F64": np.dtype("<f8"),
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "BF16": BFLOAT16,
    "I64": np.dtype("<i8"),
    "I32": np.dtype("<i4"),
    "I16": np.dtype("<i2"),
    "I8": np.dtype("i1"),
    "U8": np.dtype("u1"),
    "BOOL": np.dtype("?"),
}


def read_safetensors(data: Array) -> dict[str, Array]:
    """The tensors in the bytes of a file. Raises WeightsError."""
    length = int.from_bytes(cut(data, 0, 8).tobytes(), "little")
    if length > _MOST_HEADER_BYTES:
        raise WeightsError("its header is longer than that of any model.")
    try:
        header = json.loads(cut(data, 8, length).tobytes())
        entries = [(name, entry) for name, entry in header.items() if name != "__metadata__"]
        return dict(_arrays(data[8 + length :], entries))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise WeightsError(f"its header is damaged: {error}") from error


def _arrays(data: Array, entries: list[tuple[str, Any]]) -> Iterator[tuple[str, Array]]:
    for name, entry in entries:
        dtype, shape, (start, end) = _DTYPES[entry["dtype"]], tuple(entry["shape"]), entry["data_offsets"]
        if not all(type(value) is int and value >= 0 for value in (*shape, start, end)):
            raise ValueError(f"{name} has no whole numbers for its shape")
        size_bytes = math.prod(shape) * dtype.itemsize
        if end - start != size_bytes:
            raise ValueError(f"{name} has {end - start} bytes instead of {size_bytes}")
        numbers: Array = cut(data, start, size_bytes).view(dtype)
        yield name, plain(numbers.reshape(shape))


def cut(data: Array, start: int, length: int) -> Array:
    """Raises WeightsError beyond the end: numpy would give less."""
    if start + length > data.size:
        raise WeightsError("it is cut off.")
    return data[start : start + length]


def plain(numbers: Array) -> Array:
    """Numbers of a dtype that numpy knows."""
    if numbers.dtype != BFLOAT16:
        return numbers
    return (numbers["bfloat16"].astype(np.uint32) << 16).view(np.float32)


def write_safetensors(path: Path, tensors: Mapping[str, Array], dtype: str) -> None:
    """Write all tensors as `dtype` (F32 or F16), one by one."""
    kind = _DTYPES[dtype]
    table: dict[str, Any] = {}
    at = 0
    for name, values in tensors.items():
        end = at + values.size * kind.itemsize
        table[name] = {"dtype": dtype, "shape": list(values.shape), "data_offsets": [at, end]}
        at = end
    header = json.dumps(table).encode()
    header += b" " * (-len(header) % 8)
    with path.open("xb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        for values in tensors.values():
            file.write(np.ascontiguousarray(values, kind).data)
