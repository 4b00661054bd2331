"""Hashtag albums."""

from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from api.actions.captions import caption_write
from api.actions.hashtags import hashtags_sync
from api.models import AlbumThing, Photo, User
from tests.contracts.check import assert_error, assert_web
from tests.factories import make_photo

pytestmark = pytest.mark.django_db
LIST = "/api/albums/thing/list/"


def tagged(owner: User, name: str, text: str, day: int = 1, **values: Any) -> Photo:
    photo = make_photo(owner, name=name, taken_at=datetime(2024, 5, day, tzinfo=UTC), **values)
    hashtags_sync(photo=photo, text=text)
    return photo


def test_it_works(owner: User, owner_client: APIClient) -> None:
    photo = make_photo(owner)
    caption_write(photo=photo, author=owner, text="Our ##Dog in the #snow")
    answer = owner_client.get(LIST)
    assert answer.status_code == 200
    assert_web("album_thing_list", answer.json())
    albums = answer.json()["results"]
    assert [(album["title"], album["photo_count"]) for album in albums] == [("Dog", 1), ("snow", 1)]
    assert albums[0]["cover_photos"] == [{"image_hash": photo.pk, "video": False}]
    detail = owner_client.get(f"/api/albums/thing/{albums[0]['id']}/")
    assert_web("album_thing_detail", detail.json())
    assert detail.json()["results"]["id"] == str(albums[0]["id"])
    assert detail.json()["results"]["grouped_photos"][0]["items"][0]["id"] == photo.pk


def test_photos_are_grouped_by_day_newest_first(owner: User, owner_client: APIClient) -> None:
    for name, day in (("a", 1), ("b", 3), ("c", 1)):
        tagged(owner, name, "#dog", day)
    undated = tagged(owner, "d", "#dog")
    undated.change(taken_at=None)
    album = AlbumThing.objects.get()
    groups = owner_client.get(f"/api/albums/thing/{album.pk}/").json()["results"]["grouped_photos"]
    assert [(group["date"], len(group["items"])) for group in groups] == [
        ("2024-05-03", 1),
        ("2024-05-01", 2),
        (None, 1),
    ]


@pytest.mark.parametrize("values", [{"hidden": True}, {"in_trashcan": True}, {"removed": True}])
def test_only_visible_photos_count(owner: User, owner_client: APIClient, values: Any) -> None:
    tagged(owner, "a", "#dog #cat")
    tagged(owner, "b", "#dog #sea", **values)
    albums = owner_client.get(LIST).json()["results"]
    assert [(album["title"], album["photo_count"]) for album in albums] == [("cat", 1), ("dog", 1)]
    assert all(len(album["cover_photos"]) == 1 for album in albums)


def test_four_covers_and_a_fixed_number_of_queries(
    owner: User, owner_client: APIClient, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        tagged(owner, f"x{number}", "#one #two #three", number + 1)
    with django_assert_max_num_queries(3):
        albums = owner_client.get(LIST).json()["results"]
    newest = [Photo.objects.get(original_name=f"x{number}.jpg").pk for number in (5, 4, 3, 2)]
    assert [[cover["image_hash"] for cover in album["cover_photos"]] for album in albums] == [newest] * 3
    with django_assert_max_num_queries(3):
        owner_client.get(f"/api/albums/thing/{albums[0]['id']}/")


def test_strangers_and_visitors(owner: User, stranger_client: APIClient, anonymous: APIClient) -> None:
    tagged(owner, "a", "#dog")
    url = f"/api/albums/thing/{AlbumThing.objects.get().pk}/"
    assert stranger_client.get(LIST).json() == {"results": []}
    answer = stranger_client.get(url)
    assert answer.status_code == 404
    assert_error(answer.json(), code="not_found")
    assert (anonymous.get(LIST).status_code, anonymous.get(url).status_code) == (401, 401)
