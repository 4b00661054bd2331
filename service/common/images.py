"""From a stranger's bytes to an upright RGB picture; in the model process only."""

from __future__ import annotations

import importlib
import io
import warnings

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from service.common.errors import BadImage

# Named, so that no rarely tested decoder, nor Ghostscript (EPS), sees a stranger's file.
# Image.open knows a format once its plugin is imported; importing all of them takes longer.
# (An MPO, as some phones write, is opened by the JPEG plugin.)
_PLUGINS = ("Jpeg", "Png", "WebP", "Gif", "Tiff", "Bmp", "Avif")
for _name in _PLUGINS:
    importlib.import_module(f"PIL.{_name}ImagePlugin")
_FORMATS = tuple(name.upper() for name in _PLUGINS if name.upper() in Image.OPEN)

# A JPEG may be decoded at 1/2, 1/4 or 1/8, which saves most of the time on a 12 megapixel photo.
# Twice the side that the model looks at leaves the resize enough pixels to average over.
_DRAFT_FACTOR = 2


def decode_image(data: bytes, *, max_pixels: int, wanted_px: int | None = None) -> Image.Image:
    """Decode the first frame, turn it upright by its EXIF orientation, and make it RGB.

    wanted_px: the side the model will resize it to; a large JPEG may then come back smaller
    than it is. Transparent parts become white.
    Raises BadImage for what is no picture, is broken or truncated, or has too many pixels.
    """
    try:
        with warnings.catch_warnings():
            # Pillow warns from 89 megapixels on; our own limit is the one that counts.
            warnings.simplefilter("ignore")
            return _decode(data, max_pixels, wanted_px)
    except BadImage:
        raise
    # Pillow's decoders raise all of these, and SyntaxError or struct.error, on crafted files.
    except Exception as error:
        raise BadImage(f"The picture cannot be read: {error}") from error


def _decode(data: bytes, max_pixels: int, wanted_px: int | None) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(data), formats=_FORMATS)
    except UnidentifiedImageError:
        raise BadImage("These bytes are no picture of a kind that is read here.") from None
    with picture:
        width, height = picture.size
        if width * height > max_pixels:  # known from the header, before anything is allocated
            raise BadImage(f"The picture has {width * height} pixels, over {max_pixels}.")
        if wanted_px is not None:
            picture.draft("RGB", (wanted_px * _DRAFT_FACTOR, wanted_px * _DRAFT_FACTOR))
        picture.load()
        return _to_rgb(_upright(picture))


def _upright(picture: Image.Image) -> Image.Image:
    """Turn by EXIF; a broken EXIF block is no reason to refuse a good picture."""
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # noqa: BLE001 - as above: a crafted block may raise anything
        return picture


def _to_rgb(picture: Image.Image) -> Image.Image:
    """RGB of any mode: 16 bits are scaled, transparency goes over white."""
    if picture.mode == "RGB":
        return picture.copy()
    if picture.mode.startswith("I") or picture.mode == "F":
        return _scaled_to_8_bits(picture).convert("RGB")
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        rgba = picture.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(white, rgba).convert("RGB")
    return picture.convert("RGB")


def _scaled_to_8_bits(picture: Image.Image) -> Image.Image:
    """A 16 or 32 bit grey picture as 8 bits; 16-bit files span 0 to 65,535."""
    pixels = np.asarray(picture, np.float64)
    highest = max(65535.0, float(pixels.max())) if pixels.max() > 255.0 else 255.0
    return Image.fromarray(np.clip(pixels * (255.0 / highest), 0.0, 255.0).astype(np.uint8))
