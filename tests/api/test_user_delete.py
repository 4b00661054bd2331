"""Removing an account removes what the product keeps of it, and nothing of the person's own folder."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from api.lib.thumbnails import HEIGHTS, thumbnail_path
from api.models import Photo, PhotoFile, User
from tests.contracts.check import assert_error
from tests.factories import make_photo

pytestmark = pytest.mark.django_db


def test_it_works(
    owner: User,
    root_client: APIClient,
    tmp_path: Path,
    settings: Settings,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.MEDIA_DIR = tmp_path
    photo = make_photo(owner)
    previews = [thumbnail_path(tmp_path, kind, photo.pk) for kind in HEIGHTS]
    uploaded, own = tmp_path / "uploaded.jpg", tmp_path / "own.jpg"
    for path in (*previews, uploaded, own):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    for path in (uploaded, own):
        PhotoFile.objects.create(
            owner=owner, photo=photo, path=str(path), size_bytes=1, mtime_ns=1, uploaded=path is uploaded
        )
    with django_capture_on_commit_callbacks(execute=True):
        assert root_client.delete(f"/api/delete/user/{owner.pk}/", {"id": owner.pk}).status_code == 204
    assert not User.objects.filter(pk=owner.pk).exists()
    assert not Photo.objects.exists()
    assert [path.exists() for path in (*previews, uploaded, own)] == [False, False, False, False, True]


def test_an_administrator_is_not_removed(admin: User, root_client: APIClient) -> None:
    answer = root_client.delete(f"/api/delete/user/{admin.pk}/")
    assert answer.status_code == 400
    assert_error(answer.json(), code="is_administrator")


def test_others_may_not(owner: User, owner_client: APIClient, anonymous: APIClient, root_client: APIClient) -> None:
    assert owner_client.delete(f"/api/delete/user/{owner.pk}/").status_code == 403
    assert anonymous.delete(f"/api/delete/user/{owner.pk}/").status_code == 401
    assert root_client.delete("/api/delete/user/999999/").status_code == 404
