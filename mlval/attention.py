"""Where the captioner looked: one panel a word, its map over the photo (Xu et al. 2015, figure 1)."""

from __future__ import annotations

import math
from pathlib import Path

import matplotlib

matplotlib.use("Agg")  # a file, no window
import matplotlib.pyplot as plt  # noqa: E402 - after the choice of backend
import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402

from mlval.captioners import BUNDLED, open_upright  # noqa: E402

COLUMNS = 6


def attention_figure(image: Path, out: Path, *, model: str = "bundled") -> str:
    """Caption a photo, draw `out` (PNG) and return the caption. model: id or folder of weights."""
    from service.common.options import CaptionOptions
    from service.im2txt.engine import Engine

    engine = Engine()
    engine.load(BUNDLED.get(model, Path(model)))
    picture = open_upright(image)
    [[caption, *_]] = engine.caption([picture], CaptionOptions(explain=True))
    maps = [np.asarray(rows) for rows in caption.attention or ()]
    draw(picture, caption.words, maps, out)
    return caption.text


def draw(picture: Image.Image, words: tuple[str, ...], maps: list[np.ndarray], out: Path) -> None:
    """The photo, then a panel a word. maps: (h, w) each, in the order of the words."""
    rows = math.ceil((len(words) + 1) / COLUMNS)
    figure, axes = plt.subplots(rows, COLUMNS, figsize=(2 * COLUMNS, 2.2 * rows), squeeze=False)
    for axis in axes.flat:
        axis.axis("off")
    axes.flat[0].imshow(picture)
    grey = picture.convert("L")
    for axis, word, weights in zip(axes.flat[1:], words, maps, strict=False):
        axis.imshow(grey, cmap="gray")
        axis.imshow(
            np.asarray(
                Image.fromarray((weights / weights.max()).astype(np.float32)).resize(
                    picture.size, Image.Resampling.BICUBIC
                )
            ),
            cmap="inferno",
            alpha=0.55,
            vmin=0,
            vmax=1,
        )
        axis.set_title(word)
    figure.tight_layout()
    figure.savefig(out, dpi=100)
    plt.close(figure)
