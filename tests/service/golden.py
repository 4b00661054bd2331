"""What the engines say of three generated pictures; kept in golden_*.json for the shipped models.

    python -m tests.service.golden im2txt FOLDER [PICTURE...]     print, for any model folder
    python -m tests.service.golden im2txt --renew                 keep, after shipping a new model

Renew only together with the model's files, in the same commit, and look at the difference.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TEXTS = ["a dog runs on the grass", "two people stand near the water", "a red square"]


def _field() -> Image.Image:
    """Sky over grass, with a brown animal."""
    image = Image.new("RGB", (160, 160), (135, 190, 235))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 90, 159, 159), fill=(70, 140, 50))
    draw.rectangle((50, 80, 110, 105), fill=(120, 80, 40))
    draw.rectangle((105, 65, 125, 88), fill=(120, 80, 40))
    for left in (54, 68, 92, 104):
        draw.rectangle((left, 105, left + 5, 125), fill=(100, 65, 30))
    return image


def _shore() -> Image.Image:
    """Sand and water, with two upright figures."""
    image = Image.new("RGB", (160, 120), (70, 120, 170))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 70, 159, 119), fill=(215, 195, 150))
    for left, shirt in ((50, (200, 40, 40)), (90, (240, 240, 240))):
        draw.rectangle((left, 45, left + 14, 75), fill=shirt)
        draw.rectangle((left + 2, 75, left + 12, 105), fill=(40, 40, 80))
        draw.rectangle((left + 3, 33, left + 11, 44), fill=(225, 180, 150))
    return image


def _square() -> Image.Image:
    """A red square on grey."""
    image = Image.new("RGB", (128, 128), (128, 128, 128))
    ImageDraw.Draw(image).rectangle((32, 32, 95, 95), fill=(220, 20, 20))
    return image


# Three drawings without soft edges, the same on every machine.
PICTURES = {"field": _field, "shore": _shore, "square": _square}


def captions_of(folder: Path, names: Collection[str] = PICTURES) -> dict[str, Any]:
    """Words of the greedy caption, and of all beams of the model's own search, per picture."""
    from service.im2txt.engine import CaptionOptions, Engine

    engine = Engine(device="cpu", threads=1)
    engine.load(folder)
    found: dict[str, Any] = {}
    for name in names:
        image = PICTURES[name]()
        ((greedy,),) = engine.caption([image], CaptionOptions(num_beams=1))
        (beams,) = engine.caption([image], CaptionOptions(num_captions=3))
        found[name] = {"greedy": list(greedy.words), "beams": [list(caption.words) for caption in beams]}
    return found


def cosines_of(folder: Path, names: Collection[str] = PICTURES) -> dict[str, Any]:
    """The cosine of each text with each picture."""
    from service.clip_score.engine import Engine

    engine = Engine(device="cpu", threads=1)
    engine.load(folder)
    cosines = engine.embed_images([PICTURES[name]() for name in names]) @ engine.embed_texts(TEXTS).T
    return {
        name: dict(zip(TEXTS, (round(float(value), 5) for value in row), strict=True))
        for name, row in zip(names, cosines, strict=True)
    }


SAYS = {"im2txt": captions_of, "clip_score": cosines_of}


def bundled(family: str) -> Path:
    return ROOT / "service" / family / "bundled"


def golden_path(family: str) -> Path:
    return HERE / f"golden_{family}.json"


def version_of(folder: Path) -> str:
    return str(json.loads((folder / "config.json").read_text(encoding="utf-8"))["version"])


def main(arguments: list[str]) -> None:
    family, folder, *names = arguments
    if folder == "--renew":
        golden_path(family).write_text(as_json(family, bundled(family), PICTURES), encoding="utf-8")
    else:
        sys.stdout.write(as_json(family, Path(folder), names or PICTURES))


def as_json(family: str, folder: Path, names: Collection[str]) -> str:
    says = SAYS[family](folder, names)
    return json.dumps({"version": version_of(folder), "says": says}, indent=1) + "\n"


if __name__ == "__main__":
    main(sys.argv[1:])
