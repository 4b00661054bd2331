"""service/ocr with the models that its library brings; skipped where that is not installed (make install-ocr)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.service.harness import Service, picture, running

pytest.importorskip("rapidocr", reason="make install-ocr installs it")

from service.common.errors import CancelledError, WeightsError
from service.ocr.engine import Engine
from service.ocr.main import FAMILY

WORDS = ("EXIT 24", "Bakery Lisbon")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    # Whoever asks the network gets an answer from nobody: the models must not be downloaded.
    nowhere = "http://127.0.0.1:9"
    folder = tmp_path_factory.mktemp("empty")
    with running("service.ocr.main", WEIGHTS_DIR=folder, HTTP_PROXY=nowhere, HTTPS_PROXY=nowhere) as service:
        yield service


def sign(*, turned: bool = False) -> bytes:
    """A white picture with two lines of text; `turned`: stored on its side, and its EXIF says so."""
    image = Image.new("RGB", (600, 400), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(size=48)
    for line, top in zip(WORDS, (60, 240), strict=True):
        draw.text((60, top), line, fill="black", font=font)
    exif = Image.Exif()
    if turned:
        image = image.transpose(Image.Transpose.ROTATE_90)
        exif[0x0112] = 6  # turn 90° clockwise to see it upright
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=95, exif=exif)
    return buffer.getvalue()


def read(service: Service, *images: bytes, **options: Any) -> Any:
    files = [("image", ("photo", image)) for image in images]
    return service.post("/read", files=files, data={"options": json.dumps(options)})


def test_it_works(service: Service) -> None:
    answer = read(service, sign())
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert [line["text"] for line in body["lines"]] == list(WORDS)
    assert (body["model"], body["device"]) == ("rapidocr", "cpu")
    for line, top in zip(body["lines"], (60, 240), strict=True):
        box = line["box"]
        assert line["image"] == 0
        assert 0.9 < line["confidence"] <= 1
        assert box["left"] == pytest.approx(0.1, abs=0.03)
        assert box["top"] == pytest.approx(top / 400, abs=0.08)


def test_a_picture_on_its_side(service: Service) -> None:
    assert [line["text"] for line in read(service, sign(turned=True)).json()["lines"]] == list(WORDS)


def test_several_pictures(service: Service) -> None:
    lines = read(service, picture(size=(400, 300)), sign()).json()["lines"]
    assert {line["image"] for line in lines} == {1}


def test_only_what_it_is_sure_of(service: Service) -> None:
    assert read(service, sign(), min_confidence=1.0).json()["lines"] == []


@pytest.mark.parametrize(
    ("options", "field"), [({"min_confidence": 2}, "min_confidence"), ({"language": "en"}, "language")]
)
def test_bad_options(service: Service, options: dict[str, Any], field: str) -> None:
    answer = read(service, sign(), **options)
    assert (answer.status_code, answer.json()["field"]) == (400, field)


def test_no_picture(service: Service) -> None:
    assert read(service, b"not a picture").status_code == 422
    assert service.post("/read").json()["code"] == "malformed"


def test_files_that_are_missing_or_broken(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="has no"):
        Engine(threads=1).load(tmp_path)
    for name in ("a_det_a.onnx", "a_rec_a.onnx", "a_cls_a.onnx"):
        (tmp_path / name).write_bytes(b"no graph")
    with pytest.raises(WeightsError, match="cannot be read"):
        Engine(threads=1).load(tmp_path)


def test_who_leaves_is_not_read_for() -> None:
    engine = Engine(threads=1)
    assert FAMILY.bundled is not None
    engine.load(FAMILY.bundled)
    with pytest.raises(CancelledError):
        engine.read([Image.new("RGB", (50, 50))], lambda: True)
    engine.unload()
    with pytest.raises(RuntimeError):
        engine.read([Image.new("RGB", (50, 50))])
