"""Read the weights of a PyTorch checkpoint or a safetensors file as numpy arrays, without PyTorch.

For conversions only; engines load ONNX. The arrays are views of the file, read when they are used, so a
model needs no memory twice. What a file says about itself is never believed: every length and every
stride is held against the bytes that are there.

Formats: torch/serialization.py (zip since 1.6, and the one before it); the safetensors README.
"""

from __future__ import annotations

import io
import math
import re
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from service.common.errors import WeightsError
from service.common.safe_pickle import Named, read_pickle
from service.common.safetensors_file import BFLOAT16, Array, cut, plain, read_safetensors

_LEGACY_MAGIC, _LEGACY_PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
_MOST_AXES = 16

_STORAGES = {
    "DoubleStorage": np.dtype("<f8"),
    "FloatStorage": np.dtype("<f4"),
    "HalfStorage": np.dtype("<f2"),
    "BFloat16Storage": BFLOAT16,
    "LongStorage": np.dtype("<i8"),
    "IntStorage": np.dtype("<i4"),
    "ShortStorage": np.dtype("<i2"),
    "CharStorage": np.dtype("i1"),
    "ByteStorage": np.dtype("u1"),
    "BoolStorage": np.dtype("?"),
}


def read_checkpoint(path: Path, *, under: str | None = None) -> dict[str, Array]:
    """The tensors of a state dict by name; read-only, bfloat16 as float32.

    under: the key of the state dict in a checkpoint that holds more than that.
    Raises WeightsError for a file that cannot be read, or that holds more than data.
    """
    try:
        data: Array = np.memmap(path, np.uint8, mode="r")
        with path.open("rb") as file:
            tensors = _read(file, data, path, under)
    except WeightsError as error:
        raise WeightsError(f"{path.name} cannot be read: {error}") from None
    except (OSError, ValueError) as error:  # a missing or an empty file
        raise WeightsError(f"{path.name} cannot be read: {error}") from error
    if not tensors:
        raise WeightsError(f"{path.name} cannot be read: it holds no tensors by name.")
    return tensors


def _read(file: IO[bytes], data: Array, path: Path, under: str | None) -> dict[str, Array]:
    if path.suffix == ".safetensors":
        return read_safetensors(data)
    if zipfile.is_zipfile(file):
        saved, storages = _read_zip(file, data)
    else:
        file.seek(0)
        saved, storages = _read_legacy(file, data)
    if under is not None:
        saved = saved.get(under) if isinstance(saved, dict) else None
    if not isinstance(saved, dict):
        raise WeightsError("it holds no table of tensors.")
    named = {name: value for name, value in saved.items() if type(name) is str and isinstance(value, _Tensor)}
    return {name: tensor.array(storages) for name, tensor in named.items()}


@dataclass(frozen=True)
class _Storage:
    """A run of `count` numbers somewhere in the file."""

    key: str
    dtype: np.dtype[Any]
    count: int

    @property
    def size_bytes(self) -> int:
        return self.count * self.dtype.itemsize


@dataclass(frozen=True)
class _Tensor:
    """A window on a storage, checked when it is opened: before 1.6 the storages come after the pickle."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def array(self, storages: Mapping[str, Array]) -> Array:
        """Raises WeightsError when the window reaches beyond the storage, or repeats parts of it."""
        if self.storage.key not in storages:
            raise WeightsError(f"the bytes of storage {self.storage.key} are missing.")
        numbers = storages[self.storage.key].view(self.storage.dtype)
        count = math.prod(self.shape)
        last = self.offset + sum((size - 1) * stride for size, stride in zip(self.shape, self.strides, strict=True))
        if count > numbers.size or (count > 0 and last >= numbers.size):
            raise WeightsError(f"a tensor of shape {self.shape} does not fit into its {numbers.size} numbers.")
        if count == 0:
            return np.zeros(self.shape, plain(numbers[:0]).dtype)
        steps = tuple(stride * numbers.itemsize for stride in self.strides)
        window = np.lib.stride_tricks.as_strided(numbers[self.offset :], self.shape, steps, writeable=False)
        return plain(window)


def _rebuild_tensor(storage: Any, offset: Any, shape: Any, strides: Any, *_: Any) -> _Tensor:
    """Stands for torch._utils._rebuild_tensor_v2; what follows are gradients and hooks."""
    if not isinstance(storage, _Storage):
        raise ValueError("a tensor without a storage")
    for values in ((offset,), shape, strides):
        if type(values) is not tuple or not all(type(value) is int and value >= 0 for value in values):
            raise ValueError("a tensor whose shape is not made of whole numbers")
    if len(shape) != len(strides) or len(shape) > _MOST_AXES:
        raise ValueError("a tensor with too many axes")
    return _Tensor(storage, offset, shape, strides)


def _rebuild_parameter(tensor: Any, *_: Any) -> Any:
    return tensor


def _ordered_dict(items: Any = ()) -> dict[Any, Any]:
    """An OrderedDict comes empty, or with a list of pairs."""
    return dict(items)


_MAKERS: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): _ordered_dict,
    ("torch._utils", "_rebuild_tensor"): _rebuild_tensor,
    ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
    ("torch._utils", "_rebuild_parameter"): _rebuild_parameter,
    # A type of storage is named in a persistent id, never called: its dtype stands for it.
    **{("torch", name): dtype for name, dtype in _STORAGES.items()},
}


def _persistent(seen: dict[str, _Storage]) -> Any:
    """persistent id -> _Storage; each is noted in `seen`, by its key."""

    def storage_of(identity: Any) -> _Storage:
        if type(identity) is not tuple or len(identity) not in (5, 6) or identity[0] != "storage":
            raise ValueError("an unknown kind of persistent id")
        _, named, key, _, count, *view = identity
        dtype = named.value if isinstance(named, Named) else None
        if not isinstance(dtype, np.dtype) or type(key) is not str or not re.fullmatch(r"\w+", key):
            raise ValueError("an unknown kind of storage")
        if type(count) is not int or count < 0 or any(view):
            raise ValueError("a storage of an impossible size")
        storage = _Storage(key, dtype, count)
        if seen.setdefault(key, storage) != storage:
            raise ValueError(f"storage {key} is described twice, differently")
        return storage

    return storage_of


def _read_zip(file: IO[bytes], data: Array) -> tuple[Any, dict[str, Array]]:
    """What data.pkl holds, and the bytes of each storage that it names."""
    seen: dict[str, _Storage] = {}
    try:
        with zipfile.ZipFile(file) as archive:
            entries = {info.filename: info for info in archive.infolist()}
            pickled = [name for name in entries if re.fullmatch(r"[^/]+/data\.pkl", name)]
            if len(pickled) != 1:
                raise WeightsError("it is a zip file, but no checkpoint.")
            root = pickled[0].removesuffix("data.pkl")
            byte_order = entries.get(f"{root}byteorder")
            if byte_order is not None and _bytes_of(data, byte_order).tobytes() != b"little":
                raise WeightsError("its numbers are in big-endian order.")
            text = io.BytesIO(_bytes_of(data, entries[pickled[0]]).tobytes())
            saved = read_pickle(text, makers=_MAKERS, persistent=_persistent(seen))
            storages = {}
            for key, storage in seen.items():
                entry = entries.get(f"{root}data/{key}")
                if entry is None or entry.file_size != storage.size_bytes:
                    raise WeightsError(f"storage {key} is missing or has another size than {storage.size_bytes} bytes.")
                storages[key] = _bytes_of(data, entry)
    except (zipfile.BadZipFile, struct.error, NotImplementedError) as error:
        raise WeightsError(f"it is a damaged zip file: {error}") from error
    return saved, storages


def _bytes_of(data: Array, entry: zipfile.ZipInfo) -> Array:
    """An entry as it lies in the file; torch stores them uncompressed."""
    if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 0x1:
        raise WeightsError(f"{entry.filename} in it is compressed or encrypted.")
    header = data[entry.header_offset : entry.header_offset + 30].tobytes()
    signature, name_length, extra_length = struct.unpack("<4s22xHH", header)
    if signature != b"PK\x03\x04":
        raise WeightsError(f"{entry.filename} in it has no header.")
    start = entry.header_offset + 30 + name_length + extra_length
    return cut(data, start, entry.file_size)


def _read_legacy(file: IO[bytes], data: Array) -> tuple[Any, dict[str, Array]]:
    """What torch.save wrote before 1.6: five pickles in a row, then each storage with its length before it."""
    seen: dict[str, _Storage] = {}
    try:
        magic = read_pickle(file, makers={})
    except WeightsError:
        magic = None
    if magic != _LEGACY_MAGIC:
        raise WeightsError("it is no checkpoint of PyTorch.")
    if read_pickle(file, makers={}) != _LEGACY_PROTOCOL:
        raise WeightsError("it is a checkpoint of an unknown version.")
    system = read_pickle(file, makers={})
    if not isinstance(system, dict) or system.get("little_endian") is not True:
        raise WeightsError("its numbers are in big-endian order.")
    saved = read_pickle(file, makers=_MAKERS, persistent=_persistent(seen))
    keys = read_pickle(file, makers={})
    if type(keys) is not list:
        raise WeightsError("its list of storages is damaged.")
    storages: dict[str, Array] = {}
    at = file.tell()
    for key in keys:
        storage = seen.get(key) if type(key) is str else None
        if storage is None or int.from_bytes(cut(data, at, 8).tobytes(), "little") != storage.count:
            raise WeightsError(f"storage {key!r} is unknown or has another length than it should.")
        storages[storage.key] = cut(data, at + 8, storage.size_bytes)
        at += 8 + storage.size_bytes
    return saved, storages
