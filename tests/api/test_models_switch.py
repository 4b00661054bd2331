"""Another model is chosen while requests run: the next request uses it, and none is lost or mixed up."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings
from rest_framework.test import APIClient

from api.model_registry import OFF, ModelEntry
from api.model_store import install
from api.models import Photo, User
from api.selectors.models import model_store
from tests.conftest import client_for
from tests.factories import make_picture_photo
from tests.hub import running_hub
from tests.model_store.entries import entry, entry_file
from tests.model_store.settings import use_models
from tests.processes import model_service
from tests.service.tiny_models import write_captioner

pytestmark = pytest.mark.django_db(transaction=True)
FILES = ("config.json", "vocabulary.json", "encoder.onnx", "decoder.onnx")


@pytest.fixture
def two_captioners(settings: Settings, tmp_path: Path) -> Iterator[tuple[ModelEntry, ModelEntry]]:
    """Two installed models of one real service."""
    models: list[ModelEntry] = []
    contents: dict[str, bytes] = {}
    for seed, model_id in enumerate(("one", "two")):
        folder = write_captioner(tmp_path / model_id, seed=seed, model_id=model_id)
        files = []
        for name in FILES:
            content = contents[f"{model_id}/{name}"] = (folder / name).read_bytes()
            # The hub has a folder for each, the model's own folder has not.
            files.append(replace(entry_file(f"{model_id}/{name}", content), path=name))
        models.append(entry(*files, model_id=model_id))
    with running_hub() as hub:
        hub.files = contents
        use_models(settings, hub, tmp_path / "models", *models)
        settings.SERVICE_TOKEN = ""
        settings.DATA_DIR = tmp_path
        for model in models:
            install(model_store(), model)
    with model_service("im2txt", WEIGHTS_DIR=str(tmp_path / "models")) as url:
        settings.SERVICE_URLS = {**settings.SERVICE_URLS, "im2txt": url}
        yield models[0], models[1]


def draft(client: APIClient, photo: Photo) -> dict[str, str]:
    answer = client.post(f"/api/photos/{photo.pk}/captions/", {"count": 1, "force": True})
    assert answer.status_code == 200, answer.content
    first = answer.json()["drafts"][0]
    return {first["model"]["id"]: first["text"]}


def test_the_next_request_uses_it(
    two_captioners: tuple[ModelEntry, ModelEntry], owner: User, root_client: APIClient
) -> None:
    photo = make_picture_photo(owner)
    alone: dict[str, str] = {}
    for model in two_captioners:
        assert root_client.post(f"/api/models/{model.id}/choose/", {}).status_code == 200
        said = draft(client_for(owner), photo)
        assert set(said) == {model.id}
        alone |= said
    assert alone["one"] != alone["two"], "the tiny models say the same; nothing could be told apart"

    stop = threading.Event()
    heard: list[tuple[str, str]] = []
    failures: list[BaseException] = []

    def ask() -> None:
        client = client_for(owner)
        try:
            while not stop.is_set():
                heard.extend(draft(client, photo).items())
        except BaseException as error:  # noqa: BLE001 - the main thread shows it
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for turn in range(6):
            chosen = two_captioners[turn % 2].id
            assert root_client.post("/api/sitesettings", {"captioning_model": chosen}).status_code == 200
            assert draft(client_for(owner), photo) == {chosen: alone[chosen]}
    finally:
        stop.set()
        for thread in threads:
            thread.join(120)
    assert not failures, failures
    assert {model for model, _text in heard} == {"one", "two"}
    assert {(model, text) for model, text in heard} == set(alone.items())


def test_none_is_off_from_the_next_request_on(
    two_captioners: tuple[ModelEntry, ModelEntry], owner: User, root_client: APIClient
) -> None:
    photo = make_picture_photo(owner)
    root_client.post("/api/models/one/choose/", {})
    draft(client_for(owner), photo)
    root_client.post("/api/sitesettings", {"captioning_model": OFF})
    answer = client_for(owner).post(f"/api/photos/{photo.pk}/captions/", {"count": 1})
    assert (answer.status_code, answer.json()["code"]) == (409, "captioning_off")
    assert root_client.get("/api/sitesettings").json()["captioning_model"] == OFF
