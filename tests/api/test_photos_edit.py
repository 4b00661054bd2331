"""Favourite, hidden, public, trash, time: for one's own photos, and for nobody else's."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from api.actions.captions import caption_write
from api.lib.thumbnails import HEIGHTS, thumbnail_path
from api.models import AlbumDate, AlbumThing, Caption, Photo, PhotoFile, User
from tests.contracts.check import assert_error, assert_mobile, assert_web
from tests.factories import make_photo

pytestmark = pytest.mark.django_db

EDITS: list[tuple[str, str, str, str]] = [
    ("favorite", "favorite", "photos_favorite", "rating"),
    ("hide", "hidden", "photos_hide", "hidden"),
    ("makepublic", "val_public", "photos_makepublic", "public"),
    ("setdeleted", "deleted", "photos_setdeleted", "in_trashcan"),
]


@pytest.mark.parametrize(("path", "key", "call", "field"), EDITS)
def test_it_works(owner: User, owner_client: APIClient, path: str, key: str, call: str, field: str) -> None:
    first, second = make_photo(owner, name="a"), make_photo(owner, name="b")
    stamp = first.last_modified
    answer = owner_client.post(f"/api/photosedit/{path}/", {"image_hashes": [first.pk], key: True})
    assert answer.status_code == 200
    assert_web(call, answer.json())
    if call in {"photos_favorite", "photos_setdeleted"}:
        mobile = {"photos_favorite": "photos_favourite", "photos_setdeleted": "photos_set_deleted"}[call]
        assert_mobile(mobile, answer.json())
    first.refresh_from_db()
    on = owner.favorite_min_rating if field == "rating" else True
    assert getattr(first, field) == on
    assert first.last_modified > stamp
    assert [photo["image_hash"] for photo in answer.json()["updated"]] == [first.pk]
    assert answer.json()["updated"][0][field] == on

    both = owner_client.post(f"/api/photosedit/{path}/", {"image_hashes": [first.pk, second.pk], key: True}).json()
    assert [photo["image_hash"] for photo in both["updated"]] == [second.pk]
    assert [photo["image_hash"] for photo in both["not_updated"]] == [first.pk]

    back = owner_client.post(f"/api/photosedit/{path}/", {"image_hashes": [first.pk, second.pk], key: False}).json()
    assert len(back["updated"]) == 2
    first.refresh_from_db()
    assert getattr(first, field) == (0 if field == "rating" else False)


@pytest.mark.parametrize(("path", "key", "call", "field"), EDITS)
def test_strangers_and_visitors(
    owner: User, stranger_client: APIClient, anonymous: APIClient, path: str, key: str, call: str, field: str
) -> None:
    photo = make_photo(owner)
    body = {"image_hashes": [photo.pk, "0" * 32 + "7", "nonsense"], key: True}
    answer = stranger_client.post(f"/api/photosedit/{path}/", body)
    assert_web(call, answer.json())
    assert answer.json() == {"status": True, "results": [], "updated": [], "not_updated": []}
    assert anonymous.post(f"/api/photosedit/{path}/", body).status_code == 401
    photo.refresh_from_db()
    assert getattr(photo, field) in (0, False)


@pytest.mark.parametrize(("path", "key", "call", "field"), EDITS)
@pytest.mark.parametrize(
    "body", [{}, {"image_hashes": "x"}, {"image_hashes": [None]}, {"image_hashes": ["a\x00"]}, {"image_hashes": [{}]}]
)
def test_bad_input(owner_client: APIClient, path: str, key: str, call: str, field: str, body: Any) -> None:
    for values in (body, {**body, key: True}):
        answer = owner_client.post(f"/api/photosedit/{path}/", values)
        assert answer.status_code == 400
        assert_error(answer.json(), code="invalid")


def test_a_rating_that_says_so_already_is_left_alone(owner: User, owner_client: APIClient) -> None:
    five, two = make_photo(owner, name="a", rating=5), make_photo(owner, name="b", rating=2)
    hashes = [five.pk, two.pk]
    owner_client.post("/api/photosedit/favorite/", {"image_hashes": hashes, "favorite": True})
    assert set(Photo.objects.values_list("rating", flat=True)) == {5, 4}
    owner_client.post("/api/photosedit/favorite/", {"image_hashes": hashes, "favorite": False})
    assert set(Photo.objects.values_list("rating", flat=True)) == {0}


def test_queries_do_not_grow_with_the_photos(
    owner: User, owner_client: APIClient, django_assert_max_num_queries: Any
) -> None:
    hashes = [make_photo(owner, name=f"x{number}").pk for number in range(40)]
    with django_assert_max_num_queries(20):
        owner_client.post("/api/photosedit/hide/", {"image_hashes": hashes, "hidden": True})


class TestDelete:
    URL = "/api/photosedit/delete/"

    def test_it_works(
        self,
        owner: User,
        owner_client: APIClient,
        tmp_path: Path,
        settings: Settings,
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        settings.MEDIA_DIR = tmp_path
        photo = make_photo(owner, in_trashcan=True, public=True)
        kept = make_photo(owner, name="kept")
        caption_write(photo=photo, author=owner, text="secret #tag")
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
            answer = owner_client.delete(self.URL, {"image_hashes": [photo.pk, kept.pk]})
        assert answer.status_code == 200
        assert_web("photos_purge", answer.json())
        assert_mobile("photos_delete", answer.json())
        assert (answer.json()["deleted"], answer.json()["not_deleted"]) == ([photo.pk], [kept.pk])
        photo.refresh_from_db()
        assert (photo.removed, photo.public, photo.album_date_id is not None) == (True, False, True)
        assert [path.exists() for path in (*previews, uploaded, own)] == [False, False, False, False, True]
        assert not Caption.objects.filter(photo=photo).exists()
        assert not AlbumThing.objects.exists()
        assert list(photo.files.values_list("path", flat=True)) == [str(own)]

    def test_nothing_is_lost_when_the_transaction_fails(
        self, owner: User, owner_client: APIClient, tmp_path: Path, django_capture_on_commit_callbacks: Any
    ) -> None:
        photo = make_photo(owner, in_trashcan=True)
        file = tmp_path / "uploaded.jpg"
        file.write_bytes(b"x")
        PhotoFile.objects.create(owner=owner, photo=photo, path=str(file), size_bytes=1, mtime_ns=1, uploaded=True)
        with django_capture_on_commit_callbacks(execute=False):
            owner_client.delete(self.URL, {"image_hashes": [photo.pk]})
        assert file.exists()

    def test_again_is_no_error(self, owner: User, owner_client: APIClient) -> None:
        photo = make_photo(owner, in_trashcan=True)
        for expected in ([photo.pk], []):
            answer = owner_client.delete(self.URL, {"image_hashes": [photo.pk]})
            assert (answer.status_code, answer.json()["results"]) == (200, expected)

    def test_strangers_and_visitors(self, owner: User, stranger_client: APIClient, anonymous: APIClient) -> None:
        photo = make_photo(owner, in_trashcan=True)
        answer = stranger_client.delete(self.URL, {"image_hashes": [photo.pk]})
        assert answer.json() == {"status": True, "results": [], "deleted": [], "not_deleted": []}
        assert anonymous.delete(self.URL, {"image_hashes": [photo.pk]}).status_code == 401
        assert owner_exists(photo)

    def test_bad_input(self, owner_client: APIClient) -> None:
        assert_error(owner_client.delete(self.URL, {}).json(), code="invalid")


def owner_exists(photo: Photo) -> bool:
    photo.refresh_from_db()
    return not photo.removed


class TestTime:
    def url(self, photo: Photo) -> str:
        return f"/api/photos/edit/{photo.pk}/"

    def test_it_works(self, owner: User, owner_client: APIClient) -> None:
        photo = make_photo(owner)
        answer = owner_client.patch(self.url(photo), {"exif_timestamp": "2020-02-03T10:11:12.345Z"})
        assert answer.status_code == 200
        assert_web("photo_edit", answer.json())
        assert answer.json()["exif_timestamp"] == answer.json()["timestamp"] == "2020-02-03T10:11:12Z"
        photo.refresh_from_db()
        assert photo.album_date is not None
        assert str(photo.album_date.date) == "2020-02-03"
        assert owner_client.get(f"/api/photos/{photo.pk}/").json()["exif_timestamp"] == "2020-02-03T10:11:12Z"
        days = owner_client.get("/api/albums/date/list/").json()["results"]
        assert [day["date"] for day in days] == ["2020-02-03"]

    def test_null_is_what_the_file_says(self, owner: User, owner_client: APIClient) -> None:
        photo = make_photo(owner)
        owner_client.patch(self.url(photo), {"exif_timestamp": "2020-02-03T10:11:12Z"})
        answer = owner_client.patch(self.url(photo), {"exif_timestamp": None})
        assert answer.json()["exif_timestamp"] == "2024-05-01T12:00:00Z"
        assert AlbumDate.objects.count() == 2, "the day it left stays for phones that know it"

    def test_no_time_at_all(self, owner: User, owner_client: APIClient) -> None:
        photo = make_photo(owner, file_timestamp=None)
        answer = owner_client.patch(self.url(photo), {"exif_timestamp": None})
        assert_web("photo_edit", answer.json())
        assert owner_client.get("/api/albums/date/list/").json()["results"][0]["date"] is None
        undated = owner_client.get("/api/photos/notimestamp/?page=1")
        assert_web("photos_notimestamp", undated.json())
        assert [item["id"] for item in undated.json()["results"]] == [photo.pk]

    @pytest.mark.parametrize("body", [{}, {"exif_timestamp": "soon"}, {"exif_timestamp": ""}, {"exif_timestamp": 5}])
    def test_bad_input(self, owner: User, owner_client: APIClient, body: Any) -> None:
        assert_error(owner_client.patch(self.url(make_photo(owner)), body).json(), code="invalid")

    def test_strangers_and_visitors(self, owner: User, stranger_client: APIClient, anonymous: APIClient) -> None:
        photo = make_photo(owner)
        body = {"exif_timestamp": "2020-02-03T10:11:12Z"}
        assert stranger_client.patch(self.url(photo), body).status_code == 404
        assert anonymous.patch(self.url(photo), body).status_code == 401


class TestShare:
    URL = "/api/photosedit/share/"

    def test_it_works(self, owner: User, stranger: User, owner_client: APIClient, stranger_client: APIClient) -> None:
        photo = make_photo(owner)
        body = {"image_hashes": [photo.pk], "val_shared": True, "target_user_id": stranger.pk}
        assert owner_client.post(self.URL, body).json() == {"status": True, "count": 1}
        assert stranger_client.get(f"/api/photos/{photo.pk}/").status_code == 200
        assert owner_client.get(f"/api/photos/{photo.pk}/").json()["shared_to"] == [stranger.pk]
        owner_client.post(self.URL, {**body, "val_shared": False})
        assert stranger_client.get(f"/api/photos/{photo.pk}/").status_code == 404

    def test_lists(self, owner: User, stranger: User, owner_client: APIClient, stranger_client: APIClient) -> None:
        photo, hidden = make_photo(owner, gps_lat=1.0), make_photo(owner, name="b", hidden=True)
        for shared in (photo, hidden):
            shared.shared_to.add(stranger)
        mine = owner_client.get("/api/photos/shared/fromme/")
        assert_web("photos_shared_fromme", mine.json())
        found = [(row["user_id"], row["photo"]["id"]) for row in mine.json()["results"]]
        assert found == [(stranger.pk, photo.pk)]
        theirs = stranger_client.get("/api/photos/shared/tome/")
        assert_web("photos_shared_tome", theirs.json())
        (item,) = theirs.json()["results"]
        assert (item["id"], item["owner"]["id"], item["exif_gps_lat"]) == (photo.pk, owner.pk, None)
        assert owner_client.get("/api/photos/shared/tome/").json() == {"results": []}
        assert stranger_client.get("/api/photos/shared/fromme/").json() == {"results": []}

    def test_only_ones_own(self, owner: User, admin: User, stranger_client: APIClient, anonymous: APIClient) -> None:
        photo = make_photo(owner)
        body = {"image_hashes": [photo.pk], "val_shared": True, "target_user_id": admin.pk}
        assert stranger_client.post(self.URL, body).json()["count"] == 0
        assert anonymous.post(self.URL, body).status_code == 401
        assert not photo.shared_to.exists()

    def test_bad_input(self, owner: User, owner_client: APIClient) -> None:
        body = {"image_hashes": [], "val_shared": True}
        assert owner_client.post(self.URL, body).status_code == 400
        assert owner_client.post(self.URL, {**body, "target_user_id": owner.pk}).status_code == 400
        assert owner_client.post(self.URL, {**body, "target_user_id": 999999}).status_code == 404


class TestRecentlyAdded:
    URL = "/api/photos/recentlyadded/"

    def test_an_empty_library_has_a_date(self, owner_client: APIClient) -> None:
        answer = owner_client.get(self.URL)
        assert_web("photos_recentlyadded", answer.json())
        assert answer.json()["results"] == []

    def test_the_last_day_only(self, owner: User, owner_client: APIClient) -> None:
        for name, day, hour in (("a", 1, 23), ("b", 2, 0), ("c", 2, 23)):
            make_photo(owner, name=name, added_on=datetime(2024, 6, day, hour, tzinfo=UTC))
        answer = owner_client.get(self.URL).json()
        assert_web("photos_recentlyadded", answer)
        names = [Photo.objects.get(pk=item["id"]).original_name for item in answer["results"]]
        assert (answer["date"], names) == ("2024-06-02", ["c.jpg", "b.jpg"])

    def test_strangers_and_visitors(self, owner: User, stranger_client: APIClient, anonymous: APIClient) -> None:
        make_photo(owner, taken_at=None)
        assert stranger_client.get(self.URL).json()["results"] == []
        assert stranger_client.get("/api/photos/notimestamp/").json()["results"] == []
        assert anonymous.get(self.URL).status_code == anonymous.get("/api/photos/notimestamp/").status_code == 401
