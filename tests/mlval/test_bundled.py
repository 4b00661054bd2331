"""The shipped captioner and scorer, read from the repository as the services read them. Needs no torch.

After shipping new weights: `python -m tests.mlval.test_bundled` stores what they say now.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed: run `make install`")

from service.clip_score.engine import Engine as Scorer  # noqa: E402
from service.common.options import CaptionOptions  # noqa: E402
from service.im2txt.engine import Engine  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
CAPTIONER = ROOT / "service" / "im2txt" / "bundled"
SCORER = ROOT / "service" / "clip_score" / "bundled"
STORED = Path(__file__).with_name("bundled_words.json")
LIMIT_BYTES = 25 * 2**20


def pictures() -> list[Image.Image]:
    """A brown dog-like blob on grass, a figure on snow, a boat-like shape on water; drawn, so nobody's."""
    result = []
    for sky, ground, thing in (
        ((120, 170, 230), (60, 140, 50), (120, 80, 40)),
        ((180, 200, 230), (240, 240, 245), (200, 30, 40)),
        ((150, 190, 240), (30, 80, 150), (250, 250, 250)),
    ):
        image = Image.new("RGB", (320, 240), sky)
        pen = ImageDraw.Draw(image)
        pen.rectangle((0, 110, 320, 240), fill=ground)
        pen.ellipse((110, 120, 220, 180), fill=thing)
        pen.ellipse((200, 95, 245, 140), fill=thing)
        for x in (125, 150, 185, 205):
            pen.rectangle((x, 165, x + 9, 215), fill=thing)
        result.append(image)
    return result


def captions() -> list[list[str]]:
    """What the shipped files say of the three pictures."""
    engine = Engine(device="cpu", threads=1)
    engine.load(CAPTIONER)
    return [list(found[0].words) for found in engine.caption(pictures(), CaptionOptions())]


def test_says_the_stored_words() -> None:
    assert captions() == json.loads(STORED.read_text(encoding="utf-8"))


def test_one_by_one_is_the_same_as_together() -> None:
    engine = Engine(device="cpu", threads=1)
    engine.load(CAPTIONER)
    alone = [list(engine.caption([picture], CaptionOptions())[0][0].words) for picture in pictures()]
    assert alone == captions()


def test_attention_maps_cover_the_picture() -> None:
    engine = Engine(device="cpu", threads=1)
    engine.load(CAPTIONER)
    [[caption, *_]] = engine.caption(pictures()[:1], CaptionOptions(explain=True))
    assert caption.attention is not None
    assert len(caption.attention) == len(caption.words)
    for rows in caption.attention:
        assert sum(sum(row) for row in rows) == pytest.approx(1.0, abs=1e-3)


def test_the_scorer_prefers_what_is_there() -> None:
    """Snow or sea: coarse, but colours of whole pictures are what a small scorer must know."""
    scorer = Scorer(device="cpu", threads=1)
    scorer.load(SCORER)
    _, snow, water = scorer.embed_images(pictures())
    in_snow, in_sea = scorer.embed_texts(["a person in the snow", "a boat in the ocean"])
    assert snow @ in_snow + water @ in_sea > snow @ in_sea + water @ in_snow


def test_all_files_together_stay_small() -> None:
    files = [file for folder in (CAPTIONER, SCORER) for file in folder.iterdir()]
    assert sum(file.stat().st_size for file in files) <= LIMIT_BYTES


@pytest.mark.parametrize("folder", [CAPTIONER, SCORER], ids=["captioner", "scorer"])
def test_the_card_is_there(folder: Path) -> None:
    assert "Flickr8k" in (folder / "model_card.md").read_text(encoding="utf-8")


if __name__ == "__main__":
    STORED.write_text(json.dumps(captions(), indent=1) + "\n", encoding="utf-8")
