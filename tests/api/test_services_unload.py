"""POST /api/services/<name>/unload/, with the real captioner."""

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from api.models import User
from tests.factories import make_picture_photo
from tests.processes import eventually, free_port

pytestmark = pytest.mark.django_db
URL = "/api/services/im2txt/unload/"


def state(client: APIClient) -> str:
    services = {row["name"]: row for row in client.get("/api/services/").json()["results"]}
    return str(services["im2txt"]["health"]["state"])


def test_it_works(root_client: APIClient, admin: User, captioner: str) -> None:
    photo = make_picture_photo(admin)
    root_client.post(f"/api/photos/{photo.pk}/captions/", {"count": 1})
    assert state(root_client) == "ready"

    assert root_client.post(URL).status_code == 204
    eventually(lambda: state(root_client) == "idle")
    assert root_client.post(URL).status_code == 204  # twice is harmless


def test_only_for_administrators(owner_client: APIClient, anonymous: APIClient) -> None:
    assert owner_client.post(URL).status_code == 403
    assert anonymous.post(URL).status_code == 401


def test_unknown_services_are_not_there(root_client: APIClient) -> None:
    assert root_client.post("/api/services/nothing/unload/").status_code == 404


def test_a_service_that_is_down_is_said(root_client: APIClient, settings: Settings) -> None:
    settings.SERVICE_URLS = {**settings.SERVICE_URLS, "im2txt": f"http://127.0.0.1:{free_port()}"}
    answer = root_client.post(URL)
    assert (answer.status_code, answer.json()["code"]) == (503, "service_down")
