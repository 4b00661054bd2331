"""Whether two previews show the same picture."""

from pathlib import Path

from PIL import Image, ImageChops, ImageStat

SAMPLE_SIZE = (32, 32)
MAX_DIFFERENCE = 3.0
"""Mean difference of 0..255 below which two pictures are one; writing metadata changes no pixel at all."""

TURNS = (None, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)


def same_picture(one: Path, other: Path) -> bool:
    """Compare two previews of our own making, also turned. False when one of them is not there."""
    try:
        with Image.open(one, formats=("WEBP",)) as first, Image.open(other, formats=("WEBP",)) as second:
            return any(_same(first, second if turn is None else second.transpose(turn)) for turn in TURNS)
    except OSError:
        return False


def _same(first: Image.Image, second: Image.Image) -> bool:
    if abs(first.width * second.height - second.width * first.height) > max(first.size) * max(second.size) * 0.02:
        return False
    samples = [image.convert("RGB").resize(SAMPLE_SIZE, Image.Resampling.BOX) for image in (first, second)]
    return max(ImageStat.Stat(ImageChops.difference(*samples)).mean) < MAX_DIFFERENCE
