"""GET /media/{kind}/{hash}: who may see what, and the bytes of it."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from pytest_django import Settings
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from api.actions.photo_ingest import photo_ingest
from api.actions.photo_register import photo_register
from api.models import Photo, User
from tests.factories import image_bytes, make_photo
from tests.upload_client import md5_of

DATA = image_bytes(size=(1600, 1200), color="blue")


def add_photo(owner: User, folder: Path, data: bytes = DATA, name: str = "sea side.jpg") -> Photo:
    path = folder / name
    path.write_bytes(data)
    photo = photo_register(
        owner=owner, md5=md5_of(data), path=str(path), stat=path.stat(), original_name=name, is_video=False
    ).photo
    photo_ingest(image_hash=photo.pk)
    photo.refresh_from_db()
    return photo


@pytest.fixture
def photo(owner: User, tmp_path: Path) -> Photo:
    return add_photo(owner, tmp_path)


def test_original_byte_for_byte(owner_client: APIClient, photo: Photo) -> None:
    answer = owner_client.get(f"/media/photos/{photo.pk}")
    assert answer.status_code == 200
    assert answer.getvalue() == DATA
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Length"] == str(len(DATA))
    assert answer["Content-Disposition"] == 'inline; filename="sea side.jpg"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("kind", "size"),
    [("thumbnails_big", (1440, 1080)), ("square_thumbnails", (667, 500)), ("square_thumbnails_small", (334, 250))],
)
def test_previews_keep_the_aspect_ratio(
    owner_client: APIClient, photo: Photo, kind: str, size: tuple[int, int]
) -> None:
    answer = owner_client.get(f"/media/{kind}/{photo.pk}", HTTP_ACCEPT="image/avif,image/webp")
    assert answer["Content-Type"] == "image/webp"
    assert "immutable" in answer["Cache-Control"]
    width, height = Image.open(io.BytesIO(answer.getvalue())).size
    assert height == size[1]
    assert abs(width - size[0]) <= 1


def test_hash_is_cut_at_dot_and_underscore(owner_client: APIClient, photo: Photo) -> None:
    assert owner_client.get(f"/media/photos/{photo.pk}.jpg").status_code == 200
    assert owner_client.get(f"/media/photos/{photo.pk}_1.webp").status_code == 200


def test_cookie_is_enough(anonymous: APIClient, owner: User, photo: Photo) -> None:
    anonymous.cookies["jwt"] = str(RefreshToken.for_user(owner).access_token)
    assert anonymous.get(f"/media/square_thumbnails/{photo.pk}").status_code == 200


def test_header_wins_over_cookie(anonymous: APIClient, owner: User, stranger: User, photo: Photo) -> None:
    anonymous.cookies["jwt"] = str(RefreshToken.for_user(owner).access_token)
    anonymous.credentials(HTTP_AUTHORIZATION=f"Bearer {RefreshToken.for_user(stranger).access_token}")
    assert anonymous.get(f"/media/photos/{photo.pk}").status_code == 404


def test_expired_token_is_a_401_in_json(anonymous: APIClient, owner: User, photo: Photo) -> None:
    token = AccessToken.for_user(owner)
    token.set_exp(lifetime=timedelta(seconds=-10))
    for setup in ("header", "cookie"):
        if setup == "header":
            anonymous.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        else:
            anonymous.credentials()
            anonymous.cookies["jwt"] = str(token)
        answer = anonymous.get(f"/media/photos/{photo.pk}", HTTP_ACCEPT="image/*")
        assert answer.status_code == 401
        assert {"field": "code", "message": "token_not_valid"} in answer.json()["errors"]


def test_stranger_and_anonymous_get_404(stranger_client: APIClient, anonymous: APIClient, photo: Photo) -> None:
    for client in (stranger_client, anonymous):
        for kind in ("photos", "thumbnails_big", "square_thumbnails", "square_thumbnails_small", "video"):
            assert client.get(f"/media/{kind}/{photo.pk}").status_code == 404


def test_unknown_is_404(owner_client: APIClient, photo: Photo) -> None:
    assert owner_client.get("/media/photos/0123").status_code == 404
    assert owner_client.get(f"/media/secrets/{photo.pk}").status_code == 404
    assert owner_client.get("/media/photos/..%2f..%2fetc%2fpasswd").status_code == 404
    assert owner_client.get(f"/media/embedded_media/{photo.pk}").status_code == 404
    assert owner_client.get(f"/media/video/{photo.pk}").status_code == 404


def test_public_photo_for_everyone(anonymous: APIClient, stranger_client: APIClient, photo: Photo) -> None:
    photo.change(public=True)
    assert anonymous.get(f"/media/photos/{photo.pk}").status_code == 200
    assert stranger_client.get(f"/media/thumbnails_big/{photo.pk}").status_code == 200
    photo.change(in_trashcan=True)
    assert anonymous.get(f"/media/photos/{photo.pk}").status_code == 404


def test_shared_photo_only_for_whom_it_is_shared_with(
    stranger: User, stranger_client: APIClient, anonymous: APIClient, photo: Photo
) -> None:
    photo.shared_to.add(stranger)
    assert stranger_client.get(f"/media/photos/{photo.pk}").status_code == 200
    assert anonymous.get(f"/media/photos/{photo.pk}").status_code == 404
    photo.change(hidden=True)
    assert stranger_client.get(f"/media/photos/{photo.pk}").status_code == 404


def test_owner_sees_hidden_and_trashed_but_not_removed(owner_client: APIClient, photo: Photo) -> None:
    photo.change(hidden=True, in_trashcan=True)
    assert owner_client.get(f"/media/square_thumbnails/{photo.pk}").status_code == 200
    photo.change(removed=True)
    assert owner_client.get(f"/media/square_thumbnails/{photo.pk}").status_code == 404


def test_not_ready_is_404(owner: User, owner_client: APIClient) -> None:
    photo = make_photo(owner)
    assert owner_client.get(f"/media/square_thumbnails/{photo.pk}").status_code == 404
    assert owner_client.get(f"/media/photos/{photo.pk}").json()["code"] == "file_missing"


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, None),
        ("bytes=-7", -7, None),
        ("bytes=5-999999", 5, None),
    ],
)
def test_range(owner_client: APIClient, photo: Photo, header: str, first: int, last: int | None) -> None:
    answer = owner_client.get(f"/media/photos/{photo.pk}", HTTP_RANGE=header)
    expected = DATA[first : last + 1 if last is not None else None]
    start = first if first >= 0 else len(DATA) + first
    assert answer.status_code == 206
    assert answer.getvalue() == expected
    assert answer["Content-Length"] == str(len(expected))
    assert answer["Content-Range"] == f"bytes {start}-{start + len(expected) - 1}/{len(DATA)}"


def test_range_behind_the_end_is_416(owner_client: APIClient, photo: Photo) -> None:
    for header in (f"bytes={len(DATA)}-", "bytes=-0"):
        answer = owner_client.get(f"/media/photos/{photo.pk}", HTTP_RANGE=header)
        assert answer.status_code == 416
        assert answer["Content-Range"] == f"bytes */{len(DATA)}"


@pytest.mark.parametrize(
    "header", ["bytes=9-2", "bytes=a-b", "items=0-1", "bytes=0-1,5-6", "bytes=-", "bytes=" + "9" * 5000 + "x"]
)
def test_range_that_makes_no_sense_is_ignored(owner_client: APIClient, photo: Photo, header: str) -> None:
    answer = owner_client.get(f"/media/photos/{photo.pk}", HTTP_RANGE=header)
    assert answer.status_code == 200
    assert answer.getvalue() == DATA


def test_if_range_and_if_none_match(owner_client: APIClient, photo: Photo) -> None:
    address = f"/media/photos/{photo.pk}"
    etag = owner_client.get(address)["ETag"]
    assert owner_client.get(address, HTTP_RANGE="bytes=0-1", HTTP_IF_RANGE=etag).status_code == 206
    assert owner_client.get(address, HTTP_RANGE="bytes=0-1", HTTP_IF_RANGE='"old"').status_code == 200
    assert owner_client.get(address, HTTP_IF_NONE_MATCH=etag).status_code == 304


def test_head(owner_client: APIClient, photo: Photo) -> None:
    answer = owner_client.head(f"/media/photos/{photo.pk}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert (answer["Content-Length"], answer["Accept-Ranges"]) == (str(len(DATA)), "bytes")


def test_changed_file_is_not_served(owner_client: APIClient, photo: Photo) -> None:
    path = Path(photo.files.get().path)
    path.write_bytes(DATA[:-1] + b"!")
    assert owner_client.get(f"/media/photos/{photo.pk}").status_code == 404
    path.write_bytes(DATA)  # other time, same bytes
    assert owner_client.get(f"/media/photos/{photo.pk}").status_code == 200


def test_link_in_the_files_place_is_not_followed(owner_client: APIClient, photo: Photo, tmp_path: Path) -> None:
    path = Path(photo.files.get().path)
    secret = tmp_path / "secret"
    path.rename(secret)
    path.symlink_to(secret)
    assert owner_client.get(f"/media/photos/{photo.pk}").status_code == 404


def test_nginx_sends_the_file(owner_client: APIClient, photo: Photo, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_SENDER = "nginx"
    answer = owner_client.get(f"/media/photos/{photo.pk}")
    assert answer["X-Accel-Redirect"] == f"/protected{tmp_path}/sea%20side.jpg"
    assert (answer.content, answer["Content-Type"]) == (b"", "image/jpeg")
    assert "X-Accel-Redirect" not in owner_client.get("/media/photos/unknown")


def test_what_a_browser_could_run_is_never_shown_inline(owner: User, owner_client: APIClient, tmp_path: Path) -> None:
    photo = add_photo(owner, tmp_path, b"<svg xmlns='http://www.w3.org/2000/svg'/>", "evil.jpg")
    answer = owner_client.get(f"/media/photos/{photo.pk}")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
