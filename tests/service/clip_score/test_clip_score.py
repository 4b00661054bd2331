"""The scorer over tiny graphs, in-process and over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from service.clip_score.engine import Engine
from service.clip_score.tokenizer import WordTokenizer
from service.common.errors import WeightsError
from service.common.weights import WeightsFile
from tests.service.harness import Service, picture, running
from tests.service.tiny_models import EMBEDDING, WORDS


@pytest.fixture(scope="module")
def engine(scorer_folder: Path) -> Engine:
    engine = Engine(device="cpu", threads=1)
    engine.load(scorer_folder / "tiny")
    return engine


@pytest.fixture(scope="module")
def service(scorer_folder: Path) -> Iterator[Service]:
    with running("service.clip_score.main", WEIGHTS_DIR=scorer_folder) as service:
        yield service


def test_vectors_are_of_length_one(engine: Engine) -> None:
    images = engine.embed_images([Image.new("RGB", (9, 9), "red"), Image.new("RGB", (5, 7), "blue")])
    texts = engine.embed_texts(["a dog", "", "zebra", "a " * 100])
    assert images.shape == (2, EMBEDDING)
    assert texts.shape == (4, EMBEDDING)
    for vectors in (images, texts):
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_the_tokenizer(scorer_folder: Path) -> None:
    tokenizer = WordTokenizer.load(WeightsFile(scorer_folder / "tiny" / "vocabulary.json"), max_words=3)
    dog, a, unknown = WORDS.index("dog"), WORDS.index("a"), 3
    assert tokenizer(["A DOG!", "dog's a-dog a dog", ""]).tolist() == [
        [a, dog, 0],
        [unknown, a, dog],
        [0, 0, 0],
    ]
    assert tokenizer([""]).shape == (1, 1)


def test_a_wrong_size_is_refused(scorer_folder: Path, tmp_path: Path) -> None:
    for file in (scorer_folder / "tiny").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "embedding_size": 5}))
    with pytest.raises(WeightsError, match="not 5"):
        Engine(threads=1).load(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps({**config, "tokenizer": "bpe"}))
    with pytest.raises(WeightsError, match="tokenizer"):
        Engine(threads=1).load(tmp_path)


def test_scores(service: Service, engine: Engine) -> None:
    answer = service.post("/score", files={"image": picture()}, data=fields(["a dog", "two men"]))
    assert answer.status_code == 200
    scores = answer.json()["scores"]
    assert [score["text"] for score in scores] == ["a dog", "two men"]
    cosines = engine.embed_texts(["a dog", "two men"]) @ engine.embed_images([Image.new("RGB", (40, 30), "red")])[0]
    for score, cosine in zip(scores, cosines.tolist(), strict=True):
        assert score["cosine"] == pytest.approx(cosine, abs=1e-5)
        assert score["score"] == pytest.approx(2.5 * max(cosine, 0.0), abs=1e-5)


def test_a_prefix_stands_before_every_text(service: Service) -> None:
    def score(texts: list[str], **options: str) -> list[dict[str, object]]:
        data = {"texts": json.dumps(texts), "options": json.dumps({"model": "tiny", **options})}
        return list(service.post("/score", files={"image": picture()}, data=data).json()["scores"])

    whole, split = score(["a dog", "a cat"]), score(["dog", "cat"], prefix="a ")
    assert [one["text"] for one in split] == ["dog", "cat"]
    assert [one["cosine"] for one in split] == pytest.approx([one["cosine"] for one in whole], abs=1e-6)


@pytest.mark.parametrize(("path", "prefix"), [("/score", 7), ("/score", "a" * 201), ("/embed", "a ")])
def test_a_wrong_prefix(service: Service, path: str, prefix: object) -> None:
    data = {**fields(["dog"]), "options": json.dumps({"prefix": prefix})}
    answer = service.post(path, files={"image": picture()}, data=data)
    assert (answer.status_code, answer.json()["field"]) == (400, "prefix")


def test_vectors(service: Service) -> None:
    files = [("image", ("a", picture("red"))), ("image", ("b", picture("blue")))]
    body = service.post("/embed", files=files, data=fields(["a dog"])).json()
    assert np.shape(body["images"]) == (2, EMBEDDING)
    assert np.shape(body["texts"]) == (1, EMBEDDING)
    assert body["images"][0] != body["images"][1]
    only_texts = service.post("/embed", data=fields(["a dog"]))
    assert only_texts.json()["texts"] == [pytest.approx(vector, abs=1e-5) for vector in body["texts"]]
    assert only_texts.json()["images"] == []


@pytest.mark.parametrize(
    ("path", "has_image", "texts", "field"),
    [
        ("/score", False, '["a"]', "image"),
        ("/score", True, None, "texts"),
        ("/score", True, "[]", "texts"),
        ("/score", True, "a dog", "texts"),
        ("/score", True, '{"a": 1}', "texts"),
        ("/score", True, "[1]", "texts"),
        ("/score", True, json.dumps(["a"] * 300), "texts"),
        ("/embed", False, None, "image"),
        ("/embed", False, '"a"', "texts"),
    ],
)
def test_malformed(service: Service, path: str, has_image: bool, texts: str | None, field: str) -> None:
    answer = service.post(
        path, files={"image": picture()} if has_image else None, data={"texts": texts} if texts else None
    )
    assert answer.status_code == 400
    assert answer.json()["field"] == field


def test_a_broken_picture(service: Service) -> None:
    answer = service.post("/score", files={"image": b"nothing"}, data=fields(["a"]))
    assert answer.status_code == 422
    assert answer.json()["code"] == "bad_image"


def fields(texts: list[str]) -> dict[str, str]:
    return {"texts": json.dumps(texts), "options": json.dumps({"model": "tiny"})}
