"""File types, names, ranges, and opening what is no file."""

import os
import threading
import time
from pathlib import Path

import pytest

from api.lib.file_types import type_of_head
from api.lib.files import NotAFileError, lock_file, move_into_place, open_regular, write_atomic
from api.lib.names import clean_file_name, file_extension
from api.lib.ranges import RangeNotSatisfiableError, parse_range
from tests import media_samples as samples

HEADS = {
    "image/jpeg": samples.jpeg(),
    "image/png": samples.encode(samples.picture(), "PNG"),
    "image/webp": samples.encode(samples.picture(), "WEBP"),
    "image/gif": samples.encode(samples.picture().quantize(8), "GIF"),
    "image/tiff": samples.encode(samples.picture(), "TIFF"),
    "image/bmp": samples.encode(samples.picture(), "BMP"),
    "image/heic": samples.heic(),
    "image/avif": samples.avif(),
    "video/mp4": b"\0\0\0\x18ftypisom\0\0\0\0isomiso2",
    "video/quicktime": b"\0\0\0\x14ftypqt  \0\0\0\0qt  ",
    "video/3gpp": b"\0\0\0\x14ftyp3gp5\0\0\0\0isom",
    "image/heif": b"\0\0\0\x14ftypmif1\0\0\0\0mif1",
    "video/mp2t": (b"G" + bytes(187)) * 5,
}


@pytest.mark.parametrize("mime", HEADS)
def test_type_by_content(mime: str) -> None:
    found = type_of_head(HEADS[mime][:4096])
    assert found is not None
    assert found.mime == mime


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"x",
        b"text",
        b"BM, a text",
        b"<svg/>",
        b"%PDF",
        b"\0\0\0\x14ftypjunk",
        b"GIF",
        b"\xff\xd8",
        b"MZ",
        b"PK\3\4",
    ],
)
def test_no_type(head: bytes) -> None:
    assert type_of_head(head) is None


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("a.jpg", "a.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\Bild.JPG", "Bild.JPG"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("a\0b\n.jpg", "ab.jpg"),
        ('what? "a|b".jpg', "what_ _a_b_.jpg"),
        ("..", "file"),
        ("", "file"),
        (".hidden", "hidden"),
        ("日本語 😀.jpeg", "日本語 😀.jpeg"),
        ("x" * 500 + ".jpeg", "x" * 195 + ".jpeg"),
        ("\udcff.jpg", "_.jpg"),
    ],
)
def test_clean_file_name(name: str, clean: str) -> None:
    assert clean_file_name(name) == clean


def test_file_extension() -> None:
    assert [file_extension(name) for name in ("a.JPG", "a", "a.tar.gz", "a.not an extension", ".jpg")] == [
        ".JPG",
        "",
        ".gz",
        "",
        "",
    ]


def test_ranges() -> None:
    assert parse_range("bytes=0-0", 10) == (0, 0)
    assert parse_range("bytes=-3", 10) == (7, 9)
    assert parse_range("bytes=-30", 10) == (0, 9)
    assert parse_range("bytes=4-", 10) == (4, 9)
    assert parse_range("bytes=4-99", 10) == (4, 9)
    for header in ("", "bytes=", "bytes=5-4", "bytes=0-1,3-4", "lines=0-1"):
        assert parse_range(header, 10) is None
    for header in ("bytes=10-", "bytes=-0"):
        with pytest.raises(RangeNotSatisfiableError):
            parse_range(header, 10)


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"1")
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe")
    with open_regular(tmp_path / "file") as file:
        assert file.read() == b"1"
    for name in ("link", "loop", "pipe", "."):
        with pytest.raises(OSError):
            open_regular(tmp_path / name)
    with pytest.raises(NotAFileError):
        open_regular("/dev/null")


def test_write_atomic_leaves_nothing_when_it_fails(tmp_path: Path) -> None:
    def fail(file: object) -> None:
        raise ValueError

    with pytest.raises(ValueError):
        write_atomic(tmp_path / "a", fail)
    assert list(tmp_path.iterdir()) == []


def test_move_to_another_disk(tmp_path: Path) -> None:
    other = Path("/dev/shm")  # noqa: S108 - another file system is the point
    if not other.is_dir() or other.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("needs /dev/shm on a file system of its own")
    source = other / f"move-{os.getpid()}"
    source.write_bytes(b"bytes")
    move_into_place(source, tmp_path / "sub" / "target")
    assert (tmp_path / "sub" / "target").read_bytes() == b"bytes"
    assert not source.exists()
    assert len(list((tmp_path / "sub").iterdir())) == 1


def test_a_lock_is_had_by_one_at_a_time_and_leaves_no_file(tmp_path: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        for _ in range(50):
            with lock_file(tmp_path / "x.lock"):
                inside.append(1)
                # Long enough for the others to come in, if they could.
                time.sleep(0.0005)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 300
    assert list(tmp_path.iterdir()) == []


def test_a_lock_is_freed_by_an_error(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), lock_file(tmp_path / "x.lock"):
            raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
