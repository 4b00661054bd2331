"""Published CLIP weights, converted and run: the numbers of transformers, in float32 and nearly in int8."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests

from service.clip_score.bpe import BytePairTokenizer
from service.clip_score.convert import LEAST_COSINE, convert_clip
from service.clip_score.engine import Engine
from service.common.errors import WeightsError
from service.common.preprocess import Preprocess
from service.common.weights import WeightsFile
from tests.service.clip_score.tiny_clip import (
    CONFIG,
    PREPROCESSING,
    TEXTS,
    golden,
    pictures,
    transformers_says,
    weights,
    write_json,
    write_safetensors,
    write_source,
)
from tests.service.harness import ROOT, Service, picture, running


def quiet(fraction: float, step: str) -> None:
    assert 0.0 <= fraction <= 1.0 and step


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_source(tmp_path_factory.mktemp("clip") / "source")


@pytest.fixture(scope="module")
def exact(source: Path) -> Path:
    """The model's folder in float32."""
    target = source.parent / "exact"
    target.mkdir()
    assert convert_clip(source, target, quiet, precision="float32")["precision"] == "float32"
    return target


@pytest.fixture(scope="module")
def engine(exact: Path) -> Engine:
    engine = Engine(device="cpu", threads=1)
    engine.load(exact)
    return engine


def test_float32_gives_what_transformers_gives(engine: Engine) -> None:
    expected = golden()
    assert engine.embed_images(pictures()) == pytest.approx(np.array(expected["images"]), abs=1e-4)
    assert engine.embed_texts(TEXTS) == pytest.approx(np.array(expected["texts"]), abs=1e-4)


def test_tokens_and_pixels_are_those_of_transformers(exact: Path) -> None:
    expected = golden()
    tokenizer = BytePairTokenizer.load(WeightsFile(exact / "vocabulary.json"), max_tokens=20)
    assert [tokenizer.encode(text) for text in TEXTS] == expected["tokens"]
    pixels = Preprocess.from_file(WeightsFile(exact / "config.json"))(pictures())
    assert pixels[1, :, 3] == pytest.approx(np.array(expected["pixels"]), abs=1e-5)


def test_a_text_does_not_depend_on_the_others(engine: Engine) -> None:
    alone = np.concatenate([engine.embed_texts([text]) for text in TEXTS])
    assert alone == pytest.approx(engine.embed_texts(TEXTS), abs=1e-5)


def test_int8_is_close_and_smaller(source: Path, exact: Path, tmp_path: Path) -> None:
    report = convert_clip(source, tmp_path, quiet, precision="int8")
    assert report["precision"] == "int8"
    assert min(report["image_cosine"], report["text_cosine"]) >= LEAST_COSINE
    assert {path.name for path in tmp_path.iterdir()} == {"config.json", "vocabulary.json", "image.onnx", "text.onnx"}
    engine = Engine(device="cpu", threads=1)
    engine.load(tmp_path)
    expected = golden()
    assert (engine.embed_images(pictures()) * expected["images"]).sum(axis=1).min() >= LEAST_COSINE
    assert (engine.embed_texts(TEXTS) * expected["texts"]).sum(axis=1).min() >= LEAST_COSINE


def test_int8_does_not_depend_on_the_batch_either(source: Path, tmp_path: Path) -> None:
    convert_clip(source, tmp_path, quiet, precision="int8")
    engine = Engine(device="cpu", threads=1)
    engine.load(tmp_path)
    alone = np.concatenate([engine.embed_texts([text]) for text in TEXTS])
    assert alone == pytest.approx(engine.embed_texts(TEXTS), abs=1e-5)
    alone = np.concatenate([engine.embed_images([one]) for one in pictures()])
    assert alone == pytest.approx(engine.embed_images(pictures()), abs=1e-5)


def test_a_tower_that_suffers_stays_float32(
    source: Path, exact: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.clip_score.convert.LEAST_COSINE", 1.1)
    assert convert_clip(source, tmp_path, quiet, precision="int8")["precision"] == "float32"
    assert (tmp_path / "image.onnx").read_bytes() == (exact / "image.onnx").read_bytes()


def test_a_picture_of_one_pixel_and_a_strip(engine: Engine) -> None:
    from PIL import Image

    for size in ((1, 1), (20_000, 1), (1, 20_000), (31, 33)):
        assert np.isfinite(engine.embed_images([Image.new("RGB", size, "red")])).all()


@pytest.fixture(scope="module")
def service(source: Path) -> Iterator[Service]:
    with running("service.clip_score.main", WEIGHTS_DIR=source.parent) as service:
        yield service


def test_converted_and_then_served(service: Service, source: Path) -> None:
    target = source.parent / "clip-tiny"
    target.mkdir()
    answer = requests.post(
        f"{service.url}/convert",
        json={"kind": "clip-huggingface", "source": "source", "target": "clip-tiny"},
        timeout=300,
    )
    last = answer.text.strip().split("\n\n")[-1]
    assert last.startswith("event: done"), answer.text
    assert json.loads(last.split("data: ")[1])["report"]["precision"] == "int8"
    scored = service.post(
        "/score",
        files={"image": picture()},
        data={"texts": '["a dog", "two boats"]', "options": '{"model": "clip-tiny"}'},
    )
    assert scored.status_code == 200, scored.text
    assert len(scored.json()["scores"]) == 2


def test_a_damaged_download_is_a_sentence(service: Service, source: Path) -> None:
    for name in ("damaged", "nothing"):
        (source.parent / name).mkdir()
    write_source(source.parent / "damaged")
    (source.parent / "damaged" / "model.safetensors").write_bytes(b"\0" * 100)
    body = {"kind": "clip-huggingface", "source": "damaged", "target": "nothing"}
    answer = requests.post(f"{service.url}/convert", json=body, timeout=300)
    assert 'event: error\ndata: {"code": "failed", "detail": "model.safetensors cannot be read' in answer.text


def without(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def config(**changes: Any) -> Callable[[Path], None]:
    return lambda folder: write_json(folder / "config.json", {**CONFIG, **changes})


def tower(name: str, **changes: Any) -> Callable[[Path], None]:
    return config(**{name: {**CONFIG[name], **changes}})


def preprocessing(**changes: Any) -> Callable[[Path], None]:
    return lambda folder: write_json(folder / "preprocessor_config.json", {**PREPROCESSING, **changes})


def tensors(**changes: Any) -> Callable[[Path], None]:
    found = {name: value for name, value in {**weights(), **changes}.items() if value is not None}
    return lambda folder: write_safetensors(folder / "model.safetensors", found)


DAMAGE: dict[str, tuple[Callable[[Path], None], str]] = {
    "no weights": (without("model.safetensors"), "neither model.safetensors nor pytorch_model.bin"),
    "no config": (without("config.json"), "config.json cannot be read"),
    "no preprocessing": (without("preprocessor_config.json"), "preprocessor_config.json cannot be read"),
    "no vocabulary": (without("vocab.json"), "vocab.json cannot be read"),
    "no merges": (without("merges.txt"), "merges.txt cannot be read"),
    "another model": (config(model_type="siglip"), "'siglip', not clip"),
    "a config that is a list": (lambda folder: write_json(folder / "config.json", []), "no JSON object"),
    "a tower that is a text": (config(vision_config="large"), "vision_config is no JSON object"),
    "another activation": (tower("text_config", hidden_act="gelu"), "activation 'gelu'"),
    "no layers": (tower("text_config", num_hidden_layers=0), "num_hidden_layers must be"),
    "more layers": (tower("text_config", num_hidden_layers=3), "lack text_model.encoder.layers.2"),
    "fewer layers": (tower("text_config", num_hidden_layers=1), "nothing uses: text_model.encoder.layers.1"),
    "heads that do not divide": (tower("vision_config", num_attention_heads=5), "must divide hidden_size"),
    "an epsilon of none": (tower("vision_config", layer_norm_eps=None), "layer_norm_eps"),
    "a wider tower": (tower("vision_config", hidden_size=36), "has the shape"),
    "another size": (preprocessing(size=64), "a way of resizing"),
    "another filter": (preprocessing(resample=2), "a way of resizing"),
    "no cropping": (preprocessing(do_center_crop=False), "leaves out a step"),
    "no mean": (preprocessing(image_mean=None), "image_mean must be three numbers"),
    "a smaller vocabulary": (lambda folder: write_json(folder / "vocab.json", {"a": 0}), "from 0 to 699"),
    "other merges": (lambda folder: _append(folder / "merges.txt", "a z z\n"), "merges.txt joins"),
    "a missing tensor": (tensors(**{"text_projection.weight": None}), "lack text_projection.weight"),
    "a tensor too many": (tensors(more=np.zeros(3, np.float32)), "nothing uses: more"),
    "no number": (tensors(**{"text_projection.weight": np.full((16, 24), np.nan, np.float32)}), "not finite"),
    "weights of zero": (tensors(**{"text_projection.weight": np.zeros((16, 24), np.float32)}), "the same vector"),
}


def _append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


@pytest.mark.parametrize("name", DAMAGE)
def test_what_is_no_clip_is_refused(tmp_path: Path, name: str) -> None:
    change, sentence = DAMAGE[name]
    change(write_source(tmp_path / "source"))
    (tmp_path / "target").mkdir()
    with pytest.raises(WeightsError, match=sentence):
        convert_clip(tmp_path / "source", tmp_path / "target", quiet)


def test_it_needs_no_torch() -> None:
    code = "import sys, service.clip_score.convert; print({'torch', 'transformers', 'tokenizers'} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "set()"


ODD = [
    "",
    " ",
    "A DOG!!",
    "it's we're they've I'm he'll she'd 'sample ''t! don't-stop_me.now/ok",
    "42 3.14 ½ ² Ⅷ \u0660\u0661",
    "naïve café ﬁ Ǆ ΟΔΥΣΣΕΥΣ İstanbul ß ẞ e\u0301 \u0301a",
    "你好世界 こんにちは 한국어 שלום",
    "a\tb\nc\x0bd\x1ce\x85f\u00a0g\u2003h\u200bi\ufeffj\u2028k",
    "<|endoftext|> hi <|startoftext|>x<|ENDOFTEXT|><|endoftext|><|endoftext|>",
    "👩‍👩‍👧 emoji 🇩🇪 𝒜𝓁𝓅𝒽𝒶",
    "a" * 500,
    "ab " * 200,
    " leading and trailing ",
]


def odd_texts() -> list[str]:
    """The list, and a few thousand made of what texts are made of."""
    chance = random.Random(0)
    signs = "abcdefghij 'strevmld<>|\u0301.,!?-0123äßé€中"
    texts = ["".join(chance.choices(signs, k=chance.randint(1, 30))) for _ in range(2000)]
    words = ["".join(chance.choices("etaoinsrdlcg", k=chance.randint(1, 9))) for _ in range(2000)]
    return [*ODD, *texts, *(" ".join(chance.choices(words, k=40)) for _ in range(500))]


def need_transformers() -> None:
    for library in ("torch", "transformers"):
        pytest.importorskip(library, reason="not installed: run `make install-mlval`")


@pytest.mark.mlval
def test_the_golden_numbers_are_what_transformers_says_now(source: Path) -> None:
    need_transformers()
    expected, now = golden(), transformers_says(source)
    assert now["tokens"] == expected["tokens"]
    for name in ("images", "texts"):
        assert now[name] == pytest.approx(np.array(expected[name]), abs=1e-5)


@pytest.mark.mlval
def test_odd_texts_have_the_tokens_of_transformers(source: Path, exact: Path) -> None:
    need_transformers()
    from transformers import CLIPTokenizer

    theirs = CLIPTokenizer.from_pretrained(source)
    ours = BytePairTokenizer.load(WeightsFile(exact / "vocabulary.json"), max_tokens=77)
    for text in odd_texts():
        assert ours.encode(text) == theirs(text, truncation=True, max_length=77)["input_ids"], repr(text)


@pytest.mark.mlval
def test_odd_sizes_have_the_pixels_of_transformers(source: Path, exact: Path) -> None:
    need_transformers()
    from PIL import Image
    from transformers import CLIPImageProcessorPil

    theirs = CLIPImageProcessorPil.from_pretrained(source)
    ours = Preprocess.from_file(WeightsFile(exact / "config.json"))
    noise = np.random.default_rng(0)
    for size in ((32, 32), (33, 32), (31, 47), (100, 37), (37, 101), (7, 9), (500, 33), (1, 9)):
        image = Image.fromarray(noise.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8))
        expected = theirs(image, return_tensors="np")["pixel_values"]
        assert ours([image]) == pytest.approx(expected, abs=1e-5), size


@pytest.mark.mlval
@pytest.mark.full_size
def test_at_full_size(tmp_path_factory: pytest.TempPathFactory) -> None:
    """ViT-B/32 with random weights: 1e-4 in float32, at least 0.99 of cosine in int8."""
    need_transformers()
    from mlval.random_weights.__main__ import make

    folder = tmp_path_factory.mktemp("full")
    source = make("clip-huggingface", folder / "source")
    expected = transformers_says(source)
    for precision in ("float32", "int8"):
        (folder / precision).mkdir()
        report = convert_clip(source, folder / precision, quiet, precision=precision)
        assert report["precision"] == precision, report
        engine = Engine(device="cpu")
        engine.load(folder / precision)
        for found, wanted in (
            (engine.embed_images(pictures()), expected["images"]),
            (engine.embed_texts(TEXTS), expected["texts"]),
        ):
            if precision == "float32":
                assert found == pytest.approx(wanted, abs=1e-4)
            assert (found * wanted).sum(axis=1).min() >= LEAST_COSINE
