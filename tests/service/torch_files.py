"""State dicts in PyTorch's format from before 1.6, written without PyTorch."""

from __future__ import annotations

import pickle
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_KINDS = {np.dtype(np.float32): "FloatStorage", np.dtype(np.int64): "LongStorage"}


def write_checkpoint(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    """Each tensor with a storage of its own."""
    head = [0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True, "type_sizes": {}}]
    table = b"".join(_text(name) + _tensor(str(key), array) for key, (name, array) in enumerate(arrays.items()))
    keys = [str(key) for key in range(len(arrays))]
    storages = b"".join(struct.pack("<q", array.size) + array.tobytes() for array in arrays.values())
    pickles = b"".join(pickle.dumps(value, 2) for value in head)
    path.write_bytes(pickles + b"\x80\x02}(" + table + b"u." + pickle.dumps(keys, 2) + storages)


def _tensor(key: str, array: NDArray[Any]) -> bytes:
    storage = b"(" + _text("storage") + f"ctorch\n{_KINDS[array.dtype]}\n".encode()
    storage += _text(key) + _text("cpu") + _plain(array.size) + b"tQ"
    strides = tuple(stride // array.itemsize for stride in np.zeros(array.shape, array.dtype).strides)
    arguments = b"(" + storage + _plain(0) + _plain(array.shape) + _plain(strides) + b"\x89" + _plain(()) + b"t"
    return b"ctorch._utils\n_rebuild_tensor_v2\n" + arguments + b"R"


def _text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def _plain(value: Any) -> bytes:
    return pickle.dumps(value, 2)[2:-1]
