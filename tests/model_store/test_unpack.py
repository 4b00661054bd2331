"""Archives from strangers."""

import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from api.model_registry import Unpack
from api.model_store import ModelStore, UnsafeArchiveError, install
from tests.hub import Hub
from tests.model_store.entries import entry, entry_file

Change = Callable[[tarfile.TarFile], None]


def archive(change: Change | None = None, *, mode: str = "w:gz") -> bytes:
    """im2txt/encoder.onnx and whatever `change` adds."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode=mode) as tar:  # type: ignore[call-overload]
        folder = tarfile.TarInfo("im2txt")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        add(tar, "im2txt/encoder.onnx", b"encoder")
        if change:
            change(tar)
    return target.getvalue()


def add(tar: tarfile.TarFile, name: str, content: bytes = b"x", **attributes: object) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    for key, value in attributes.items():
        setattr(member, key, value)
    tar.addfile(member, io.BytesIO(content))


def link(name: str, target: str, kind: bytes) -> Change:
    def change(tar: tarfile.TarFile) -> None:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, target
        tar.addfile(member)
        # What the link is for: a file written through it.
        add(tar, f"{name}/owned")

    return change


def unpacked(store: ModelStore, hub: Hub, content: bytes) -> Path:
    hub.files = {"im2txt.tar.gz": content}
    file = entry_file("im2txt.tar.gz", content, unpack=Unpack(strip=1, members=("encoder.onnx",)))
    install(store, model := entry(file))
    return store.folder(model)


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_it_works(store: ModelStore, hub: Hub, mode: str) -> None:
    folder = unpacked(store, hub, archive(lambda tar: add(tar, "./im2txt/sub/decoder.onnx"), mode=mode))
    assert (folder / "encoder.onnx").read_bytes() == b"encoder"
    assert (folder / "sub/decoder.onnx").read_bytes() == b"x"
    assert not (folder / "im2txt.tar.gz").exists()


def test_modes_and_owners_are_ours(store: ModelStore, hub: Hub) -> None:
    folder = unpacked(store, hub, archive(lambda tar: add(tar, "im2txt/tool", mode=0o6777, uid=0, gid=0)))
    assert (folder / "tool").stat().st_mode & 0o7111 == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda tar: add(tar, "../evil"),
        lambda tar: add(tar, "im2txt/../../evil"),
        lambda tar: add(tar, "/tmp/evil"),  # noqa: S108 - a name in an archive
        lambda tar: add(tar, "im2txt/sub/../../../evil"),
        lambda tar: add(tar, "im2txt/.hidden"),
        lambda tar: add(tar, "evil"),
        lambda tar: add(tar, "im2txt/encoder.onnx", b"again"),
        lambda tar: add(tar, "im2txt\\..\\evil"),
        lambda tar: add(tar, "im2txt/encoder.onnx/below a file"),
        link("im2txt/out", "/etc", tarfile.SYMTYPE),
        link("im2txt/out", "../../..", tarfile.SYMTYPE),
        link("im2txt/out", "/etc/passwd", tarfile.LNKTYPE),
        link("im2txt/out", "im2txt/encoder.onnx", tarfile.LNKTYPE),
        lambda tar: add(tar, "im2txt/device", b"", type=tarfile.CHRTYPE, devmajor=1, devminor=5),
        lambda tar: add(tar, "im2txt/disk", b"", type=tarfile.BLKTYPE, devmajor=8, devminor=0),
        lambda tar: add(tar, "im2txt/pipe", b"", type=tarfile.FIFOTYPE),
    ],
)
def test_what_is_not_a_plain_file_inside_is_refused(
    store: ModelStore, hub: Hub, tmp_path: Path, change: Change
) -> None:
    with pytest.raises(UnsafeArchiveError):
        unpacked(store, hub, archive(change))
    assert not (store.root / "tiny").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["models"]
    assert not list(tmp_path.rglob("evil")) and not list(tmp_path.rglob("owned"))


def test_a_broken_archive(store: ModelStore, hub: Hub) -> None:
    whole = archive(lambda tar: add(tar, "im2txt/decoder.onnx", os.urandom(100_000)))
    with pytest.raises(UnsafeArchiveError):
        unpacked(store, hub, whole[:-50_000])
    with pytest.raises(UnsafeArchiveError):
        unpacked(store, hub, b"no archive at all")


def test_an_archive_without_what_it_should_hold(store: ModelStore, hub: Hub) -> None:
    content = archive()
    hub.files = {"im2txt.tar.gz": content}
    file = entry_file("im2txt.tar.gz", content, unpack=Unpack(strip=1, members=("encoder.onnx", "decoder.onnx")))
    with pytest.raises(UnsafeArchiveError, match="lacks decoder.onnx"):
        install(store, entry(file))
    assert not (store.root / "tiny").exists()


def test_a_bomb(store: ModelStore, hub: Hub) -> None:
    """A small archive that says it holds more than the disk has."""

    def change(tar: tarfile.TarFile) -> None:
        member = tarfile.TarInfo("im2txt/bomb")
        member.size = 1 << 50
        tar.addfile(member)

    with pytest.raises(UnsafeArchiveError, match="take more than"):
        unpacked(store, hub, archive(change))
