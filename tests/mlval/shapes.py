"""Drawn pictures with captions: a coloured shape above another. They train and test without photos."""

from __future__ import annotations

import json
from pathlib import Path

from PIL import Image, ImageDraw

COLOURS = {"red": (220, 30, 30), "blue": (30, 60, 220), "green": (20, 170, 60)}
SIDE = 64


def draw_pair(top: tuple[str, str], bottom: tuple[str, str], *, background: int = 235) -> Image.Image:
    """(colour, shape) above (colour, shape); shapes are square and circle."""
    image = Image.new("RGB", (SIDE, SIDE), (background,) * 3)
    pen = ImageDraw.Draw(image)
    for (colour, shape), y in ((top, 6), (bottom, 36)):
        box = (20, y, 42, y + 22)
        (pen.rectangle if shape == "square" else pen.ellipse)(box, fill=COLOURS[colour])
    return image


def sentence(top: tuple[str, str], bottom: tuple[str, str]) -> str:
    """What the picture shows."""
    return f"a {top[0]} {top[1]} above a {bottom[0]} {bottom[1]}"


def pairs() -> list[tuple[tuple[str, str], tuple[str, str]]]:
    """Twelve pictures: every two different colours, in two arrangements of shapes."""
    colours = [(a, b) for a in COLOURS for b in COLOURS if a != b]
    return [
        ((a, shapes[0]), (b, shapes[1])) for shapes in (("square", "circle"), ("circle", "square")) for a, b in colours
    ]


def write_dataset(folder: Path) -> Path:
    """A data folder whose `dev` split is its `train` split again, under other names."""
    (folder / "images").mkdir(parents=True)
    rows = []
    for split in ("train", "dev"):
        for index, (top, bottom) in enumerate(pairs()):
            name = f"{split}{index}.png"
            draw_pair(top, bottom).save(folder / "images" / name)
            text = sentence(top, bottom)
            rows.append({"image": name, "split": split, "captions": [f"{text} .", text.capitalize()]})
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "captions.jsonl").write_text(lines, encoding="utf-8")
    return folder


def write_tiles(folder: Path) -> Path:
    """Labelled tiles: three classes, a sheet of 2 x 25 tiles of their colour each."""
    folder.mkdir(parents=True)
    for name, colour in COLOURS.items():
        sheet = Image.new("RGB", (25 * 32, 2 * 32), colour)
        sheet.save(folder / f"{name}.jpg")
    (folder / "classes.tsv").write_text("".join(f"{name}\t{name}\n" for name in COLOURS), encoding="utf-8")
    return folder
