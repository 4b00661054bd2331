"""The engine over tiny graphs: its promises to callers, and what it refuses to load."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from service.common.errors import WeightsError
from service.common.preprocess import Preprocess
from service.im2txt.engine import CaptionOptions, Engine
from tests.service.tiny_models import SIZE, WORDS, write_captioner


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_captioner(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def engine(folder: Path) -> Engine:
    engine = Engine(device="cpu", threads=1)
    engine.load(folder)
    return engine


@pytest.fixture
def own_folder(folder: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return Path(shutil.copytree(folder, tmp_path / "copy"))


def noise(seed: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (40, 30, 3), dtype=np.uint8))


IMAGES = [noise(seed) for seed in range(5)]
OPTIONS = [
    CaptionOptions(num_beams=1),
    CaptionOptions(),
    CaptionOptions(num_captions=4, explain=True),
    CaptionOptions(temperature=1.0, num_captions=3, seed=7),
]


def test_after_load_it_says_where_it_runs(engine: Engine) -> None:
    assert (engine.device, engine.provider, engine.input_size) == ("cpu", "CPUExecutionProvider", SIZE)


@pytest.mark.parametrize("options", OPTIONS)
def test_a_batch_gives_what_each_picture_alone_gives(engine: Engine, options: CaptionOptions) -> None:
    together = engine.caption(IMAGES, options)
    for image, captions in zip(IMAGES, together, strict=True):
        (alone,) = engine.caption([image], options)
        assert [caption.text for caption in captions] == [caption.text for caption in alone]
        assert [caption.log_probability for caption in captions] == pytest.approx(
            [caption.log_probability for caption in alone], abs=1e-4
        )


@pytest.mark.parametrize("options", OPTIONS)
def test_it_says_the_same_twice(engine: Engine, options: CaptionOptions) -> None:
    assert engine.caption(IMAGES, options) == engine.caption(IMAGES, options)


def test_captions_differ_between_pictures(engine: Engine) -> None:
    assert len({captions[0].text for captions in engine.caption(IMAGES, CaptionOptions())}) > 1


def test_words_are_words(engine: Engine) -> None:
    for captions in engine.caption(IMAGES, CaptionOptions(num_captions=5)):
        for caption in captions:
            assert caption.text == " ".join(caption.words)
            assert set(caption.words) <= set(WORDS[4:])
            assert 1 <= len(caption.words) <= 8


def test_max_words(engine: Engine) -> None:
    for captions in engine.caption(IMAGES, CaptionOptions(max_words=2)):
        assert len(captions[0].words) <= 2


def test_explain(engine: Engine) -> None:
    (captions,) = engine.caption([IMAGES[0]], CaptionOptions(explain=True))
    caption = captions[0]
    assert caption.attention is not None
    assert caption.word_log_probabilities is not None
    assert np.shape(caption.attention) == (len(caption.words), 4, 4)
    assert np.sum(caption.attention, axis=(1, 2)) == pytest.approx(1.0, abs=1e-4)
    assert sum(caption.word_log_probabilities) > caption.log_probability
    plain = engine.caption([IMAGES[0]], CaptionOptions())[0][0]
    assert plain.attention is None
    assert plain.text == caption.text


def test_no_pictures(engine: Engine) -> None:
    assert engine.caption([], CaptionOptions()) == []


def test_before_load_and_after_unload(folder: Path) -> None:
    engine = Engine(threads=1)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="load"):
            engine.caption([IMAGES[0]], CaptionOptions())
        engine.load(folder)
        assert engine.caption([IMAGES[0]], CaptionOptions())
        engine.unload()
        engine.unload()


@pytest.mark.parametrize("name", ["config.json", "vocabulary.json", "encoder.onnx", "decoder.onnx"])
@pytest.mark.parametrize("damage", ["missing", "empty", "cut"])
def test_a_damaged_file_is_named(own_folder: Path, name: str, damage: str) -> None:
    path = own_folder / name
    data = path.read_bytes()
    path.unlink()
    if damage != "missing":
        path.write_bytes(data[: len(data) // 2] if damage == "cut" else b"")
    with pytest.raises(WeightsError, match=name):
        Engine(threads=1).load(own_folder)


@pytest.mark.parametrize(
    ("file", "name", "value", "words"),
    [
        ("config.json", "format", 3, "format 3"),
        ("config.json", "format", None, "format None"),
        ("vocabulary.json", "format", 99, "format 99"),
        ("config.json", "resize", "crop", "one of squash"),
        ("config.json", "interpolation", "lanczos", "one of bilinear, bicubic"),
        ("config.json", "mean", [0.5], "3 numbers"),
        ("config.json", "grid", [4], "2 numbers"),
        ("config.json", "image_size", "16", "whole number"),
        ("config.json", "num_beams", 0, "whole number"),
        ("vocabulary.json", "words", ["a", "b", "c", "d", "e"], "words"),
        ("vocabulary.json", "end", 999, "four ids"),
        ("vocabulary.json", "end", 1, "four ids"),
    ],
)
def test_a_promise_that_is_not_kept_is_named(own_folder: Path, file: str, name: str, value: object, words: str) -> None:
    path = own_folder / file
    path.write_text(json.dumps({**json.loads(path.read_text()), name: value}))
    with pytest.raises(WeightsError, match=words):
        Engine(threads=1).load(own_folder)


def test_swapped_graphs_are_refused(own_folder: Path) -> None:
    shutil.copy(own_folder / "encoder.onnx", own_folder / "decoder.onnx")
    with pytest.raises(WeightsError, match="inputs"):
        Engine(threads=1).load(own_folder)


def test_cuda_that_is_not_there_is_refused(folder: Path) -> None:
    import onnxruntime

    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("this onnxruntime has CUDA; the refusal shows where it has not")
    with pytest.raises(WeightsError, match="DEVICE"):
        Engine(device="cuda", threads=1).load(folder)


def test_preprocess_squashes_and_normalises() -> None:
    preprocess = Preprocess(image_size=4, mean=(0.0, 0.5, 1.0), std=(1.0, 0.5, 2.0))
    pixels = preprocess([Image.new("RGB", (10, 3), (255, 255, 0)), Image.new("RGB", (4, 4))])
    assert pixels.shape == (2, 3, 4, 4)
    assert pixels.dtype == np.float32
    assert pixels[0, :, 0, 0].tolist() == pytest.approx([1.0, 1.0, -0.5])
    assert pixels[1, :, 3, 3].tolist() == pytest.approx([0.0, -1.0, -0.5])
