"""Whether two previews show the same picture."""

from pathlib import Path

from PIL import Image, ImageChops, ImageStat

SAMPLE_SIZE = (32, 32)
MAX_DIFFERENCE = 3.0
"""Mean difference of 0..255 below which two pictures are one; writing metadata changes no pixel at all."""

TURNS = {1: None, 6: Image.Transpose.ROTATE_90, 3: Image.Transpose.ROTATE_180, 8: Image.Transpose.ROTATE_270}
"""EXIF orientation by which a picture is turned, and what turns it back."""


def turned_by(one: Path, other: Path) -> int | None:
    """Return the EXIF orientation (1: not at all) by which the picture in `one` was turned to become that in `other`.

    Both are previews of our own making. None when they show different pictures or one of them is not there.
    """
    try:
        with Image.open(one, formats=("WEBP",)) as first, Image.open(other, formats=("WEBP",)) as second:
            same = (
                key for key, turn in TURNS.items() if _same(first, second if turn is None else second.transpose(turn))
            )
            return next(same, None)
    except OSError:
        return None


def _same(first: Image.Image, second: Image.Image) -> bool:
    if abs(first.width * second.height - second.width * first.height) > max(first.size) * max(second.size) * 0.02:
        return False
    samples = [image.convert("RGB").resize(SAMPLE_SIZE, Image.Resampling.BOX) for image in (first, second)]
    return max(ImageStat.Stat(ImageChops.difference(*samples)).mean) < MAX_DIFFERENCE
