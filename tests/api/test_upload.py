"""POST /api/upload/, POST /api/upload/complete/, GET /api/exists/{hash}."""

import io
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import RefreshToken

from api.actions import uploads
from api.actions.photo_ingest import photo_ingest
from api.actions.photo_register import photo_register
from api.actions.uploads import part_path, uploads_purge
from api.models import Photo, PhotoFile, Upload, User
from api.models.photo import PhotoState
from tests.contracts.check import assert_mobile, assert_web
from tests.factories import image_bytes, photo_hash
from tests.upload_client import complete, md5_of, send_chunk, upload

OnCommit = Callable[..., Any]


@pytest.fixture
def data() -> bytes:
    return image_bytes(size=(320, 240), color="green")


def test_chunks_become_a_photo(
    owner: User, owner_client: APIClient, data: bytes, django_capture_on_commit_callbacks: OnCommit
) -> None:
    """The whole way of a phone: not there, chunks, complete, there, read, same bytes back."""
    address = f"/api/exists/{md5_of(data)}{owner.pk}"
    assert owner_client.get(address).json() == {"exists": False}
    first = send_chunk(owner_client, owner, data[:700], 0)
    assert_web("upload_chunk", first.json())
    assert_mobile("upload_chunk", first.json())
    assert first.json()["offset"] == 700
    upload_id = first.json()["upload_id"]
    second = send_chunk(owner_client, owner, data[700:], 700, upload_id)
    assert second.json()["upload_id"] == upload_id
    with django_capture_on_commit_callbacks() as queued:
        answer = complete(owner_client, owner, upload_id, data, "Müll ../../am\u202eMeer.JPG")
    assert answer.status_code == 200
    assert len(queued) == 1
    photo = Photo.objects.get(pk=photo_hash(data, owner))
    assert (photo.state, photo.original_name) == (PhotoState.PROCESSING, "amMeer.JPG")
    file = PhotoFile.objects.get(photo=photo)
    assert Path(file.path).read_bytes() == data
    assert Path(file.path).suffix == ".JPG"
    assert f"/photos/{owner.pk}/uploads/" in file.path
    for form in (address, address + "/"):
        exists = owner_client.get(form)
        assert_web("upload_exists", exists.json())
        assert_mobile("photo_exists", exists.json())
        assert exists.json() == {"exists": True}
    assert photo_ingest(image_hash=photo.pk) == "ready"
    assert owner_client.get(f"/media/photos/{photo.pk}").getvalue() == data
    assert not part_path(Upload.objects.get()).exists()


def test_file_in_one_chunk_without_range_header(owner: User, owner_client: APIClient, data: bytes) -> None:
    file = io.BytesIO(data)
    file.name = "x.jpg"
    answer = owner_client.post("/api/upload/", {"file": file}, format="multipart")
    assert answer.status_code == 200
    assert complete(owner_client, owner, answer.json()["upload_id"], data).status_code == 200


def test_anonymous_is_refused(anonymous: APIClient, owner: User, data: bytes) -> None:
    assert send_chunk(anonymous, owner, data, 0).status_code == 401
    assert complete(anonymous, owner, "x", data).status_code == 401
    assert anonymous.get("/api/exists/x/").status_code == 401


def test_cookie_authorises_and_header_wins(owner: User, stranger: User, anonymous: APIClient, data: bytes) -> None:
    anonymous.cookies["jwt"] = str(RefreshToken.for_user(owner).access_token)
    assert send_chunk(anonymous, owner, data, 0).status_code == 200
    anonymous.credentials(HTTP_AUTHORIZATION=f"Bearer {RefreshToken.for_user(stranger).access_token}")
    assert send_chunk(anonymous, owner, data, 0).json()["code"] == "wrong_user"
    anonymous.credentials(HTTP_AUTHORIZATION="Bearer null")
    assert send_chunk(anonymous, owner, data, 0).status_code == 401


def test_stranger_cannot_touch_an_upload(
    owner: User, owner_client: APIClient, stranger: User, stranger_client: APIClient, data: bytes
) -> None:
    upload_id = send_chunk(owner_client, owner, data[:700], 0).json()["upload_id"]
    assert send_chunk(stranger_client, stranger, data[700:], 700, upload_id).status_code == 404
    assert complete(stranger_client, stranger, upload_id, data[:700]).status_code == 404
    assert send_chunk(stranger_client, owner, data, 0).status_code == 400


def test_same_file_of_another_user_does_not_count(
    owner: User, owner_client: APIClient, stranger: User, stranger_client: APIClient, data: bytes
) -> None:
    upload(owner_client, owner, data)
    assert stranger_client.get(f"/api/exists/{photo_hash(data, owner)}").json() == {"exists": False}
    assert upload(stranger_client, stranger, data).status_code == 200
    assert set(Photo.objects.values_list("pk", flat=True)) == {photo_hash(data, owner), photo_hash(data, stranger)}


def test_gap_and_overlap_are_refused(owner: User, owner_client: APIClient, data: bytes) -> None:
    upload_id = send_chunk(owner_client, owner, data[:500], 0).json()["upload_id"]
    for start in (0, 400, 501, 900):
        answer = send_chunk(owner_client, owner, data[start : start + 100], start, upload_id)
        assert answer.status_code == 400
        assert (answer.json()["code"], answer.json()["offset"]) == ("wrong_offset", 500)
    assert send_chunk(owner_client, owner, data[5:], 5).json()["code"] == "wrong_offset"
    assert send_chunk(owner_client, owner, data[500:], 500, upload_id).status_code == 200
    assert complete(owner_client, owner, upload_id, data).status_code == 200


def test_repeat_of_the_last_chunk_changes_nothing(owner: User, owner_client: APIClient, data: bytes) -> None:
    upload_id = send_chunk(owner_client, owner, data[:300], 0).json()["upload_id"]
    send_chunk(owner_client, owner, data[300:600], 300, upload_id)
    again = send_chunk(owner_client, owner, data[300:600], 300, upload_id)
    assert (again.status_code, again.json()["offset"]) == (200, 600)
    other = send_chunk(owner_client, owner, bytes(300), 300, upload_id)
    assert other.json()["code"] == "wrong_offset"
    send_chunk(owner_client, owner, data[600:], 600, upload_id)
    assert complete(owner_client, owner, upload_id, data).status_code == 200


def test_bad_input(owner: User, owner_client: APIClient, data: bytes) -> None:
    assert send_chunk(owner_client, owner, data, 0, "not-an-id").status_code == 404
    assert send_chunk(owner_client, owner, data, 0, file="text").status_code == 400
    assert send_chunk(owner_client, owner, b"", 0).status_code == 400
    answer = owner_client.post("/api/upload/", {"user": str(owner.pk)}, format="multipart")
    assert answer.json()["errors"][0]["field"] == "file"
    upload_id = send_chunk(owner_client, owner, data, 0).json()["upload_id"]
    assert complete(owner_client, owner, upload_id, data, md5="").status_code == 400
    assert complete(owner_client, owner, upload_id, b"other").json()["code"] == "md5_mismatch"
    assert complete(owner_client, owner, "", data).status_code == 400
    assert complete(owner_client, owner, "00000000000000000000000000000000", data).status_code == 404
    # The bytes are still there: a wrong md5 is no reason to send them again.
    assert complete(owner_client, owner, upload_id, data).status_code == 200


def test_content_range_that_does_not_fit_the_chunk(owner: User, owner_client: APIClient, data: bytes) -> None:
    for header in ("bytes 0-5/6", "chunks 0-1/2", "bytes a-b/c"):
        body = {"file": SimpleUploadedFile("blob", data), "upload_id": ""}
        answer = owner_client.post("/api/upload/", body, format="multipart", HTTP_CONTENT_RANGE=header)
        assert answer.json()["code"] == "wrong_length"


def test_complete_twice_is_one_photo(owner: User, owner_client: APIClient, data: bytes) -> None:
    upload_id = send_chunk(owner_client, owner, data, 0).json()["upload_id"]
    first = complete(owner_client, owner, upload_id, data)
    second = complete(owner_client, owner, upload_id, data)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["image_hash"] == second.json()["image_hash"]
    assert PhotoFile.objects.count() == 1
    assert send_chunk(owner_client, owner, b"more", len(data), upload_id).status_code == 409


def test_identical_bytes_are_kept_once(owner: User, owner_client: APIClient, data: bytes) -> None:
    upload(owner_client, owner, data, "first.jpg")
    assert upload(owner_client, owner, data, "second.jpg").status_code == 200
    assert Photo.objects.get().original_name == "first.jpg"
    assert PhotoFile.objects.count() == 1


def test_bytes_are_kept_when_the_known_file_holds_others_by_now(
    owner: User, owner_client: APIClient, data: bytes, tmp_path: Path
) -> None:
    """Else a phone would delete the only copy that is left."""
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    photo_register(
        owner=owner, md5=md5_of(data), path=str(path), stat=path.stat(), original_name="a.jpg", is_video=False
    )
    path.write_bytes(b"?" * len(data))
    assert upload(owner_client, owner, data).status_code == 200
    assert Path(PhotoFile.objects.get(uploaded=True).path).read_bytes() == data


def test_removed_photo_comes_back(owner: User, owner_client: APIClient, data: bytes) -> None:
    upload(owner_client, owner, data)
    photo = Photo.objects.get()
    Path(PhotoFile.objects.get().path).unlink()
    PhotoFile.objects.all().delete()
    photo.change(removed=True, in_trashcan=True, state=PhotoState.READY)
    assert owner_client.get(f"/api/exists/{photo.pk}").json() == {"exists": False}
    assert upload(owner_client, owner, data).status_code == 200
    photo.refresh_from_db()
    assert (photo.removed, photo.in_trashcan, photo.state) == (False, False, PhotoState.PROCESSING)
    assert Path(PhotoFile.objects.get().path).read_bytes() == data


@pytest.mark.parametrize(
    "content", [b"<html><script>alert(1)</script>", b"BM is how this text starts", b"%PDF-1.7", b"x"]
)
def test_what_is_no_picture_is_refused(owner: User, owner_client: APIClient, content: bytes) -> None:
    answer = upload(owner_client, owner, content, "a.jpg")
    assert answer.status_code == 415
    assert not Photo.objects.exists()
    assert not Upload.objects.exists()


def test_wrong_extension_gets_the_right_one(owner: User, owner_client: APIClient, data: bytes) -> None:
    upload(owner_client, owner, data, "page.html")
    assert Path(PhotoFile.objects.get().path).suffix == ".jpg"


def test_switched_off(owner: User, owner_client: APIClient, data: bytes, settings: Settings) -> None:
    settings.SITE_SETTING_OVERRIDES = {"ALLOW_UPLOAD": False}
    answer = send_chunk(owner_client, owner, data, 0)
    assert (answer.status_code, answer.json()["code"]) == (409, "upload_off")
    assert complete(owner_client, owner, "x", data).status_code == 409


def test_too_large(owner: User, owner_client: APIClient, data: bytes, settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = 600
    upload_id = send_chunk(owner_client, owner, data[:500], 0).json()["upload_id"]
    part = part_path(Upload.objects.get())
    assert part.exists()
    assert send_chunk(owner_client, owner, data[500:700], 500, upload_id).status_code == 413
    assert not part.exists()
    assert not Upload.objects.exists()


def test_disk_full_leaves_nothing(owner: User, owner_client: APIClient, data: bytes, settings: Settings) -> None:
    upload_id = send_chunk(owner_client, owner, data[:500], 0).json()["upload_id"]
    part = part_path(Upload.objects.get())
    settings.MIN_FREE_BYTES = 2**60
    assert send_chunk(owner_client, owner, data[500:], 500, upload_id).status_code == 507
    assert not part.exists()
    assert not Upload.objects.exists()


def test_disk_full_at_the_end_leaves_nothing(
    owner: User, owner_client: APIClient, data: bytes, settings: Settings
) -> None:
    upload_id = send_chunk(owner_client, owner, data, 0).json()["upload_id"]
    settings.MIN_FREE_BYTES = 2**60
    assert complete(owner_client, owner, upload_id, data).status_code == 507
    assert not Photo.objects.exists()
    assert not Upload.objects.exists()


def test_expired_upload_is_gone(owner: User, owner_client: APIClient, data: bytes) -> None:
    upload_id = send_chunk(owner_client, owner, data[:500], 0).json()["upload_id"]
    part = part_path(Upload.objects.get())
    Upload.objects.update(created_at=timezone.now() - timedelta(days=1, seconds=1))
    assert send_chunk(owner_client, owner, data[500:], 500, upload_id).status_code == 410
    assert not part.exists()


def test_purge_removes_what_was_left_behind(owner: User, owner_client: APIClient, data: bytes) -> None:
    send_chunk(owner_client, owner, data[:500], 0)
    part = part_path(Upload.objects.get())
    Upload.objects.update(created_at=timezone.now() - timedelta(days=2))
    orphan = part.with_name("orphan")
    orphan.touch()
    os.utime(orphan, (1, 1))
    assert uploads_purge() == 1
    assert not part.exists()
    assert not orphan.exists()


def test_what_phones_leave_behind_does_not_pile_up(owner: User, owner_client: APIClient, data: bytes) -> None:
    first = send_chunk(owner_client, owner, data[:100], 0).json()["upload_id"]
    part = part_path(Upload.objects.get(pk=first))
    for _ in range(24):
        send_chunk(owner_client, owner, data[:100], 0)
    assert Upload.objects.count() == 20
    assert not part.exists()


def test_idle_uploads_make_room(
    owner: User, owner_client: APIClient, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_chunk(owner_client, owner, data[:500], 0)
    idle = part_path(Upload.objects.get())
    os.utime(idle, (1, 1))
    monkeypatch.setattr(uploads, "free_bytes", lambda _folder: 0 if idle.exists() else 2**40)
    assert send_chunk(owner_client, owner, data, 0).status_code == 200
    assert not idle.exists()


def test_redirects_never(owner_client: APIClient) -> None:
    for address in ("/api/upload", "/api/upload/complete"):
        assert owner_client.post(address, {}, format="multipart").status_code == 404
