"""Reading checkpoints without torch: what torch wrote comes back; what a stranger wrote does nothing."""

from __future__ import annotations

import collections
import io
import json
import os
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from service.common.checkpoint import read_checkpoint
from service.common.errors import WeightsError
from service.common.safe_pickle import read_pickle
from service.common.state_dict import StateDict

SIX = np.arange(6, dtype="<f4")


def tensor(
    *,
    kind: str = "FloatStorage",
    key: Any = "0",
    count: Any = 6,
    offset: Any = 0,
    shape: Any = (2, 3),
    strides: Any = (3, 1),
) -> bytes:
    """A pickle `{"w": tensor}` as torch writes it, with what a stranger may change."""

    def text(value: str) -> bytes:
        return b"X" + struct.pack("<I", len(value)) + value.encode()

    def plain(value: Any) -> bytes:
        return pickle.dumps(value, 2)[2:-1]

    storage = b"(" + text("storage") + f"ctorch\n{kind}\n".encode() + plain(key) + text("cpu") + plain(count) + b"tQ"
    arguments = b"(" + storage + plain(offset) + plain(shape) + plain(strides) + b"\x89" + plain(()) + b"t"
    return b"\x80\x02}" + text("w") + b"ctorch._utils\n_rebuild_tensor_v2\n" + arguments + b"Rs."


def write_zip(path: Path, pickled: bytes, *, compression: int = zipfile.ZIP_STORED, **storages: bytes) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("archive/data.pkl", pickled)
        archive.writestr("archive/byteorder", "little")
        for name, content in (storages or {"0": SIX.tobytes()}).items():
            archive.writestr(f"archive/data/{name.removeprefix('_')}", content)
    return path


def write_legacy(
    path: Path, pickled: bytes, *, count: int = 6, keys: Any = ("0",), content: bytes = SIX.tobytes()
) -> Path:
    head = [0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True, "type_sizes": {}}]
    pickles = b"".join(pickle.dumps(value, 2) for value in head) + pickled + pickle.dumps(list(keys), 2)
    path.write_bytes(pickles + struct.pack("<q", count) + content)
    return path


WRITERS: dict[str, Callable[[Path, bytes], Path]] = {"zip": write_zip, "legacy": write_legacy}


@pytest.mark.parametrize("form", WRITERS)
def test_it_works(tmp_path: Path, form: str) -> None:
    found = read_checkpoint(WRITERS[form](tmp_path / "model.bin", tensor()))
    assert found["w"].tolist() == SIX.reshape(2, 3).tolist()
    assert not found["w"].flags.writeable


@pytest.mark.parametrize("is_zip", [True, False])
def test_what_torch_writes_comes_back(tmp_path: Path, is_zip: bool) -> None:
    torch = pytest.importorskip("torch", reason="make install-mlval")
    base = torch.randn(100)
    state = collections.OrderedDict(
        matrix=torch.randn(3, 4),
        half=torch.randn(5).half(),
        bfloat=torch.randn(5).bfloat16(),
        double=torch.randn(5).double(),
        transposed=torch.randn(4, 6).t(),
        window=base[10:20],
        overlapping=base[5:25].view(4, 5),
        parameter=torch.nn.Parameter(torch.randn(2, 2)),
        ids=torch.arange(5),
        flags=torch.tensor([True, False]),
        number=torch.tensor(3.5),
        empty=torch.zeros(0, 3),
    )
    torch.save(state, tmp_path / "model.bin", _use_new_zipfile_serialization=is_zip)
    found = read_checkpoint(tmp_path / "model.bin")
    assert found.keys() == state.keys()
    for name, value in state.items():
        assert np.array_equal(found[name].astype(np.float64), value.detach().double().numpy()), name
        assert found[name].shape == tuple(value.shape)


@pytest.mark.parametrize("is_zip", [True, False])
def test_a_training_checkpoint_of_torch(tmp_path: Path, is_zip: bool) -> None:
    torch = pytest.importorskip("torch", reason="make install-mlval")
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))
    saved = {"model": model.state_dict(), "epoch": 3, "rate": 0.5, "note": None}
    torch.save(saved, tmp_path / "model.pth", _use_new_zipfile_serialization=is_zip)
    assert read_checkpoint(tmp_path / "model.pth", under="model").keys() == model.state_dict().keys()
    for under in (None, "epoch", "nothing"):
        with pytest.raises(WeightsError, match=r"^model.pth cannot be read: it holds no ta?"):
            read_checkpoint(tmp_path / "model.pth", under=under)


class Calls:
    """Pickles to a call of anything."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> Any:
        return self.call


def hostile() -> dict[str, bytes]:
    trace = "touch hostile-pickle-ran"
    memo_bomb: Any = ["x"]
    for _ in range(60):
        memo_bomb = [memo_bomb] * 10
    return {
        "os.system": pickle.dumps({"w": Calls(os.system, trace)}, 2),
        "eval": pickle.dumps({"w": Calls(eval, f"__import__('os').system('{trace}')")}, 2),
        "exec in protocol 4": pickle.dumps({"w": Calls(exec, "raise SystemExit")}, 4),
        "protocol 0": pickle.dumps({"w": Calls(os.system, trace)}, 0),
        "an innocent name first": pickle.dumps({"a": collections.OrderedDict(), "w": Calls(os.system, trace)}, 2),
        "a chain through getattr": pickle.dumps(Calls(getattr, Calls(__import__, "os"), "system"), 2),
        "a chain of __reduce__": pickle.dumps(Calls(Calls, Calls(os.getcwd)), 2),
        "a class": pickle.dumps({"w": Calls}, 2),
        "an object": pickle.dumps({"w": zipfile.ZipInfo()}, 4),
        "INST": b"(S'touch hostile-pickle-ran'\nios\nsystem\n.",
        "OBJ": b"(cos\nsystem\nS'touch hostile-pickle-ran'\no.",
        "an extension": b"\x82\x01.",
        "a call of what it made": b"\x80\x02ccollections\nOrderedDict\n)R)R.",
        "a call of a type": b"\x80\x02ctorch\nFloatStorage\n)R.",
        "attributes on a function": b"\x80\x02ccollections\nOrderedDict\n}X\x01\x00\x00\x00aK\x01sb.",
        "items of a function": b"\x80\x02ccollections\nOrderedDict\nK\x01a.",
        "another name in torch": b"\x80\x02ctorch\nload\nX\x01\x00\x00\x00x\x85R.",
        "a memo bomb": pickle.dumps(memo_bomb, 2),
        "a memo that is empty": b"\x80\x02h\x07.",
        "a list in itself as key": b"\x80\x02}q\x00h\x00K\x01s.",
        "no mark": b"\x80\x02K\x01t.",
        "a mark as value": b"\x80\x02(.",
        "an empty stack": b"\x80\x02.",
        "an odd number of items": b"\x80\x02}(K\x01u.",
        "no end": b"\x80\x02}",
        "nothing": b"",
        "a text beyond the end": b"\x80\x02X\xff\xff\xff\x7fabc.",
        "an unknown instruction": b"\x80\x02\xff.",
        "an unknown persistent id": b"\x80\x02K\x01Q.",
        "no storage": tensor().replace(b"storage", b"st_rage"),
        "an unknown storage": tensor(kind="QInt8Storage"),
        "a storage outside": tensor(key="../0"),
        "a storage with a number for its key": tensor(key=0),
        "a storage that is not there": tensor(key="7"),
        "a storage with a larger size": tensor(count=7),
        "a storage with a smaller size": tensor(count=5),
        "a storage with a negative size": tensor(count=-6),
        "a storage of nearly all memory": tensor(count=1 << 62),
        "a tensor beyond its storage": tensor(offset=1),
        "a tensor before its storage": tensor(offset=-1),
        "a tensor of nearly all memory": tensor(shape=(1 << 31, 1 << 31), strides=(0, 0)),
        "a tensor that repeats": tensor(shape=(7,), strides=(0,)),
        "strides beyond": tensor(strides=(4, 1)),
        "negative strides": tensor(strides=(-3, 1)),
        "fewer strides than sizes": tensor(strides=(1,)),
        "a shape of texts": tensor(shape=("2", "3")),
        "a shape of truths": tensor(shape=(True, True)),
        "more axes than numpy has": tensor(shape=(1,) * 70, strides=(1,) * 70),
    }  # fmt: skip


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("name", hostile())
def test_what_a_stranger_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    path = WRITERS[form](tmp_path / "model.bin", hostile()[name])
    with pytest.raises(WeightsError, match=r"^model\.bin cannot be read: .+[.)]?$"):
        read_checkpoint(path)
    assert [path.name for path in tmp_path.iterdir()] == ["model.bin"]


def test_a_very_long_pickle_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.common.safe_pickle._MOST_STEPS", 1000)
    with pytest.raises(WeightsError, match="longer than that of any model"):
        read_pickle(io.BytesIO(b"\x80\x02" + b"N0" * 1000 + b"N."), makers={})


@pytest.mark.parametrize("form", WRITERS)
def test_a_file_cut_off_anywhere(tmp_path: Path, form: str) -> None:
    path = WRITERS[form](tmp_path / "model.bin", tensor())
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(WeightsError):
            read_checkpoint(path)


@pytest.mark.parametrize("form", WRITERS)
def test_a_file_with_any_byte_changed_is_read_or_refused(tmp_path: Path, form: str) -> None:
    path = WRITERS[form](tmp_path / "model.bin", tensor())
    whole = path.read_bytes()
    for place in range(0, len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x5A]) + whole[place + 1 :])
        try:
            found = read_checkpoint(path)
        except WeightsError:
            continue
        assert all(array.size <= 6 for array in found.values())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda path: write_zip(path, tensor(), compression=zipfile.ZIP_DEFLATED), "compressed"),
        (lambda path: write_zip(path, tensor(), _1=SIX.tobytes()), "storage 0 is missing"),
        (lambda path: write_zip(path, tensor(), _0=b"abc"), "storage 0 is missing or has another size"),
        (lambda path: write_legacy(path, tensor(), count=7), "another length"),
        (lambda path: write_legacy(path, tensor(), content=b"abc"), "cut off"),
        (lambda path: write_legacy(path, tensor(), keys=("7",)), "unknown"),
        (lambda path: write_legacy(path, tensor(), keys=([],)), "unknown"),
        (lambda path: write_legacy(path, tensor(), keys=()), "missing"),
        (lambda path: path.write_bytes(b"GGUF" * 100), "no checkpoint of PyTorch"),
        (lambda path: path.write_bytes(b""), "empty"),
        (lambda path: path.unlink(missing_ok=True), "No such file"),
    ],
)
def test_other_damage(tmp_path: Path, change: Callable[[Path], object], sentence: str) -> None:
    change(tmp_path / "model.bin")
    with pytest.raises(WeightsError, match=sentence):
        read_checkpoint(tmp_path / "model.bin")


def write_safetensors(path: Path, header: object, content: bytes = SIX.tobytes()) -> Path:
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + content)
    return path


def entry(**changes: Any) -> dict[str, Any]:
    return {"w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24], **changes}}


def test_safetensors(tmp_path: Path) -> None:
    path = write_safetensors(tmp_path / "model.safetensors", {"__metadata__": {"format": "pt"}, **entry()})
    assert read_checkpoint(path)["w"].tolist() == SIX.reshape(2, 3).tolist()


def test_what_the_safetensors_package_writes_comes_back(tmp_path: Path) -> None:
    saving = pytest.importorskip("safetensors.numpy", reason="make install-blip")
    arrays = {"w": np.random.default_rng(0).standard_normal((3, 4)).astype(np.float16), "ids": np.arange(7)}
    saving.save_file(arrays, tmp_path / "model.safetensors")
    found = read_checkpoint(tmp_path / "model.safetensors")
    assert all(np.array_equal(found[name], arrays[name]) for name in arrays)


@pytest.mark.parametrize(
    "header",
    [
        [],
        {},
        {"w": 7},
        entry(dtype="F8"),
        entry(dtype=["F32"]),
        entry(shape=[7]),
        entry(shape=[-2, -3]),
        entry(shape=[2.0, 3.0]),
        entry(shape="ab"),
        entry(data_offsets=[0]),
        entry(data_offsets=[24, 48]),
        entry(data_offsets=[-24, 0]),
        entry(shape=[1 << 60], data_offsets=[0, 1 << 62]),
    ],
)
def test_damaged_safetensors(tmp_path: Path, header: object) -> None:
    with pytest.raises(WeightsError, match="model.safetensors cannot be read"):
        read_checkpoint(write_safetensors(tmp_path / "model.safetensors", header))


def test_a_header_of_nearly_all_memory(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    for start in (b"\xff" * 8, struct.pack("<Q", 1 << 20), b"abc"):
        path.write_bytes(start)
        with pytest.raises(WeightsError):
            read_checkpoint(path)


class TestStateDict:
    def test_each_is_taken_once_as_float32(self) -> None:
        state = StateDict({"a": np.ones((2, 3), np.float16), "b": np.ones(1), "c.version": np.ones(1)})
        assert state.take("a", 2, 3).dtype == np.float32
        with pytest.raises(WeightsError, match="lack a"):
            state.take("a", 2, 3)
        state.drop(r"c\..*")
        with pytest.raises(WeightsError, match="nothing uses: b"):
            state.end()
        state.take("b", 1)
        state.end()

    def test_shapes_and_numbers_are_checked(self) -> None:
        state = StateDict({"a": np.ones((2, 3)), "nan": np.array([np.nan])})
        with pytest.raises(WeightsError, match=r"a has the shape \(2, 3\), but \(3, 2\) is wanted"):
            state.take("a", 3, 2)
        with pytest.raises(WeightsError, match="not finite"):
            state.take("nan", 1)
