"""Changing an account: one's own, and as administrator anybody's."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken

from api.actions.sessions import session_open
from api.models import User
from tests.contracts.check import assert_error, assert_web

pytestmark = pytest.mark.django_db


def test_the_whole_object_comes_back_changed(owner: User, owner_client: APIClient) -> None:
    """As the web client does: everything it got, read-only keys included, numbers as texts."""
    url = f"/api/user/{owner.pk}/"
    whole = owner_client.get(url).json()
    del whole["scan_directory"], whole["avatar"]
    changes = {
        "first_name": "Ana",
        "favorite_min_rating": "3",
        "confidence": "0.5",
        "semantic_search_topk": "50",
        "image_scale": "2",
        "save_metadata_to_disk": "SIDECAR_FILE",
        "llm_settings": {**whole["llm_settings"], "enabled": True, "new_key": 1},
        "default_timezone": "Europe/Berlin",
        "datetime_rules": '[{"id": 1}]',
    }
    answer = owner_client.patch(url, {**whole, **changes, "id": 77, "is_superuser": True, "username": "other"})
    assert answer.status_code == 200
    assert_web("user_patch", answer.json())
    after = owner_client.get(url).json()
    expected = {"favorite_min_rating": 3, "confidence": 0.5, "semantic_search_topk": 50, "image_scale": 2}
    assert {**after, "scan_directory": "", "avatar": None} == {**after, **changes, **expected}
    assert (after["id"], after["username"], after["is_superuser"]) == (owner.pk, "owner", False)


def test_a_new_password(owner: User, owner_client: APIClient) -> None:
    url = f"/api/user/{owner.pk}/"
    assert owner_client.patch(url, {"password": ""}).status_code == 200
    owner.refresh_from_db()
    assert owner.check_password("correct horse")
    assert owner_client.patch(url, {"password": "short"}).status_code == 400
    assert owner_client.patch(url, {"password": "battery staple"}).status_code == 200
    owner.refresh_from_db()
    assert owner.check_password("battery staple")


def test_a_new_password_ends_every_session(owner: User, anonymous: APIClient) -> None:
    before = session_open(username="owner", password="correct horse")
    phone = {"HTTP_AUTHORIZATION": f"Bearer {before.access}"}
    url = f"/api/user/{owner.pk}/"
    assert anonymous.patch(url, {"first_name": "Ana", "password": ""}, **phone).status_code == 200
    assert anonymous.get(url, **phone).status_code == 200
    assert anonymous.patch(url, {"password": "battery staple"}, **phone).status_code == 200
    answer = anonymous.get(url, **phone)
    assert answer.status_code == 401
    assert_error(answer.json(), code="session_ended")
    answer = anonymous.post("/api/auth/token/refresh/", {"refresh": before.refresh})
    assert answer.status_code == 401
    assert_error(answer.json(), code="token_not_valid")
    after = session_open(username="owner", password="battery staple")
    assert anonymous.get(url, HTTP_AUTHORIZATION=f"Bearer {after.access}").status_code == 200


def test_tokens_from_before_sessions_could_end_are_good(owner: User, anonymous: APIClient) -> None:
    """An upgrade signs nobody out."""
    User.objects.update(sessions_ended=0)
    token = AccessToken()
    token["user_id"] = owner.pk
    assert anonymous.get(f"/api/user/{owner.pk}/", HTTP_AUTHORIZATION=f"Bearer {token}").status_code == 200


def test_strangers_and_visitors(owner: User, stranger_client: APIClient, anonymous: APIClient) -> None:
    url = f"/api/user/{owner.pk}/"
    assert stranger_client.patch(url, {"first_name": "x"}).status_code == 404
    assert anonymous.patch(url, {"first_name": "x"}).status_code == 401


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("favorite_min_rating", 0),
        ("favorite_min_rating", "6"),
        ("image_scale", "1.5"),
        ("confidence", "nan"),
        ("confidence", "inf"),
        ("confidence", "high"),
        ("semantic_search_topk", 2**40),
        ("save_metadata_to_disk", "DISK"),
        ("default_timezone", "Mars/Olympus"),
        ("datetime_rules", "{}"),
        ("datetime_rules", "["),
        ("llm_settings", []),
        ("llm_settings", {"enabled": "yes"}),
        ("email", "x"),
        ("first_name", None),
        ("public_sharing", "perhaps"),
    ],
)
def test_bad_input_changes_nothing(owner: User, owner_client: APIClient, name: str, value: Any) -> None:
    url = f"/api/user/{owner.pk}/"
    before = owner_client.get(url).json()
    answer = owner_client.patch(url, {"last_name": "changed", name: value})
    assert answer.status_code == 400
    assert_error(answer.json())
    assert owner_client.get(url).json() == before


@pytest.fixture
def photos_dir(tmp_path: Path, settings: Settings) -> Path:
    settings.PHOTOS_DIR = tmp_path / "photos"
    (tmp_path / "photos" / "ana").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "photos" / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "photos" / "file").write_text("x")
    return settings.PHOTOS_DIR


def test_an_administrator_sets_the_scan_directory(owner: User, root_client: APIClient, photos_dir: Path) -> None:
    whole = root_client.get(f"/api/user/{owner.pk}/").json()
    body = {**whole, "scan_directory": str(photos_dir / "ana"), "email": "new@example.org", "password": ""}
    answer = root_client.patch(f"/api/manage/user/{owner.pk}/", body)
    assert answer.status_code == 200
    assert_web("manage_user_patch", answer.json())
    owner.refresh_from_db()
    assert (owner.scan_directory, owner.email) == (str(photos_dir / "ana"), "new@example.org")
    assert root_client.patch(f"/api/manage/user/{owner.pk}/", {"scan_directory": ""}).status_code == 200
    owner.refresh_from_db()
    assert owner.scan_directory == ""


@pytest.mark.parametrize("folder", ["none", "../elsewhere", "..", "link", "file", "/etc", "a\x00b"])
def test_a_bad_directory_is_refused(owner: User, root_client: APIClient, photos_dir: Path, folder: str) -> None:
    answer = root_client.patch(f"/api/manage/user/{owner.pk}/", {"scan_directory": str(photos_dir / folder)})
    assert answer.status_code == 400
    assert_error(answer.json())
    assert answer.json()["errors"][0]["field"] == "scan_directory"


def test_managing_is_for_administrators(owner: User, owner_client: APIClient, anonymous: APIClient) -> None:
    url = f"/api/manage/user/{owner.pk}/"
    assert owner_client.patch(url, {"scan_directory": "/"}).status_code == 403
    assert anonymous.patch(url, {"scan_directory": "/"}).status_code == 401


def test_a_name_that_is_taken(owner: User, stranger: User, root_client: APIClient) -> None:
    answer = root_client.patch(f"/api/manage/user/{owner.pk}/", {"username": "Stranger"})
    assert answer.status_code == 400
    assert_error(answer.json(), code="username_taken")
