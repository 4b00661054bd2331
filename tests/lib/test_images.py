"""Pictures of every kind, good and hostile, become a small upright RGB picture or a sentence."""

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from api.lib.images import read_picture
from api.lib.problems import MediaProblemError
from tests import media_samples as samples

BOX = (4000, 1000)
MAX_PIXELS = 200_000_000


def read(data: bytes, box: tuple[int, int] = BOX, max_pixels: int = MAX_PIXELS) -> Image.Image:
    return read_picture(io.BytesIO(data), box=box, max_pixels=max_pixels).image


def is_near(image: Image.Image, at: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    found: Any = image.getpixel(at)
    return all(abs(a - b) < 60 for a, b in zip(found, colour, strict=True))


RED, BLUE, YELLOW = (255, 0, 0), (0, 0, 255), (255, 255, 0)

GOOD = {
    "jpeg": samples.jpeg(),
    "progressive jpeg": samples.jpeg(progressive=True),
    "cmyk jpeg": samples.encode(samples.picture(mode="CMYK"), "JPEG"),
    "png": samples.encode(samples.picture(), "PNG"),
    "png with alpha": samples.encode(samples.picture(mode="RGBA"), "PNG"),
    "palette": samples.encode(samples.picture().quantize(8), "PNG"),
    "webp": samples.encode(samples.picture(), "WEBP", lossless=True),
    "gif": samples.encode(samples.picture().quantize(8), "GIF"),
    "tiff": samples.encode(samples.picture(), "TIFF"),
    "tiff, lzw": samples.encode(samples.picture(), "TIFF", compression="tiff_lzw"),
    "bmp": samples.encode(samples.picture(), "BMP"),
    "heic": samples.heic(),
    "avif": samples.avif(),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_ones(name: str) -> None:
    image = read(GOOD[name])
    assert (image.mode, image.size) == ("RGB", (80, 60))
    assert is_near(image, (10, 50), RED)
    assert is_near(image, (70, 50), BLUE)
    assert is_near(image, (10, 3), YELLOW)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("size", [(80, 60), (2400, 1800)])
def test_every_orientation_is_turned_upright(orientation: int, size: tuple[int, int]) -> None:
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Pillow's transpositions that a camera held like this applies
    stored = samples.picture(size)
    if orientation > 1:
        stored = stored.transpose(Image.Transpose(undo[orientation]))
    data = Image.Exif()
    data[0x0112] = orientation
    picture = read_picture(io.BytesIO(samples.encode(stored, "JPEG", exif=data)), box=(400, 300), max_pixels=MAX_PIXELS)
    assert (picture.width, picture.height) == size
    width, height = picture.image.size
    assert abs(width / height - 4 / 3) < 0.02
    assert height <= 300
    assert is_near(picture.image, (width // 8, height - 5), RED)
    assert is_near(picture.image, (width - 5, height - 5), BLUE)
    assert is_near(picture.image, (width // 2, 3), YELLOW)


def test_heic_that_is_turned() -> None:
    data = Image.Exif()
    data[0x0112] = 6
    picture = read_picture(io.BytesIO(samples.heic(exif=data.tobytes())), box=BOX, max_pixels=MAX_PIXELS)
    assert (picture.width, picture.height) == picture.image.size


def test_transparency_becomes_white() -> None:
    empty = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    assert read(samples.encode(empty, "PNG")).getpixel((5, 5)) == (255, 255, 255)
    assert read(samples.palette_with_transparency()).mode == "RGB"
    grey = Image.new("LA", (20, 20), (0, 0))
    assert read(samples.encode(grey, "PNG")).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_sixteen_bits_keep_their_tones(format: str) -> None:
    image = read(samples.sixteen_bits(format)).convert("L")
    values = [image.getpixel((column, 30)) for column in (0, 40, 79)]
    assert values == pytest.approx([0, 40 * 800 / 257, 79 * 800 / 257], abs=3)


def test_dark_sixteen_bits_stay_dark() -> None:
    assert read(samples.encode(Image.new("I;16", (40, 30), 200), "PNG")).getpixel((5, 5)) == (0, 0, 0)


def test_large_pictures_of_every_mode_are_reduced_in_strips() -> None:
    for mode in ("RGB", "RGBA", "P", "L", "1", "I;16"):
        large = samples.picture((3000, 2000)).convert("L").convert("I").convert("I;16") if mode == "I;16" else None
        image = read(samples.encode(large or samples.picture((3000, 2000), mode), "PNG"), box=(500, 300))
        assert (image.mode, image.size) == ("RGB", (450, 300))
        if mode in {"RGB", "RGBA"}:
            assert is_near(image, (10, 290), RED)
            assert is_near(image, (440, 290), BLUE)
            assert is_near(image, (220, 5), YELLOW)


def test_other_modes() -> None:
    for mode in ("1", "L", "I", "F", "LAB", "YCbCr"):
        assert read(samples.encode(Image.new(mode, (30, 20)), "TIFF")).mode == "RGB"


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "AVIF"])
def test_of_an_animation_the_first_picture(format: str) -> None:
    assert is_near(read(samples.animated(format)), (40, 30), RED)


def test_wide_colours_become_srgb() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert read(samples.jpeg(icc_profile=profile)).mode == "RGB"  # a profile that does not fit
    assert read(samples.jpeg(icc_profile=b"garbage")).mode == "RGB"


BROKEN = {
    "empty": b"",
    "text": b"This is my holiday diary.",
    "truncated jpeg": samples.jpeg(quality=95)[:700],
    "truncated png": GOOD["png"][:120],
    "truncated webp": samples.encode(samples.picture(), "WEBP")[:100],
    "truncated heic": GOOD["heic"][: len(GOOD["heic"]) // 2],
    "truncated avif": GOOD["avif"][: len(GOOD["avif"]) // 2],
    "truncated tiff": GOOD["tiff, lzw"][:200],
    "only a header": b"\xff\xd8\xff\xe0",
    "bomb": samples.png_header(60_000, 60_000),
    "gif bomb": samples.gif_with_huge_frame(),
    "png of 20,000 by 20,000": samples.png_header(20_000, 20_000),
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", BROKEN)
def test_broken_ones_are_a_sentence(name: str) -> None:
    with pytest.raises(MediaProblemError) as problem:
        read(BROKEN[name])
    assert problem.value.sentence.endswith((".", "pixels."))


def test_large_baseline_jpeg_is_reduced_while_it_is_read() -> None:
    data = samples.encode(samples.picture((4000, 3000)), "JPEG")
    assert read(data, max_pixels=3_000_000).size == (1333, 1000)
    with pytest.raises(MediaProblemError, match="4000 × 3000"):
        read(samples.encode(samples.picture((4000, 3000)), "JPEG", progressive=True), max_pixels=3_000_000)
    with pytest.raises(MediaProblemError, match="too large"):
        read(data, max_pixels=1_000_000)


def test_file_that_would_fill_the_memory_while_it_is_opened(tmp_path: Path) -> None:
    for name, size in (("webp", 300 * 1024**2), ("png", 2 * 1024**3)):
        path = tmp_path / name
        path.write_bytes(GOOD[name])
        os.truncate(path, size)  # a hole, which takes no room on the disk
        with path.open("rb") as file, pytest.raises(MediaProblemError, match="too large"):
            read_picture(file, box=BOX, max_pixels=MAX_PIXELS)


@pytest.mark.slow
def test_jpeg_of_20000_by_20000_pixels_in_bounded_memory() -> None:
    """In a process of its own, because a process' peak never falls."""
    code = (
        "import io, re, sys; from PIL import Image; from api.lib.images import read_picture\n"
        "data = sys.stdin.buffer.read()\n"
        "picture = read_picture(io.BytesIO(data), box=(4320, 1080), max_pixels=200_000_000)\n"
        "peak = re.search('VmHWM: *(.*) kB', open('/proc/self/status').read())[1]\n"
        "print(picture.image.size[1], picture.width, peak)\n"
    )
    data = samples.encode(Image.new("RGB", (20_000, 20_000), "navy"), "JPEG")
    answer = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True)
    height, width, peak_kb = map(int, answer.stdout.split())
    assert (height, width) == (1080, 20_000)
    assert peak_kb < 400 * 1024
