"""Albums that people put together themselves."""

from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from api.models import AlbumUser, Photo, User
from tests.contracts.check import assert_error, assert_mobile, assert_web
from tests.factories import make_photo

pytestmark = pytest.mark.django_db
LIST, EDIT = "/api/albums/user/list/", "/api/albums/user/edit/"


def make_album(owner: User, *photos: Photo, title: str = "Trip") -> AlbumUser:
    album = AlbumUser.objects.create(owner=owner, title=title)
    album.photos.add(*photos)
    return album


def test_it_works_as_the_phone_does(owner: User, owner_client: APIClient) -> None:
    first, second = make_photo(owner, name="a"), make_photo(owner, name="b")
    made = owner_client.post(EDIT, {"title": "Trip", "photos": []})
    assert made.status_code == 201
    assert_mobile("user_album_create", made.json())
    url = f"{EDIT}{made.json()['id']}/"
    for photo, expected in ((first, 1), (second, 2)):
        added = owner_client.patch(url, {"title": "Trip", "photos": [photo.pk]})
        assert_mobile("user_album_add", added.json())
        assert len(added.json()["photos"]) == expected
    listed = owner_client.get(LIST)
    assert_mobile("user_album_list", listed.json())
    assert_web("album_user_list", listed.json())
    assert (listed.json()["count"], listed.json()["results"][0]["photo_count"]) == (1, 2)
    detail = owner_client.get(f"/api/albums/user/{made.json()['id']}/")
    assert_mobile("user_album_get", detail.json())
    assert_web("album_user_detail", detail.json())
    assert owner_client.delete(url).status_code == 204
    assert Photo.objects.count() == 2
    assert owner_client.delete(url).status_code == 404


def test_a_title_that_is_there_is_that_album(owner: User, owner_client: APIClient) -> None:
    photo = make_photo(owner)
    album = make_album(owner)
    answer = owner_client.post(EDIT, {"title": " Trip ", "photos": [photo.pk]})
    assert (answer.json()["id"], answer.json()["photos"]) == (album.pk, [photo.pk])


def test_cover_removal_and_rename(owner: User, owner_client: APIClient) -> None:
    photos = [make_photo(owner, name=f"x{day}", taken_at=datetime(2024, 5, day, tzinfo=UTC)) for day in range(1, 7)]
    album = make_album(owner, *photos)
    newest = [photo.pk for photo in reversed(photos)]
    row = owner_client.get(LIST).json()["results"][0]
    assert [cover["image_hash"] for cover in row["cover_photos"]] == newest[:4]
    assert owner_client.patch(f"{EDIT}{album.pk}/", {"cover_photo": photos[0].pk}).status_code == 200
    row = owner_client.get(LIST).json()["results"][0]
    assert row["cover_photo"]["image_hash"] == photos[0].pk
    assert [cover["image_hash"] for cover in row["cover_photos"]] == [photos[0].pk, *newest[:3]]
    left = owner_client.patch(f"{EDIT}{album.pk}/", {"removedPhotos": newest[:5]}).json()
    assert left["photos"] == [photos[0].pk]
    assert owner_client.patch(f"/api/albums/user/{album.pk}/", {"title": "Journey"}).json()["title"] == "Journey"
    make_album(owner, title="Other")
    taken = owner_client.patch(f"/api/albums/user/{album.pk}/", {"title": "Other"})
    assert taken.status_code == 409
    assert_error(taken.json(), code="title_taken")
    assert owner_client.delete(f"/api/albums/user/{album.pk}/", {}).status_code == 204


@pytest.mark.parametrize("values", [{"hidden": True}, {"in_trashcan": True}, {"removed": True}])
def test_an_album_without_a_visible_photo_is_not_listed(owner: User, owner_client: APIClient, values: Any) -> None:
    album = make_album(owner, make_photo(owner, **values))
    assert owner_client.get(LIST).json() == {"count": 0, "results": []}
    detail = owner_client.get(f"/api/albums/user/{album.pk}/").json()
    assert_web("album_user_detail", detail)
    assert_mobile("user_album_get", detail)


def test_empty_albums_are_listed_for_who_can_show_them(owner: User, owner_client: APIClient) -> None:
    make_album(owner, make_photo(owner), title="full")
    make_album(owner, make_photo(owner, name="gone", hidden=True), title="empty")
    rows = owner_client.get(f"{LIST}?empty=true").json()
    assert rows["count"] == 2
    assert [(row["title"], row["photo_count"]) for row in rows["results"]] == [("empty", 0), ("full", 1)]
    assert (rows["results"][0]["cover_photo"], rows["results"][0]["cover_photos"]) == (None, [])
    assert_error(owner_client.get(f"{LIST}?empty=perhaps").json(), code="invalid")


def test_undated_photos(owner: User, owner_client: APIClient) -> None:
    photo = make_photo(owner)
    photo.change(taken_at=None)
    detail = owner_client.get(f"/api/albums/user/{make_album(owner, photo).pk}/").json()
    assert_mobile("user_album_get", detail)
    assert [group["date"] for group in detail["grouped_photos"]] == ["No timestamp"]


def test_a_photo_that_is_removed_leaves(owner: User, owner_client: APIClient) -> None:
    photo = make_photo(owner, in_trashcan=True)
    album = make_album(owner, photo)
    owner_client.delete("/api/photosedit/delete/", {"image_hashes": [photo.pk]})
    assert not album.photos.exists()


def test_only_ones_own_photos_enter(owner: User, stranger: User, stranger_client: APIClient) -> None:
    photo = make_photo(owner)
    answer = stranger_client.post(EDIT, {"title": "Mine", "photos": [photo.pk, "nonsense"]})
    assert answer.json()["photos"] == []
    album = AlbumUser.objects.get()
    stranger_client.patch(f"{EDIT}{album.pk}/", {"photos": [photo.pk]})
    assert stranger_client.patch(f"{EDIT}{album.pk}/", {"cover_photo": photo.pk}).status_code == 400
    assert not album.photos.exists()


def test_strangers_and_visitors(owner: User, stranger_client: APIClient, anonymous: APIClient) -> None:
    album = make_album(owner, make_photo(owner))
    for url in (f"/api/albums/user/{album.pk}/", f"{EDIT}{album.pk}/"):
        for method in ("get", "patch", "delete"):
            answer = getattr(stranger_client, method)(url, {"title": "stolen"})
            assert answer.status_code in {404, 405}
            assert getattr(anonymous, method)(url).status_code == 401
    assert stranger_client.get(LIST).json()["results"] == []
    assert anonymous.get(LIST).status_code == 401
    album.refresh_from_db()
    assert album.title == "Trip"


@pytest.mark.parametrize("body", [{}, {"title": ""}, {"title": "x" * 257}, {"title": "x", "photos": "y"}])
def test_bad_input(owner_client: APIClient, body: Any) -> None:
    answer = owner_client.post(EDIT, body)
    assert answer.status_code == 400
    assert_error(answer.json(), code="invalid")


def test_a_fixed_number_of_queries(owner: User, owner_client: APIClient, django_assert_max_num_queries: Any) -> None:
    photo = make_photo(owner)
    for number in range(10):
        make_album(owner, photo, title=f"album {number}")
    with django_assert_max_num_queries(3):
        assert owner_client.get(LIST).json()["count"] == 10
