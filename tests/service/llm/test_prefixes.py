"""What is kept for the next process: whole, ours, and not too much."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from service.common.errors import WeightsError
from service.llm import prefixes
from service.llm.prefixes import PrefixFiles
from service.llm.settings import Settings


@pytest.fixture
def files(tmp_path: Path) -> PrefixFiles:
    return PrefixFiles(tmp_path / "kept", "a model")


def test_it_comes_back(files: PrefixFiles, tmp_path: Path) -> None:
    assert files.read([1, 2]) is None
    files.write([1, 2], memoryview(b"state"))
    assert files.read([1, 2]) == b"state"
    assert files.read([1, 3]) is None
    assert PrefixFiles(tmp_path / "kept", "another model").read([1, 2]) is None
    assert (tmp_path / "kept").stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "kept").iterdir())


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: b"", lambda data: data[:-1] + b"!"])
def test_a_damaged_file_is_not_used(files: PrefixFiles, tmp_path: Path, change: object) -> None:
    files.write([1], memoryview(b"state"))
    (path,) = (tmp_path / "kept").iterdir()
    path.write_bytes(change(path.read_bytes()))  # type: ignore[operator]
    assert files.read([1]) is None
    assert not path.exists()


def test_a_folder_open_to_others_is_not_used(files: PrefixFiles, tmp_path: Path) -> None:
    files.write([1], memoryview(b"state"))
    (tmp_path / "kept").chmod(0o777)
    assert files.read([1]) is None
    files.write([2], memoryview(b"state"))
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_a_link_in_its_place_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "kept").symlink_to(tmp_path / "elsewhere")
    PrefixFiles(tmp_path / "kept", "a model").write([1], memoryview(b"state"))
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_no_room_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    PrefixFiles(tmp_path / "file" / "kept", "a model").write([1], memoryview(b"state"))


def test_the_least_recently_used_go(files: PrefixFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefixes, "_MOST_BYTES", 30)  # two of them
    for number in range(2):
        files.write([number], memoryview(b"12345678"))
        os.utime(files._path([number]), (number, number))
    assert files.read([0]) is not None  # and is now the most recently used
    files.write([2], memoryview(b"12345678"))
    assert [number for number in range(3) if files.read([number]) is not None] == [0, 2]


@pytest.mark.parametrize("text", ["many", "0", "-1", "1e3", "1000000"])
def test_a_wrong_context_size(text: str) -> None:
    with pytest.raises(WeightsError, match="CONTEXT_TOKENS"):
        Settings.from_env({"CONTEXT_TOKENS": text})


def test_settings() -> None:
    assert Settings.from_env({"CONTEXT_TOKENS": " 8192 ", "PREFIX_DIR": "/x"}) == Settings(8192, Path("/x"))
    assert Settings.from_env({}).context_tokens == 4096
