"""Pictures of any kind to a small upright RGB picture, within fixed limits of memory.

Only this module and `api.lib.videos` open pictures in the api and the worker.
"""

import io
import os
import struct
import warnings
import zlib
from dataclasses import dataclass
from typing import IO

import pillow_heif
from PIL import Image, ImageCms, ImageFile, JpegImagePlugin

from api.lib.file_types import AVIF, HEIC, HEIF, WEBP, detect_type
from api.lib.problems import MediaProblemError

# Pillow warns at its limit and refuses at twice that; see open_header. We refuse, and need no warnings.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
pillow_heif.register_heif_opener(thumbnails=False)

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "HEIF", "AVIF")
"""What may be opened at all; Pillow knows many more formats, some of which start other programs."""

READ_WHOLE = frozenset({AVIF, HEIC, HEIF, WEBP})
"""Of these Pillow reads the file into memory before it looks at it."""

MAX_WHOLE_BYTES = 256 * 1024**2
MAX_BYTES = 1024**3
"""An uncompressed picture at the pixel limit. A damaged TIFF may ask for the whole file as one tag."""

STRIP_PIXELS = 4_000_000
JPEG_MARK = b"\xff\xd8\xff"
ORIENTATION = 0x0112
TURNED = frozenset({5, 6, 7, 8})
TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
DECODE_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    EOFError,
    ArithmeticError,
    RuntimeError,
    AssertionError,
    struct.error,
    zlib.error,
)
"""What Pillow and its plugins raise on broken input. MemoryError is not among them: that is ours, see max_pixels."""


@dataclass(frozen=True)
class Picture:
    """`image` is RGB, upright and at least as high as asked for where the file is; width and height are the file's."""

    image: Image.Image
    width: int
    height: int
    source: ImageFile.ImageFile


def open_header(file: IO[bytes], *, max_pixels: int) -> ImageFile.ImageFile:
    """Read a picture's header. Raises MediaProblemError.

    `max_pixels` holds from here on, because some of Pillow's plugins reserve memory for a frame while they open it.
    A JPEG may have more, see read_picture.
    """
    size = file.seek(0, os.SEEK_END)
    if size > MAX_BYTES or (size > MAX_WHOLE_BYTES and detect_type(file) in READ_WHOLE):
        raise MediaProblemError("The file is too large for a picture.")
    file.seek(0)
    Image.MAX_IMAGE_PIXELS = max_pixels // 2
    try:
        if file.read(3) == JPEG_MARK:
            file.seek(0)
            return JpegImagePlugin.jpeg_factory(file)
        return Image.open(file, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise MediaProblemError("The picture has too many pixels to be shown.") from error
    except DECODE_ERRORS as error:
        _raise_if_disk(error)
        raise MediaProblemError("The file is damaged: its header cannot be read.") from error


def _raise_if_disk(error: Exception) -> None:
    """Pillow's own errors are OSErrors too, but only those of the system carry a number."""
    if isinstance(error, OSError) and error.errno:
        raise error


def orientation_of(source: Image.Image) -> int:
    """Return the EXIF orientation 1..8; 1 when there is none or the EXIF is broken."""
    try:
        value = source.getexif().get(ORIENTATION, 1)
    except DECODE_ERRORS:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def read_picture(file: IO[bytes], *, box: tuple[int, int], max_pixels: int) -> Picture:
    """Return the picture (of an animation its first frame) reduced to fit `box`, never enlarged.

    Raises MediaProblemError with a sentence when it is damaged or has more than `max_pixels`. A baseline JPEG may have
    up to eight times as many, because its decoder reduces while it reads.
    """
    source = open_header(file, max_pixels=max_pixels)
    orientation = orientation_of(source)
    turned = orientation in TURNED
    width, height = (source.height, source.width) if turned else source.size
    if not width or not height:
        raise MediaProblemError("The file is damaged: the picture has no size.")
    target = (box[1], box[0]) if turned else box
    if _is_baseline_jpeg(source):
        source.draft(None, _fit(source.size, target))
    if source.width * source.height > max_pixels or width * height > 8 * max_pixels:
        raise MediaProblemError(
            f"The picture is too large to be shown: {width} × {height} pixels.", width=width, height=height
        )
    try:
        source.load()
        image = _to_rgb(source, target)
    except Image.DecompressionBombError as error:
        raise MediaProblemError("The picture has too many pixels to be shown.", width=width, height=height) from error
    except DECODE_ERRORS as error:
        _raise_if_disk(error)
        raise MediaProblemError("The file is damaged or incomplete.", width=width, height=height) from error
    return Picture(image=_upright(image, orientation), width=width, height=height, source=source)


def _is_baseline_jpeg(source: Image.Image) -> bool:
    # The decoder keeps all coefficients of a progressive JPEG, so reducing it saves time but no memory.
    return source.format in {"JPEG", "MPO"} and not source.info.get("progressive")


def _fit(size: tuple[int, int], target: tuple[int, int]) -> tuple[int, int]:
    """Return the size that fits `target` with the aspect ratio kept, at least 1 × 1."""
    scale = min(target[0] / size[0], target[1] / size[1], 1.0)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _to_rgb(source: Image.Image, target: tuple[int, int]) -> Image.Image:
    """Reduce and convert to sRGB; transparency becomes white, 16 bits become 8."""
    wanted = _fit(source.size, target)
    image = _reduced(source, wanted)
    if image.size != wanted:
        image = image.resize(wanted, Image.Resampling.LANCZOS)
    if image.mode in {"I", "F"}:
        image = _to_eight_bits(image, sixteen_bits=source.mode.startswith("I;16"))
    if "A" in image.getbands() or "a" in image.getbands():
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image).convert("RGB")
    return _to_srgb(image, source.info.get("icc_profile"))


def _reduced(image: Image.Image, wanted: tuple[int, int]) -> Image.Image:
    """Average squares of pixels down to at least twice the wanted size, in a mode that can be resized.

    In strips, because converting a large picture as a whole takes as much memory again.
    """
    factor = min(image.width // (2 * wanted[0]), image.height // (2 * wanted[1]))
    if factor < 2:
        return _resizable(image)
    rows = factor * max(1, STRIP_PIXELS // (image.width * factor))
    result: Image.Image | None = None
    for top in range(0, image.height, rows):
        strip = _resizable(image.crop((0, top, image.width, min(top + rows, image.height)))).reduce(factor)
        if result is None:
            result = Image.new(strip.mode, (strip.width, -(-image.height // factor)))
        result.paste(strip, (0, top // factor))
    return result or image


def _resizable(image: Image.Image) -> Image.Image:
    """Palettes, single bits and 16 bits cannot be averaged as they are."""
    if image.mode in {"P", "PA"} or (image.mode in {"L", "RGB", "1"} and "transparency" in image.info):
        return image.convert("RGBA" if image.mode == "PA" or "transparency" in image.info else "RGB")
    if image.mode.startswith("I;16"):
        return image.convert("I")
    return image.convert("L") if image.mode == "1" else image


def _to_eight_bits(image: Image.Image, *, sixteen_bits: bool) -> Image.Image:
    """Grey values to 0..255: 16-bit ones keep their meaning, others (32 bits, floats) are stretched."""
    low, high = image.getextrema()
    low, high = float(low), float(high)  # type: ignore[arg-type]
    if sixteen_bits:
        scale, offset = 1 / 257, 0.0
    else:
        scale = 255 / (high - low) if high > low else 0.0
        offset = -low * scale
    return image.convert("F").point(lambda value: value * scale + offset).convert("L")


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile and image.mode in {"RGB", "L", "CMYK"}:
        try:
            space = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, space, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, *DECODE_ERRORS):
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    method = TRANSPOSE.get(orientation)
    return image if method is None else image.transpose(method)
