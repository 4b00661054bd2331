"""Published weights of real families, tiny ones: from the hub through download and conversion to an answer."""

import io
import json
import pickle
import sys
import tarfile
import types
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from pytest_django import Settings

from api.actions.models import model_download
from api.jobs.models import convert, download
from api.model_registry import ModelEntry, Unpack
from api.models import Job, User
from api.models.job import JobKind, JobState
from api.selectors.models import model_detail, model_is_ready, model_store
from tests.hub import Hub, running_hub
from tests.model_store.entries import entry, entry_file
from tests.model_store.settings import use_models
from tests.service.clip_score.tiny_clip import write_source as write_clip
from tests.service.harness import Service, picture, running
from tests.service.im2txt.test_convert import WORDS
from tests.service.im2txt.test_convert import write_source as write_im2txt

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running_hub() as hub:
        yield hub


@pytest.fixture(autouse=True)
def models(settings: Settings, tmp_path: Path) -> Path:
    """MODELS_DIR, which the services share."""
    settings.DATA_DIR, settings.SERVICE_TOKEN = tmp_path, ""
    (tmp_path / "models").mkdir()
    return tmp_path / "models"


def install(model: ModelEntry, hub: Hub, service: Service, settings: Settings, root: Path, user: User) -> Job:
    """Download and convert as the worker does; the job of the conversion."""
    use_models(settings, hub, root, model)
    settings.SERVICE_URLS = {**settings.SERVICE_URLS, model.service: service.url}
    download(model_download(model=model, user=user).pk)
    job = Job.objects.get(kind=JobKind.CONVERT_MODELS)
    convert(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    assert model_is_ready(model)
    assert model_store().damages(model) == []
    return job


def test_clip(owner: User, hub: Hub, settings: Settings, models: Path, tmp_path: Path) -> None:
    source = write_clip(tmp_path / "published")
    hub.files = {path.name: path.read_bytes() for path in source.iterdir()}
    files = [entry_file(name, content) for name, content in hub.files.items()]
    model = entry(*files, model_id="clip-tiny", service="clip_score", task="clip", convert="clip-huggingface")
    with running("service.clip_score.main", WEIGHTS_DIR=models) as service:
        job = install(model, hub, service, settings, models, owner)
        assert job.result["conversion"]["precision"] == "int8"
        assert model_detail(model)["conversion"]["image_cosine"] > 0.99
        data = {"texts": '["a dog"]', "options": json.dumps({"model": "clip-tiny", "prefix": "A photo depicts "})}
        answer = requests.post(f"{service.url}/score", files={"image": picture()}, data=data, timeout=180)
        assert answer.status_code == 200, answer.text
    assert {path.name for path in (models / "clip-tiny").iterdir()} == {
        "config.json", "vocabulary.json", "image.onnx", "text.onnx", "installed.json",
    }  # fmt: skip


def test_im2txt(owner: User, hub: Hub, settings: Settings, models: Path, tmp_path: Path) -> None:
    """With the pickled vocabulary that its archive holds."""
    source = write_im2txt(tmp_path / "published")
    words = json.loads((source / "vocabulary.json").read_text())["words"]
    (source / "vocabulary.json").unlink()
    (source / "data").mkdir()
    (source / "data" / "vocab.pkl").write_bytes(pickled_vocabulary(words))
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        tar.add(source, "im2txt")
    hub.files = {"im2txt.tar.gz": archive.getvalue()}
    members = ("models/encoder-10-1000.ckpt", "models/decoder-10-1000.ckpt", "data/vocab.pkl")
    file = entry_file("im2txt.tar.gz", archive.getvalue(), unpack=Unpack(strip=1, members=members))
    model = replace(entry(file, model_id="im2txt-tiny"), convert="im2txt")
    with running("service.im2txt.main", WEIGHTS_DIR=models) as service:
        install(model, hub, service, settings, models, owner)
        answer = service.caption(picture(), model="im2txt-tiny", num_captions=2)
        assert answer.status_code == 200, answer.text
        assert all(caption["text"].split()[0] in words for caption in answer.json()["captions"])
    assert not list((models / "im2txt-tiny").rglob("*.pkl"))


def pickled_vocabulary(words: list[str]) -> bytes:
    """As LibrePhotos' build_vocab.py writes one."""
    assert len(words) == WORDS
    module = types.ModuleType("build_vocab")
    kind = type("Vocabulary", (), {"__module__": "build_vocab"})
    module.Vocabulary = kind  # type: ignore[attr-defined]
    found = kind()
    found.word2idx = {word: index for index, word in enumerate(words)}
    found.idx2word = dict(enumerate(words))
    found.idx = len(words)
    sys.modules["build_vocab"] = module
    try:
        return pickle.dumps(found)
    finally:
        del sys.modules["build_vocab"]
