"""One photo in full and in short."""

import math
from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from api.actions.hashtags import hashtags_sync
from api.models import Caption, Face, Person, Photo, PhotoFile, User
from api.models.caption import CaptionState
from api.models.photo import PhotoState
from tests.contracts.check import assert_error, assert_mobile, assert_web
from tests.factories import make_photo

pytestmark = pytest.mark.django_db


def url(photo: Photo, tail: str = "") -> str:
    return f"/api/photos/{photo.pk}/{tail}"


def add_file(photo: Photo, path: str, *, uploaded: bool = False) -> None:
    PhotoFile.objects.create(owner=photo.owner, photo=photo, path=path, size_bytes=1, mtime_ns=1, uploaded=uploaded)


@pytest.fixture
def rich(owner: User, stranger: User) -> Photo:
    """A photo with something in every field."""
    photo = make_photo(
        owner, name="rich", size_bytes=123, gps_lat=1.5, gps_lon=-2.5, location="Paris, France", camera="X", lens="L",
        fstop=2.8, shutter_speed="1/250", iso=100, focal_length=35.0, focal_length_35mm=52.0, digital_zoom_ratio=1.0,
        subject_distance=3.0, keywords=["tower", "sky"], rating=4, dominant_color="#7f6a55",
    )  # fmt: skip
    add_file(photo, "/photos/2024/a::b.jpg")
    add_file(photo, "/data/uploads/3f2.jpg", uploaded=True)
    Caption.objects.create(photo=photo, text="an old draft", model_id="bundled")
    Caption.objects.create(photo=photo, text="a new draft", model_id="bundled")
    Caption.objects.create(photo=photo, text="refused", model_id="bundled", state=CaptionState.REFUSED)
    Caption.objects.create(photo=photo, text="My #Tower", author=owner, state=CaptionState.ACCEPTED)
    hashtags_sync(photo=photo, text="My #Tower")
    Face.objects.create(photo=photo, person=Person.objects.create(owner=owner, name="Ana"))
    Face.objects.create(photo=photo)
    return photo


def test_it_works(rich: Photo, owner_client: APIClient) -> None:
    answer = owner_client.get(url(rich))
    assert answer.status_code == 200
    body = answer.json()
    assert_web("photo_detail", body)
    assert_mobile("photo_details", body)
    assert body["captions_json"]["im2txt"] == "a new draft"
    assert body["captions_json"]["user_caption"] == "My #Tower"
    assert body["image_path"] == ["/photos/2024/a:b.jpg", "rich.jpg"]
    assert body["search_captions"] == "tower, sky, Tower"
    assert [person["name"] for person in body["people"]] == ["Ana"]
    assert (body["exif_gps_lat"], body["exif_gps_lon"]) == (1.5, -2.5)
    assert body["exif_timestamp"] == "2024-05-01T12:00:00Z"


def test_a_bare_photo_has_the_same_shape(owner: User, owner_client: APIClient) -> None:
    photo = make_photo(owner, width=None, height=None, state=PhotoState.BROKEN, problem="It is broken.")
    body = owner_client.get(url(photo)).json()
    assert_web("photo_detail", body)
    assert_mobile("photo_details", body)
    assert body["captions_json"] == {
        "im2txt": "",
        "user_caption": None,
        "places365": {"attributes": [], "categories": [], "environment": []},
    }
    assert (body["problem"], body["image_path"], body["search_captions"]) == ("It is broken.", ["a.jpg"], None)


def test_an_empty_caption_is_a_caption(owner: User, owner_client: APIClient) -> None:
    photo = make_photo(owner)
    Caption.objects.create(photo=photo, text="", author=owner, state=CaptionState.ACCEPTED)
    assert owner_client.get(url(photo)).json()["captions_json"]["user_caption"] == ""


def test_odd_numbers_of_cameras(owner: User, owner_client: APIClient) -> None:
    # SQLite keeps no NaN, but infinite values and PostgreSQL's NaN come back as they are.
    photo = make_photo(owner, fstop=math.inf, gps_lat=-math.inf)
    body = owner_client.get(url(photo)).json()
    assert (body["fstop"], body["exif_gps_lat"]) == (None, None)


@pytest.mark.parametrize("state", [{"hidden": True}, {"in_trashcan": True}, {"state": PhotoState.PROCESSING}])
def test_the_owner_reads_what_is_not_in_the_timeline(owner: User, owner_client: APIClient, state: Any) -> None:
    photo = make_photo(owner, **state)
    assert_mobile("photo_details", owner_client.get(url(photo)).json())


def test_a_removed_photo_is_gone(owner: User, owner_client: APIClient) -> None:
    photo = make_photo(owner, removed=True)
    assert owner_client.get(url(photo)).status_code == 404
    assert owner_client.get(url(photo, "summary/")).status_code == 404


def test_strangers_and_visitors(rich: Photo, stranger_client: APIClient, anonymous: APIClient) -> None:
    for client in (stranger_client, anonymous):
        answer = client.get(url(rich))
        assert answer.status_code == 404
        assert_error(answer.json(), code="not_found")
    assert stranger_client.get(url(rich, "summary/")).status_code == 404
    assert anonymous.get(url(rich, "summary/")).status_code == 401
    stale = anonymous.get(url(rich), HTTP_AUTHORIZATION="Bearer x.y.z")
    assert stale.status_code == 401


def test_a_public_photo_keeps_what_is_private(rich: Photo, stranger: User, anonymous: APIClient) -> None:
    rich.shared_to.add(stranger)
    rich.change(public=True)
    answer = anonymous.get(url(rich))
    assert_web("photo_detail", answer.json())
    assert answer.json()["captions_json"]["user_caption"] == "My #Tower"
    for secret in ("draft", "/photos/", "Paris", "Ana", "1.5", "-2.5"):
        assert secret not in answer.content.decode(), secret
    assert answer.json()["shared_to"] == []
    for hidden in ({"hidden": True}, {"hidden": False, "in_trashcan": True}):
        rich.change(**hidden)
        assert anonymous.get(url(rich)).status_code == 404


def test_a_shared_photo_is_for_whom_it_is_shared_with(rich: Photo, stranger: User, stranger_client: APIClient) -> None:
    rich.shared_to.add(stranger)
    answer = stranger_client.get(url(rich))
    assert_web("photo_detail", answer.json())
    assert "draft" not in answer.content.decode()


@pytest.mark.parametrize("path", ["x", "A" * 32 + "1", "0" * 32, "%00" * 32 + "1", "0" * 32 + "1%00"])
def test_what_is_no_hash_is_not_found(owner_client: APIClient, path: str) -> None:
    answer = owner_client.get(f"/api/photos/{path}/")
    assert answer.status_code == 404
    assert_error(answer.json())


def test_a_fixed_number_of_queries(rich: Photo, owner_client: APIClient, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(10):
        owner_client.get(url(rich))


def test_the_summary_of_a_photo_that_is_being_read(owner: User, owner_client: APIClient) -> None:
    photo = make_photo(
        owner, state=PhotoState.PROCESSING, width=None, height=None, taken_at=datetime(2024, 5, 1, tzinfo=UTC)
    )
    photo.change(album_date=None, taken_at=None)
    body = owner_client.get(url(photo, "summary/")).json()
    assert_mobile("photo_summary", body)
    assert (body["processing"], body["album_date_id"], body["photo_summary"]["aspectRatio"]) == (True, None, None)


@pytest.mark.parametrize("values", [{}, {"state": PhotoState.BROKEN, "width": None, "height": None}])
def test_the_summary_of_a_photo_that_was_read(owner: User, owner_client: APIClient, values: Any) -> None:
    photo = make_photo(owner, **values)
    body = owner_client.get(url(photo, "summary/")).json()
    assert_mobile("photo_summary", body)
    assert (body["processing"], body["album_date_id"]) == (False, str(photo.album_date_id))
    assert body["photo_summary"]["aspectRatio"] is not None
