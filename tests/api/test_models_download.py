"""POST and DELETE /api/models/<id>/download/, and what GET /api/models/ says meanwhile."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from api.actions.models import CALM_AFTER_FAILURE, model_ready_or_download
from api.errors import ConflictError
from api.jobs.models import download
from api.models import Job, User
from api.models.job import JobState
from tests.hub import Hub, running_hub
from tests.model_store.entries import entry, entry_file
from tests.model_store.settings import use_models

pytestmark = pytest.mark.django_db
CONTENT = bytes(range(256)) * 40
MODEL = entry(entry_file("model.onnx", CONTENT))
LATER = entry(entry_file("model.onnx", CONTENT), model_id="later", available=False)
URL = "/api/models/tiny/download/"


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running_hub() as hub:
        hub.files = {"model.onnx": CONTENT}
        yield hub


@pytest.fixture(autouse=True)
def models(settings: Settings, hub: Hub, tmp_path: Path) -> Path:
    use_models(settings, hub, tmp_path / "models", MODEL, LATER)
    return tmp_path / "models"


def listed(client: APIClient) -> dict[str, Any]:
    results = client.get("/api/models/").json()["results"]
    return next(model for model in results if model["id"] == "tiny")


def test_it_works(root_client: APIClient, owner_client: APIClient) -> None:
    before = listed(owner_client)
    assert (before["state"], before["installed"], before["percentage"]) == ("missing", False, None)
    assert before["download_bytes"] == len(CONTENT)

    response = root_client.post(URL)
    assert response.status_code == 202
    body = response.json()
    assert (body["state"], body["percentage"]) == ("downloading", 0)
    job = Job.objects.get(job_id=body["job_id"])
    assert body["job"] == job.pk

    Job.objects.filter(pk=job.pk).update(progress_current=25, progress_target=100)
    assert listed(owner_client)["percentage"] == 25

    download(job.pk)
    after = listed(owner_client)
    assert (after["state"], after["installed"], after["percentage"], after["job_id"]) == ("installed", True, None, None)
    assert after["installed_bytes"] == len(CONTENT)


def test_twice_is_one_job(root_client: APIClient) -> None:
    first, second = root_client.post(URL).json(), root_client.post(URL).json()
    assert first["job_id"] == second["job_id"]


def test_cancel(root_client: APIClient) -> None:
    job_id = root_client.post(URL).json()["job_id"]
    response = root_client.delete(URL)
    assert response.status_code == 200
    assert response.json()["state"] == "missing"
    assert Job.objects.get(job_id=job_id).state == JobState.CANCELLED

    again = root_client.delete(URL)
    assert (again.status_code, again.json()["code"]) == (409, "no_download")


def test_a_failure_is_told(root_client: APIClient, hub: Hub) -> None:
    hub.files = {}
    download(root_client.post(URL).json()["job"])
    assert "404" in listed(root_client)["error"]


def test_mends_what_is_damaged(root_client: APIClient, models: Path) -> None:
    download(root_client.post(URL).json()["job"])
    (models / "tiny/model.onnx").write_bytes(CONTENT[::-1])
    download(root_client.post(URL).json()["job"])
    assert (models / "tiny/model.onnx").read_bytes() == CONTENT


@pytest.mark.parametrize("method", ["post", "delete"])
def test_anonymous(anonymous: APIClient, method: str) -> None:
    assert getattr(anonymous, method)(URL).status_code == 401


@pytest.mark.parametrize("method", ["post", "delete"])
def test_not_an_administrator(stranger_client: APIClient, method: str) -> None:
    assert getattr(stranger_client, method)(URL).status_code == 403
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("model_id", "status", "code"),
    [
        ("unknown", 404, "not_found"),
        ("..", 404, "not_found"),
        ("bundled", 409, "model_bundled"),
        ("later", 409, "model_unavailable"),
    ],
)
def test_refusals(root_client: APIClient, model_id: str, status: int, code: str) -> None:
    response = root_client.post(f"/api/models/{model_id}/download/")
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_a_full_disk(root_client: APIClient, settings: Settings) -> None:
    settings.MIN_FREE_BYTES = 10**15
    response = root_client.post(URL)
    assert (response.status_code, response.json()["code"]) == (507, "disk_full")
    assert response.json()["needed_bytes"] == len(CONTENT)


# What asking for a caption does.


def asked(user: User) -> ConflictError:
    with pytest.raises(ConflictError) as caught:
        model_ready_or_download(model=MODEL, user=user)
    return caught.value


def test_asking_for_a_missing_model_starts_it(owner: User, stranger: User) -> None:
    first = asked(owner)
    assert first.code == "model_downloading"
    assert first.extra == {"model": "tiny", "percentage": 0, "job_id": str(Job.objects.get().job_id)}
    Job.objects.update(progress_current=300, progress_target=400)
    assert asked(stranger).extra["percentage"] == 75
    assert Job.objects.count() == 1

    download(Job.objects.get().pk)
    model_ready_or_download(model=MODEL, user=owner)
    assert Job.objects.count() == 1


def test_asking_after_a_failure_waits(owner: User, hub: Hub) -> None:
    hub.files = {}
    asked(owner)
    download(Job.objects.get().pk)
    error = asked(owner)
    assert error.code == "model_missing"
    assert "404" in error.detail
    assert Job.objects.count() == 1

    Job.objects.update(finished_at=Job.objects.get().finished_at - CALM_AFTER_FAILURE)
    assert asked(owner).code == "model_downloading"
    assert Job.objects.count() == 2


def test_asking_after_a_cancellation_starts_nothing(owner: User, root_client: APIClient) -> None:
    asked(owner)
    root_client.delete(URL)
    assert asked(owner).code == "model_missing"
    root_client.post(URL)
    assert asked(owner).code == "model_downloading"


def test_a_bundled_model_is_ready(owner: User, settings: Settings) -> None:
    model_ready_or_download(model=settings.MODEL_REGISTRY.get("bundled"), user=owner)
