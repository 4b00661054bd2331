"""The colour that stands for a picture while it loads."""

from PIL import Image

SAMPLE_SIZE = (48, 48)


def dominant_colour(picture: Image.Image) -> str:
    """Return the most frequent of five colours of an RGB picture as #rrggbb."""
    sample = picture.resize(SAMPLE_SIZE, Image.Resampling.BOX).quantize(colors=5)
    counts = sample.getcolors() or []
    palette = sample.getpalette() or []
    _count, index = max(counts, key=lambda entry: entry[0])
    start = 3 * int(str(index))
    red, green, blue = palette[start : start + 3]
    return f"#{red:02x}{green:02x}{blue:02x}"
