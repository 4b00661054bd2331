"""LibrePhotos' im2txt, converted and run: the words of PyTorch, in both forms."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from PIL import Image

from service.common.check_pictures import check_pictures
from service.common.convert import Conversion
from service.common.errors import WeightsError
from service.common.options import CaptionOptions
from service.im2txt.convert import CONFIG, convert_checkpoints, convert_onnx
from service.im2txt.engine import Engine
from tests.service.harness import Service, picture, running
from tests.service.torch_files import write_checkpoint

BLOCKS, CHANNELS, EMBEDDING, HIDDEN, WORDS = (1, 1, 2, 1), 4, 6, 8, 30
SPECIAL = ["<pad>", "<start>", "<end>", "<unk>"]
Arrays = dict[str, Any]


def quiet(fraction: float, step: str) -> None:
    assert 0.0 <= fraction <= 1.0 and step


def encoder_weights() -> Arrays:
    """A ResNet of one block a stage, by the names of the tutorial's checkpoint."""
    random = np.random.default_rng(3)
    found: Arrays = {}

    def convolution(name: str, norm: str, out: int, into: int, side: int, *, gain: float = 1.0) -> None:
        found[f"{name}.weight"] = random.normal(0, (2 / (into * side**2)) ** 0.5, (out, into, side, side))
        batch_norm(norm, out, gain)

    def batch_norm(name: str, size: int, gain: float = 1.0) -> None:
        found[f"{name}.weight"], found[f"{name}.bias"] = random.normal(gain, 0.1, size), random.normal(0, 0.1, size)
        found[f"{name}.running_mean"] = random.normal(0, 0.1, size)
        found[f"{name}.running_var"] = random.uniform(0.5, 1.5, size)
        found[f"{name}.num_batches_tracked"] = np.array(7, np.int64)

    convolution("resnet.0", "resnet.1", CHANNELS, 3, 7)
    into = CHANNELS
    for stage, blocks in enumerate(BLOCKS):
        width = CHANNELS << stage
        for index in range(blocks):
            name = f"resnet.{stage + 4}.{index}"
            convolution(f"{name}.conv1", f"{name}.bn1", width, into, 1)
            convolution(f"{name}.conv2", f"{name}.bn2", width, width, 3)
            convolution(f"{name}.conv3", f"{name}.bn3", 4 * width, width, 1, gain=0.3)
            if index == 0:
                convolution(f"{name}.downsample.0", f"{name}.downsample.1", 4 * width, into, 1)
            into = 4 * width
    found["linear.weight"], found["linear.bias"] = random.normal(0, 1, (EMBEDDING, into)), np.zeros(EMBEDDING)
    batch_norm("bn", EMBEDDING)
    return as_float32(found)


def decoder_weights() -> Arrays:
    random = np.random.default_rng(4)
    return as_float32(
        {
            "embed.weight": random.normal(0, 1, (WORDS, EMBEDDING)),
            "lstm.weight_ih_l0": random.normal(0, 1, (4 * HIDDEN, EMBEDDING)),
            "lstm.weight_hh_l0": random.normal(0, 1, (4 * HIDDEN, HIDDEN)),
            "lstm.bias_ih_l0": random.normal(0, 0.1, 4 * HIDDEN),
            "lstm.bias_hh_l0": random.normal(0, 0.1, 4 * HIDDEN),
            "linear.weight": random.normal(0, 2, (WORDS, HIDDEN)),
            "linear.bias": random.normal(0, 0.1, WORDS),
        }
    )


def as_float32(arrays: Arrays) -> Arrays:
    return {name: value if value.dtype == np.int64 else value.astype(np.float32) for name, value in arrays.items()}


def write_vocabulary(folder: Path, words: int = WORDS) -> None:
    names = [*SPECIAL, *(f"word{index}" for index in range(4, words))]
    body = {"format": 1, "words": names, "pad": 0, "start": 1, "end": 2, "unknown": 3}
    (folder / "vocabulary.json").write_text(json.dumps(body), encoding="utf-8")


def write_source(folder: Path, *, encoder: Arrays | None = None, decoder: Arrays | None = None) -> Path:
    """The checkpoints in the format before PyTorch 1.6, as they were published; returns the folder."""
    (folder / "models").mkdir(parents=True)
    write_checkpoint(folder / "models" / "encoder-10-1000.ckpt", encoder or encoder_weights())
    write_checkpoint(folder / "models" / "decoder-10-1000.ckpt", decoder or decoder_weights())
    write_vocabulary(folder)
    return folder


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_source(tmp_path_factory.mktemp("im2txt") / "source")


def converted(convert: Any, source: Path, target: Path, **options: Any) -> Engine:
    target.mkdir()
    report = convert(source, target, quiet, **options)
    assert {path.name for path in target.iterdir()} == {
        "config.json",
        "vocabulary.json",
        "encoder.onnx",
        "decoder.onnx",
    }
    assert report["precision"] == "float32" or report["decoder_agreement"] > 0.5
    engine = Engine(device="cpu", threads=1)
    engine.load(target)
    return engine


@pytest.mark.parametrize("precision", ["float32", "int8"])
def test_it_captions(source: Path, tmp_path: Path, precision: str) -> None:
    engine = converted(convert_checkpoints, source, tmp_path / "model", precision=precision)
    pictures = [*check_pictures(3), Image.new("RGB", (9, 500), "red")]
    for options in (CaptionOptions(), CaptionOptions(num_beams=1), CaptionOptions(temperature=1.0, num_captions=3)):
        together = engine.caption(pictures, options)
        assert all(captions and captions[0].text for captions in together)
        alone = [engine.caption([one], options)[0] for one in pictures]
        assert [[one.text for one in captions] for captions in alone] == [
            [one.text for one in captions] for captions in together
        ]


def test_it_explains_words_but_has_no_attention(source: Path, tmp_path: Path) -> None:
    engine = converted(convert_checkpoints, source, tmp_path / "model", precision="float32")
    (caption,) = engine.caption(check_pictures(1), CaptionOptions(explain=True))[0]
    assert caption.attention is None
    assert caption.word_log_probabilities is not None
    assert len(caption.word_log_probabilities) == len(caption.words)


def test_over_http(source: Path) -> None:
    (source.parent / "im2txt").mkdir()
    with running("service.im2txt.main", WEIGHTS_DIR=source.parent) as service:
        _convert_and_caption(service)


def _convert_and_caption(service: Service) -> None:
    body = {"kind": "im2txt", "source": "source", "target": "im2txt"}
    answer = service.post("/convert", json=body)
    assert "event: done" in answer.text, answer.text
    captioned = service.caption(picture(), model="im2txt", explain=True)
    assert captioned.status_code == 200, captioned.text
    assert captioned.json()["captions"][0]["attention"] is None


def one_less(name: str, weights: Callable[[], Arrays]) -> Arrays:
    return {key: value for key, value in weights().items() if key != name}


DAMAGE: dict[str, tuple[Arrays | None, Arrays | None, str]] = {
    "no linear layer": (one_less("linear.weight", encoder_weights), None, "lack linear.weight"),
    "no first layer": (one_less("resnet.0.weight", encoder_weights), None, "lack resnet.0.weight"),
    "a block without its end": (one_less("resnet.5.0.conv3.weight", encoder_weights), None, "lack resnet.5.0.conv3"),
    "a stage missing": (
        {name: value for name, value in encoder_weights().items() if not name.startswith("resnet.7")},
        None,
        "encoder.onnx|has the shape|cannot be read",
    ),
    "a layer more": ({**encoder_weights(), "resnet.9.weight": np.zeros(3, np.float32)}, None, "nothing uses: resnet.9"),
    "no convolution": ({**encoder_weights(), "resnet.0.weight": np.zeros(3, np.float32)}, None, "no convolution's"),
    "two layers of LSTM": (None, {**decoder_weights(), "lstm.weight_hh_l1": np.zeros(3, np.float32)}, "nothing uses"),
    "no words": (None, one_less("embed.weight", decoder_weights), "lack embed.weight"),
    "another width": (None, {**decoder_weights(), "lstm.weight_ih_l0": np.zeros((32, 5), np.float32)}, "is wanted"),
    "all the same": ({**encoder_weights(), "bn.weight": np.zeros(EMBEDDING, np.float32)}, None, "sees the same"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_what_is_no_im2txt_is_refused(tmp_path: Path, name: str) -> None:
    encoder, decoder, sentence = DAMAGE[name]
    write_source(tmp_path / "source", encoder=encoder, decoder=decoder)
    (tmp_path / "target").mkdir()
    with pytest.raises(WeightsError, match=sentence):
        convert_checkpoints(tmp_path / "source", tmp_path / "target", quiet, precision="float32")


def test_a_missing_or_another_vocabulary_is_refused(source: Path, tmp_path: Path) -> None:
    folder = write_source(tmp_path / "source")
    (tmp_path / "target").mkdir()
    write_vocabulary(folder, WORDS + 1)
    with pytest.raises(WeightsError, match=f"knows {WORDS} words, the vocabulary {WORDS + 1}"):
        convert_checkpoints(folder, tmp_path / "target", quiet)
    (folder / "vocabulary.json").unlink()
    with pytest.raises(WeightsError, match="vocabulary.json cannot be read"):
        convert_checkpoints(folder, tmp_path / "target", quiet)


@pytest.mark.parametrize("name", ["encoder.onnx", "decoder.onnx"])
@pytest.mark.parametrize("content", [b"", b"GGUF" * 100, None])
def test_a_pair_that_is_none_is_refused(tmp_path: Path, name: str, content: bytes | None) -> None:
    from tests.service.tiny_models import write_captioner

    write_captioner(tmp_path / "source")  # a pair of another kind
    if content is None:
        (tmp_path / "source" / name).unlink()
    else:
        (tmp_path / "source" / name).write_bytes(content)
    (tmp_path / "target").mkdir()
    with pytest.raises(WeightsError):
        convert_onnx(tmp_path / "source", tmp_path / "target", quiet)


def reference() -> Any:
    for library in ("torch", "onnx"):
        pytest.importorskip(library, reason="not installed: run `make install-mlval`")
    from mlval.random_weights import im2txt

    return im2txt


FORMS: dict[str, tuple[str, Conversion]] = {
    "checkpoints": ("write_checkpoints", convert_checkpoints),
    "onnx": ("write_onnx", convert_onnx),
}


def compare(form: str, folder: Path, **size: Any) -> None:
    """Greedy words as PyTorch says them."""
    made = reference()
    writer, convert = FORMS[form]
    encoder, decoder = made.build(**size)
    getattr(made, writer)(folder / "source", encoder, decoder)
    decoder.first = 1
    engine = converted(convert, folder / "source", folder / "model", precision="float32")
    from service.common.preprocess import Preprocess

    preprocess = Preprocess(224, tuple(CONFIG["mean"]), tuple(CONFIG["std"]), CONFIG["resize"], CONFIG["interpolation"])
    pictures = check_pictures(4)
    expected = made.greedy(encoder, decoder, preprocess(pictures))
    found = engine.caption(pictures, CaptionOptions(num_beams=1, max_words=19))
    words = [[f"word{index}" for index in row] for row in expected]
    assert [list(captions[0].text.split()) for captions in found] == words
    assert len({tuple(row) for row in words}) > 1


@pytest.mark.mlval
@pytest.mark.parametrize("form", FORMS)
def test_it_says_what_pytorch_says(tmp_path: Path, form: str) -> None:
    compare(form, tmp_path, blocks=(1, 1, 2, 1), channels=8, words=60)


@pytest.mark.mlval
@pytest.mark.full_size
@pytest.mark.parametrize("form", FORMS)
def test_at_full_size(tmp_path: Path, form: str) -> None:
    """ResNet-152, 9,956 words: the same greedy words, and the rest of the conversion."""
    compare(form, tmp_path)
    (tmp_path / "small").mkdir()
    report = FORMS[form][1](tmp_path / "source", tmp_path / "small", quiet)
    assert report["decoder_agreement"] > 0.9, report


@pytest.mark.mlval
def test_a_graph_that_keeps_weights_elsewhere_is_refused(tmp_path: Path) -> None:
    made = reference()
    made.write_onnx(tmp_path / "source", *made.build(blocks=(1, 1, 1, 1), channels=8, words=60))
    path = tmp_path / "source" / "encoder.onnx"
    onnx.save(onnx.load(str(path)), str(path), save_as_external_data=True, location="weights", size_threshold=0)
    (tmp_path / "target").mkdir()
    with pytest.raises(WeightsError, match="keeps weights in another file"):
        convert_onnx(tmp_path / "source", tmp_path / "target", quiet)
