"""What a caller may send, and what each mistake is answered with."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path

import psutil
import pytest
import requests
from PIL import Image

from tests.service.conftest import StartFake
from tests.service.harness import Service, picture, running


def test_a_caption(im2txt: Service) -> None:
    answer = im2txt.caption(model="tiny")
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"captions", "model", "device", "timings"}
    assert body["model"] == "tiny"
    assert body["device"] == "cpu"
    assert set(body["timings"]) == {"queue_s", "load_s", "infer_s"}
    (caption,) = body["captions"]
    assert set(caption) == {"image", "text", "log_probability"}
    assert caption["log_probability"] < 0


def test_alternatives_and_explanations(im2txt: Service) -> None:
    body = im2txt.caption(model="tiny", num_captions=3, num_beams=5, explain=True).json()
    assert len({caption["text"] for caption in body["captions"]}) == 3
    for caption in body["captions"]:
        assert caption["text"] == " ".join(caption["words"])
        assert len(caption["word_log_probabilities"]) == len(caption["words"])
        assert len(caption["attention"]) == len(caption["words"])
        for rows in caption["attention"]:
            assert [len(row) for row in rows] == [4, 4, 4, 4]
            assert sum(map(sum, rows)) == pytest.approx(1.0, abs=1e-4)


def test_several_pictures_in_one_request(im2txt: Service) -> None:
    colours = ["red", "green", "white"]
    images = [picture(colour) for colour in colours]
    answer = im2txt.post(
        "/caption",
        files=[("image", ("a.png", image)) for image in images],
        data={"options": json.dumps({"model": "tiny"})},
    )
    captions = answer.json()["captions"]
    assert [caption["image"] for caption in captions] == [0, 1, 2]
    alone = [im2txt.caption(image, model="tiny").json()["captions"][0]["text"] for image in images]
    assert [caption["text"] for caption in captions] == alone


def test_the_same_seed_gives_the_same_captions(im2txt: Service) -> None:
    def texts(seed: int) -> list[str]:
        answer = im2txt.caption(model="tiny", temperature=1.5, num_captions=4, seed=seed)
        return [caption["text"] for caption in answer.json()["captions"]]

    assert texts(1) == texts(1)
    assert texts(1) != texts(2)


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ('{"num_beams": 0}', "num_beams"),
        ('{"num_beams": 3.5}', "num_beams"),
        ('{"num_beams": true}', "num_beams"),
        ('{"num_captions": 1000}', "num_captions"),
        ('{"max_words": "many"}', "max_words"),
        ('{"temperature": -1}', "temperature"),
        ('{"temperature": NaN}', "temperature"),
        ('{"temperature": 1e999}', "temperature"),
        ('{"seed": -1}', "seed"),
        ('{"explain": "yes"}', "explain"),
        ('{"deadline_s": "soon"}', "deadline_s"),
        ('{"deadline_s": -1}', "deadline_s"),
        ('{"model": 5}', "model"),
        ('{"model": "../../etc"}', "model"),
        ('{"model": "/etc"}', "model"),
        ('{"model": "tiny/../other"}', "model"),
        ('{"model": ".."}', "model"),
        ('{"model": ""}', "model"),
        ('{"model": "tiny\\n"}', "model"),
        ('{"model": "Tiny"}', "model"),
        ('{"beams": 3}', "beams"),
        ("{", "options"),
        ("[1]", "options"),
        ("[" * 100_000, "options"),
    ],
)
def test_malformed_options(im2txt: Service, options: str, field: str) -> None:
    answer = im2txt.post("/caption", files={"image": picture()}, data={"options": options})
    assert answer.status_code == 400
    assert answer.json()["code"] == "malformed"
    assert answer.json()["field"] == field
    assert answer.json()["detail"]


def test_null_means_not_given(im2txt: Service) -> None:
    assert im2txt.caption(model="tiny", num_beams=None, seed=None, deadline_s=None).status_code == 200


@pytest.mark.parametrize(
    "request_parts",
    [
        {},
        {"data": b"hello"},
        {"json": {"image": "aGVsbG8="}},
        {"data": {"image": "text, not a file"}},
        {"data": b"--x\r\nbroken", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {"data": b"", "headers": {"Content-Type": "multipart/form-data"}},
        {"files": [("image", ("a", b"x"))] * 9},
    ],
)
def test_no_picture_or_too_many(im2txt: Service, request_parts: dict[str, object]) -> None:
    answer = im2txt.post("/caption", **request_parts)
    assert answer.status_code == 400
    assert answer.json()["field"] == "image"


def truncated(kind: str) -> bytes:
    whole = picture(size=(300, 300), kind=kind)
    return whole[: len(whole) // 2]


def wide_png() -> bytes:
    """20,000 x 20,000 pixels in a few hundred kilobytes."""
    file = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 1000,
        b"plain text named .jpg",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        truncated("JPEG"),
        truncated("PNG"),
        truncated("WEBP"),
        wide_png(),
    ],
    ids=["empty", "zeros", "text", "postscript", "svg", "half jpeg", "half png", "half webp", "bomb"],
)
def test_hostile_pictures(im2txt: Service, data: bytes) -> None:
    answer = im2txt.caption(data, model="tiny")
    assert answer.status_code == 422
    assert answer.json()["code"] == "bad_image"
    assert im2txt.caption(model="tiny").status_code == 200


def test_too_many_bytes(im2txt: Service) -> None:
    answer = im2txt.caption(b"x" * 4_000_000, model="tiny")
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


def test_too_many_bytes_of_options(im2txt: Service) -> None:
    answer = im2txt.post("/caption", files={"image": picture()}, data={"options": " " * 1_500_000})
    assert answer.status_code == 413


def test_unknown_paths_and_methods(im2txt: Service) -> None:
    assert im2txt.post("/nowhere").json()["code"] == "not_found"
    assert requests.get(f"{im2txt.url}/caption", timeout=180).json()["code"] == "method_not_allowed"
    assert im2txt.post("/score").status_code == 404


def test_an_absent_model(im2txt: Service) -> None:
    answer = im2txt.caption(model="not-there")
    assert answer.status_code == 503
    assert answer.json()["code"] == "absent"
    assert "not installed" in answer.json()["detail"]


def test_a_half_installed_model_is_absent(tmp_path: Path, captioner_folder: Path) -> None:
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "config.json").write_text("{}")
    with running("service.im2txt.main", WEIGHTS_DIR=tmp_path) as service:
        answer = service.caption(model="half")
        assert answer.status_code == 503
        assert "encoder.onnx" in answer.json()["detail"]
        assert "half" not in service.health()["models"]


def test_no_model_at_all_is_absent(tmp_path: Path) -> None:
    with running("tests.service.fake_family", WEIGHTS_DIR=tmp_path / "none") as service:
        health = service.health()
        assert health["state"] == "absent"
        assert "Download a model" in health["why"]
        assert service.caption().json()["code"] == "absent"


def test_the_only_model_is_the_default_and_two_are_ambiguous(start_fake: StartFake, tmp_path: Path) -> None:
    service = start_fake()
    assert service.caption().json()["model"] == "plain"
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "fake.json").write_text("{}")
    answer = service.caption()
    assert answer.status_code == 400
    assert answer.json()["field"] == "model"


def test_another_model_takes_the_place_of_the_first(im2txt: Service) -> None:
    assert im2txt.caption(model="tiny").status_code == 200
    (first,) = im2txt.model_processes()
    answer = im2txt.caption(model="other")
    assert answer.json()["model"] == "other"
    assert answer.json()["timings"]["load_s"] > 0
    assert im2txt.health()["model"] == "other"
    (second,) = im2txt.model_processes()
    assert second.pid != first.pid


def test_the_token(captioner_folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("s3cret\n")
    with running("service.im2txt.main", WEIGHTS_DIR=captioner_folder, SERVICE_TOKEN_FILE=secret) as service:
        for headers in (
            {},
            {"Authorization": "Bearer wrong"},
            {"Authorization": "s3cret"},
            {"Authorization": "Bearer "},
        ):
            for answer in (
                service.caption(model="tiny", headers=headers),
                service.post("/unload", headers=headers),
                requests.get(f"{service.url}/metrics", headers=headers, timeout=180),
            ):
                assert answer.status_code == 401
                assert answer.json()["code"] == "unauthorized"
        right = {"Authorization": "Bearer s3cret"}
        assert service.caption(model="tiny", headers=right).status_code == 200
        assert service.health()["state"] == "ready"
        (model,) = service.model_processes()
        assert not any(name.startswith("SERVICE_TOKEN") for name in model.environ())


def test_metrics(im2txt: Service) -> None:
    assert im2txt.caption(model="tiny").status_code == 200
    text = requests.get(f"{im2txt.url}/metrics", timeout=180).text
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(values['photo_service_requests_total{service="im2txt",path="/caption",status="200"}']) >= 1
    assert float(values['photo_service_loads_total{service="im2txt"}']) >= 1
    assert float(values['photo_service_rss_bytes{service="im2txt"}']) > 0
    assert float(values['photo_service_model_ready{service="im2txt"}']) == 1


def test_it_listens_on_loopback_only(captioner_folder: Path) -> None:
    with running("service.im2txt.main", WEIGHTS_DIR=captioner_folder) as service:
        addresses = set()
        for process in service.processes():
            # The look for a CUDA device is a process of its own, which ends when it pleases.
            with contextlib.suppress(psutil.NoSuchProcess):
                addresses |= {end.laddr.ip for end in process.net_connections() if end.status == "LISTEN"}
    assert addresses == {"127.0.0.1"}
