"""Downloads that do not fit, on real file systems that are soon full."""

import io
import os
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from api.errors import DiskFullError
from api.model_registry import Unpack
from api.model_store import ModelStore, Sources, UnsafeArchiveError, install, progress
from tests.hub import Hub
from tests.model_store.entries import Recorder, entry, entry_file, nothing_installed
from tests.model_store.small_disk import small_disk


def test_the_space_is_checked_first(store: ModelStore, hub: Hub, content: bytes) -> None:
    hub.files = {"model.onnx": content}
    full = ModelStore(store.root, sources=store.sources, reserve_bytes=10**15)
    with pytest.raises(DiskFullError, match="1 MB are needed"):
        install(full, entry(entry_file("model.onnx", content)))
    assert hub.bodies("model.onnx") == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
@pytest.mark.parametrize("known", [True, False])
def test_a_disk_that_is_too_small(tmp_path: Path, hub: Hub, content: bytes, known: bool) -> None:
    """A real file system of 256 KB; refused before the first byte is written, also when only the server knows."""
    hub.files = {"model.onnx": content}
    file = entry_file("model.onnx", content)
    model = entry(file if known else replace(file, size_bytes=None))
    with small_disk(tmp_path / "disk", kilobytes=256) as disk:
        small = ModelStore(disk / "models", sources=Sources(hub=hub.url))
        with pytest.raises(DiskFullError):
            install(small, model)
        assert nothing_installed(small)
        assert small.partial_bytes(model) == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_disk_that_fills_up_meanwhile(
    tmp_path: Path, hub: Hub, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The write itself fails; what is there stays, and the download goes on once there is room."""
    monkeypatch.setattr(progress, "REPORT_EVERY_S", 0)
    hub.files = {"model.onnx": content}
    model = entry(entry_file("model.onnx", content))
    with small_disk(tmp_path / "disk", kilobytes=512) as disk:

        class Hog(Recorder):
            def advance(self, current: int) -> None:
                if current > 50_000 and not (disk / "hog").exists():
                    (disk / "hog").write_bytes(bytes(300_000))

        small = ModelStore(disk / "models", sources=Sources(hub=hub.url))
        with pytest.raises(DiskFullError):
            install(small, model, progress=Hog())
        assert nothing_installed(small)
        kept = small.partial_bytes(model)
        assert 50_000 < kept < len(content)

        (disk / "hog").unlink()
        hub.requests.clear()
        install(small, model)
        assert small.damages(model) == []
        assert hub.requests[-1][2] == f"bytes={kept}-"


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_an_archive_that_does_not_fit(tmp_path: Path, hub: Hub) -> None:
    """Small as an archive, too large unpacked, whatever its headers said before."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        member = tarfile.TarInfo("im2txt/encoder.onnx")
        member.size = 1_000_000
        tar.addfile(member, io.BytesIO(bytes(1_000_000)))
    hub.files = {"im2txt.tar.gz": packed.getvalue()}
    model = entry(entry_file("im2txt.tar.gz", packed.getvalue(), unpack=Unpack(1, ("encoder.onnx",))))
    with small_disk(tmp_path / "disk", kilobytes=256) as disk:
        small = ModelStore(disk / "models", sources=Sources(hub=hub.url))
        with pytest.raises((DiskFullError, UnsafeArchiveError)):
            install(small, model)
        assert nothing_installed(small)
