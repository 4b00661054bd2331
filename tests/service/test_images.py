"""Strangers' bytes become upright RGB pictures, or are refused."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from service.common.errors import BadImage
from service.common.images import decode_image

RED, WHITE, BLUE = (255, 0, 0), (255, 255, 255), (0, 0, 255)


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def decoded(data: bytes, **options: int) -> Image.Image:
    image = decode_image(data, **{"max_pixels": 1_000_000, **options})
    assert image.mode == "RGB"
    return image


def half_red_half_blue() -> Image.Image:
    """8 x 4, the left half red."""
    image = Image.new("RGB", (8, 4), BLUE)
    image.paste(RED, (0, 0, 4, 4))
    return image


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "GIF", "WEBP", "JPEG", "AVIF"])
def test_each_kind(kind: str) -> None:
    image = decoded(encoded(Image.new("RGB", (32, 16), RED), kind))
    assert image.size == (32, 16)
    assert np.abs(np.asarray(image, int) - RED).max() < 8


@pytest.mark.parametrize(
    ("orientation", "size", "corner"),
    [(1, (8, 4), RED), (2, (8, 4), BLUE), (3, (8, 4), BLUE), (6, (4, 8), RED), (8, (4, 8), BLUE)],
)
def test_it_is_turned_upright(orientation: int, size: tuple[int, int], corner: tuple[int, int, int]) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = decoded(encoded(half_red_half_blue(), "PNG", exif=exif))
    assert image.size == size
    assert image.getpixel((0, 0)) == corner


def test_a_broken_exif_block_is_ignored() -> None:
    data = encoded(Image.new("RGB", (16, 16), RED), "JPEG")
    block = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff" + b"\xff" * 40
    data = data[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + data[2:]
    assert decoded(data).size == (16, 16)


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "YCbCr", "LAB", "I", "F", "I;16"])
def test_each_mode_becomes_rgb(mode: str) -> None:
    assert decoded(encoded(Image.new(mode, (8, 8)), "TIFF")).size == (8, 8)


def test_sixteen_bits_are_scaled_not_clipped() -> None:
    grey = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    pixels = np.asarray(decoded(encoded(Image.fromarray(grey), "PNG")))
    assert pixels.min() == 0
    assert pixels.max() == 255
    assert np.unique(pixels).size > 200


def test_transparent_parts_become_white() -> None:
    assert decoded(encoded(Image.new("RGBA", (4, 4), (255, 0, 0, 0)))).getpixel((0, 0)) == WHITE
    assert decoded(encoded(Image.new("LA", (4, 4), (0, 0)))).getpixel((0, 0)) == WHITE
    palette = Image.new("P", (4, 4), 0)
    palette.putpalette([255, 0, 0] * 256)
    assert decoded(encoded(palette, "PNG", transparency=0)).getpixel((0, 0)) == WHITE


@pytest.fixture(autouse=True)
def _as_in_a_service(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service switches Pillow's own limit off; another test of this run may have set it."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)


def test_the_first_frame_of_an_animation() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, BLUE)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert decoded(data).getpixel((0, 0)) == RED


def chunk(name: bytes, data: bytes) -> bytes:
    """One chunk of a PNG file."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def test_pixels_are_counted_before_they_are_decoded() -> None:
    """A header that promises 10,000 x 10,000 pixels, with no pixels behind it."""
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 10_000, 10_000, 8, 2, 0, 0, 0))
    data += chunk(b"IDAT", b"")
    with pytest.raises(BadImage, match="pixels, over"):
        decoded(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP", "AVIF"])
def test_cut_anywhere_it_is_refused_or_read(kind: str) -> None:
    """Never anything but a picture or BadImage."""
    whole = encoded(Image.effect_noise((64, 64), 50).convert("RGB"), kind)
    for length in range(0, len(whole), max(1, len(whole) // 40)):
        try:
            decoded(whole[:length])
        except BadImage:
            continue


def test_noise_after_a_valid_start() -> None:
    random = np.random.default_rng(0)
    for kind in ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP", "AVIF"):
        whole = bytearray(encoded(Image.effect_noise((64, 64), 50).convert("RGB"), kind))
        for _ in range(20):
            broken = whole.copy()
            for position in random.integers(0, len(whole), 20):
                broken[position] = int(random.integers(0, 256))
            try:
                decoded(bytes(broken))
            except BadImage:
                continue


def test_a_large_jpeg_is_decoded_small() -> None:
    data = encoded(Image.new("RGB", (1600, 800), RED), "JPEG")
    assert decoded(data, max_pixels=2_000_000).size == (1600, 800)
    small = decoded(data, max_pixels=2_000_000, wanted_px=64)
    assert small.size[0] < 1600
    assert min(small.size) >= 128
