"""ExifTool, open over several commands; what it wrote is read by another program."""

import shutil
import subprocess
from pathlib import Path

import pytest

from api.lib.caption_in_file import CaptionInFile
from api.lib.exiftool import ExifTool, ExifToolError, ExifToolMissingError
from tests.media_samples import avif, encode, exif, heic, jpeg, picture, region_xmp, xmp

pytestmark = pytest.mark.skipif(not shutil.which("exiftool"), reason="install ExifTool: libimage-exiftool-perl")
needs_exiv2 = pytest.mark.skipif(not shutil.which("exiv2"), reason="install exiv2")
WANTED = CaptionInFile('Ana & Bert:\n "on the lake" $HOME @ 5 \\ 6 < 7 ü 😀', ("lake", "007", "1e5", "Зима"))
KINDS = {
    "a.jpg": lambda: jpeg(exif=exif(), xmp=xmp(text="old")),
    "a.png": lambda: encode(picture(), "PNG"),
    "a.heic": heic,
    "a.avif": avif,
    "a.tif": lambda: encode(picture(), "TIFF"),
    "a.gif": lambda: encode(picture(), "GIF"),
}


def exiv2(path: Path, key: str) -> list[str]:
    done = subprocess.run(["exiv2", "-K", key, "-Pv", str(path)], capture_output=True, text=True, check=True)
    return done.stdout.strip().split("\n")


@pytest.mark.parametrize("name", KINDS)
def test_every_kind(tmp_path: Path, name: str) -> None:
    source, target = tmp_path / name, tmp_path / f".part-{name}"
    source.write_bytes(KINDS[name]())
    before = source.read_bytes()
    with ExifTool() as tool:
        tool.write_copy(source, target, found=tool.read(source), wanted=WANTED)
        assert tool.read(target) == WANTED
    assert source.read_bytes() == before


@needs_exiv2
@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif"])
def test_another_program_reads_it(tmp_path: Path, name: str) -> None:
    source, target = tmp_path / name, tmp_path / f".part-{name}"
    source.write_bytes(KINDS[name]())
    with ExifTool() as tool:
        tool.write_copy(source, target, found=tool.read(source), wanted=WANTED)
    assert WANTED.description in "\n".join(exiv2(target, "Xmp.dc.description"))
    assert exiv2(target, "Xmp.dc.subject") == [", ".join(WANTED.subjects)]


@needs_exiv2
def test_what_another_program_wrote_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg())
    commands = ['set Xmp.dc.description lang="x-default" By exiv2', 'set Xmp.dc.description lang="de" Auf Deutsch',
                "set Xmp.dc.subject XmpBag lake", "set Xmp.lr.hierarchicalSubject XmpBag Places|Lake"]  # fmt: skip
    subprocess.run(["exiv2", *(f"-M{command}" for command in commands), str(path)], check=True)
    with ExifTool() as tool:
        found = tool.read(path)
        assert found == CaptionInFile("By exiv2", ("lake",))
        copy = tmp_path / "b.jpg"
        tool.write_copy(path, copy, found=found, wanted=CaptionInFile("Ours", ("lake", "dog")))
    assert exiv2(copy, "Xmp.lr.hierarchicalSubject") == ["Places|Lake"]
    assert "Auf Deutsch" in exiv2(copy, "Xmp.dc.description")[0]


def test_faces_camera_and_pixels_stay(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.jpg", tmp_path / "b.jpg"
    path.write_bytes(jpeg(exif=exif(), xmp=region_xmp(("Ana", (0.5, 0.5, 0.2, 0.2)))))
    with ExifTool() as tool:
        tool.write_copy(path, copy, found=tool.read(path), wanted=WANTED)

    def tags(file: Path) -> list[str]:
        done = subprocess.run(
            ["exiftool", "-G1", "-s", "-struct", "-all", "-Exif:all", "-XMP-mwg-rs:all", "-api", "largefilesupport=1",
             "-x", "System:all", "-x", "XMP-dc:all", "-x", "XMP-x:all", "-x", "File:all", "-x", "ExifTool:all", file],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return sorted(line for line in done.stdout.splitlines() if "ThumbnailOffset" not in line)

    assert tags(path) == tags(copy)
    assert any("Ana" in line for line in tags(copy))


def test_one_process_for_all(tmp_path: Path) -> None:
    pids = set()
    with ExifTool() as tool:
        for number in range(3):
            path = tmp_path / f"{number} with spaces & ümläut.jpg"
            path.write_bytes(jpeg())
            tool.write_copy(path, tmp_path / f"out{number}.jpg", found=CaptionInFile(), wanted=CaptionInFile("x"))
            pids.add(tool._process.pid)  # type: ignore[union-attr]
        process = tool._process
    assert len(pids) == 1
    assert process is not None and process.poll() is not None


def test_it_says_what_is_wrong_and_goes_on(tmp_path: Path) -> None:
    broken, good = tmp_path / "a.png", tmp_path / "b.jpg"
    broken.write_bytes(jpeg())
    good.write_bytes(jpeg())
    with ExifTool() as tool:
        with pytest.raises(ExifToolError, match="PNG"):
            tool.write_copy(broken, tmp_path / "c.png", found=CaptionInFile(), wanted=CaptionInFile("x"))
        with pytest.raises(ExifToolError, match="line break"):
            tool.read(tmp_path / "a\n-all=.jpg")
        assert tool.read(good) == CaptionInFile()


def test_a_word_cannot_become_an_option(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.jpg", tmp_path / "b.jpg"
    path.write_bytes(jpeg())
    evil = CaptionInFile("-all=\n-execute\n", ("-all=", "a\n-overwrite_original\n-all="))
    with ExifTool() as tool:
        tool.write_copy(path, copy, found=CaptionInFile(), wanted=evil)
        assert tool.read(copy).subjects == ("-all=", "a -overwrite_original -all=")
        assert tool.read(copy).description == evil.description


def test_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with ExifTool() as tool, pytest.raises(ExifToolMissingError, match="libimage-exiftool-perl"):
        tool.read(tmp_path / "a.jpg")
