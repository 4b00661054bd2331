"""GET /api/models/, GET and DELETE /api/models/<id>/, POST /api/models/<id>/verify/, GET /api/services/."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from api.jobs.models import download, verify
from api.models import Job, User
from api.models.job import JobState
from tests.hub import Hub, running_hub
from tests.model_store.entries import entry, entry_file
from tests.model_store.settings import use_models

pytestmark = pytest.mark.django_db
CONTENT = bytes(range(256)) * 40
MODEL = entry(entry_file("model.onnx", CONTENT))
URL = "/api/models/tiny/"


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running_hub() as hub:
        hub.files = {"model.onnx": CONTENT}
        yield hub


@pytest.fixture(autouse=True)
def models(settings: Settings, hub: Hub, tmp_path: Path) -> Path:
    use_models(settings, hub, tmp_path / "models", MODEL)
    return tmp_path / "models"


@pytest.fixture
def installed(root_client: APIClient, models: Path) -> Path:
    download(root_client.post(f"{URL}download/").json()["job"])
    return models / "tiny"


def test_list(owner_client: APIClient, settings: Settings) -> None:
    response = owner_client.get("/api/models/")
    assert response.status_code == 200
    found = {model["id"]: model for model in response.json()["results"]}
    assert set(found) == {model.id for model in settings.MODEL_REGISTRY.models}
    assert found["bundled"]["active"] and found["bundled"]["state"] == "bundled"
    assert found["mistral-7b-instruct-q4-k-m"]["download_bytes"] == 4_368_439_584
    assert found["blip-base-coco"]["quality"]["metric"] == "CIDEr"
    assert not found["im2txt-onnx"]["verified"]


def test_list_takes_few_queries(owner_client: APIClient, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        owner_client.get("/api/models/")


def test_list_anonymous(anonymous: APIClient) -> None:
    assert anonymous.get("/api/models/").status_code == 401


def test_one(root_client: APIClient, stranger_client: APIClient) -> None:
    assert root_client.get(URL).json()["id"] == "tiny"
    assert stranger_client.get(URL).status_code == 403
    assert root_client.get("/api/models/unknown/").status_code == 404


def test_verify(root_client: APIClient, installed: Path) -> None:
    response = root_client.post(f"{URL}verify/")
    assert response.status_code == 202
    verify(response.json()["job"])
    assert Job.objects.get(job_id=response.json()["job_id"]).state == JobState.DONE

    (installed / "model.onnx").write_bytes(CONTENT[::-1])
    verify(root_client.post(f"{URL}verify/").json()["job"])
    assert Job.objects.first().state == JobState.FAILED  # type: ignore[union-attr]


def test_verify_what_is_not_there(root_client: APIClient) -> None:
    response = root_client.post(f"{URL}verify/")
    assert (response.status_code, response.json()["code"]) == (409, "model_missing")


def test_remove(root_client: APIClient, installed: Path) -> None:
    assert root_client.delete(URL).status_code == 204
    assert not installed.exists()
    assert root_client.get(URL).json()["state"] == "missing"


def test_remove_what_is_in_use(root_client: APIClient, installed: Path, settings: Settings) -> None:
    settings.SITE_SETTING_OVERRIDES = {"CAPTIONING_MODEL": "tiny"}
    response = root_client.delete(URL)
    assert (response.status_code, response.json()["code"]) == (409, "model_in_use")
    assert installed.exists()


def test_remove_what_is_being_downloaded(root_client: APIClient) -> None:
    root_client.post(f"{URL}download/")
    response = root_client.delete(URL)
    assert (response.status_code, response.json()["code"]) == (409, "model_busy")


def test_remove_what_is_bundled(root_client: APIClient) -> None:
    assert root_client.delete("/api/models/bundled/").status_code == 409


@pytest.mark.parametrize(("method", "path"), [("delete", ""), ("post", "verify/")])
def test_only_administrators(
    anonymous: APIClient, stranger_client: APIClient, installed: Path, method: str, path: str
) -> None:
    assert getattr(anonymous, method)(URL + path).status_code == 401
    assert getattr(stranger_client, method)(URL + path).status_code == 403
    assert installed.exists()


def test_services_to_come_are_named(root_client: APIClient, settings: Settings) -> None:
    for service in root_client.get("/api/services/").json()["results"]:
        known = next(one for one in settings.MODEL_REGISTRY.services if one.name == service["name"])
        if not known.available:
            assert service["health"] is None
            assert "no such service" in service["why"]


def test_a_model_without_its_service_cannot_be_chosen(root_client: APIClient, settings: Settings) -> None:
    absent = [one for one in settings.MODEL_REGISTRY.for_task("llm") if not settings.MODEL_REGISTRY.is_available(one)]
    for model in absent:
        assert model.id not in settings.MODEL_REGISTRY.choices("llm")


def test_jobs_know_their_starter(root_client: APIClient, admin: User) -> None:
    root_client.post(f"{URL}download/")
    assert Job.objects.get().started_by == admin
