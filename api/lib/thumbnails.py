"""Previews of a photo: WebP files in three sizes, found by the photo's hash."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from api.lib.files import write_atomic

BIG = "thumbnails_big"
HEIGHTS = {BIG: 1080, "square_thumbnails": 500, "square_thumbnails_small": 250}
"""Kind → largest height in pixels, from big to small. The names are LibrePhotos'; the aspect ratio is kept."""

WIDEST = 4
"""A panorama is at most so many times as wide as the height above (WebP ends at 16,383 pixels)."""

QUALITY = {BIG: 82, "square_thumbnails": 78, "square_thumbnails_small": 72}
METHOD = 2  # WebP's effort: 2 takes half the time of the default 4 and makes files 4 % larger


def thumbnail_path(media_dir: Path, kind: str, image_hash: str) -> Path:
    """Return where the preview lies, or would lie. Sharded, so that no folder holds 100,000 files."""
    return media_dir / kind / image_hash[:2] / image_hash[2:4] / f"{image_hash}.webp"


def box(kind: str) -> tuple[int, int]:
    return WIDEST * HEIGHTS[kind], HEIGHTS[kind]


def write_thumbnails(media_dir: Path, image_hash: str, picture: Image.Image) -> Image.Image:
    """Write the three sizes of an upright RGB picture, never enlarged. Returns the smallest."""
    for kind in HEIGHTS:
        picture = picture.copy()
        picture.thumbnail(box(kind), Image.Resampling.LANCZOS, reducing_gap=2.0)
        write_atomic(thumbnail_path(media_dir, kind, image_hash), _webp_writer(picture, QUALITY[kind]))
    return picture


def _webp_writer(picture: Image.Image, quality: int) -> Callable[[BinaryIO], None]:
    def write(file: BinaryIO) -> None:
        picture.save(file, "WEBP", quality=quality, method=METHOD)

    return write


def remove_thumbnails(media_dir: Path, image_hash: str) -> None:
    """Remove the previews of a photo that is gone; those that are absent are no error."""
    for kind in HEIGHTS:
        thumbnail_path(media_dir, kind, image_hash).unlink(missing_ok=True)
