"""/api/photos/{hash}/people/: say who is on a photo."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from api.models import Face, Person, Photo, User
from tests.contracts.check import assert_error, assert_mobile, assert_web
from tests.factories import make_photo

pytestmark = pytest.mark.django_db
BOX = {"left": 0.4, "top": 0.1, "width": 0.2, "height": 0.3}


def url(photo: Photo, face_id: int | None = None) -> str:
    return f"/api/photos/{photo.pk}/people/" + ("" if face_id is None else f"{face_id}/")


def names(client: APIClient, photo: Photo) -> list[str | None]:
    return [row["name"] for row in client.get(url(photo)).json()["results"]]


def test_it_works(owner: User, owner_client: APIClient) -> None:
    photo = make_photo(owner)
    ben = owner_client.post(url(photo), {"name": "Ben"})
    assert ben.status_code == 201
    assert ben.json()["box"] is None
    ana = owner_client.post(url(photo), {"name": "A::na", "box": BOX}).json()
    assert ana["box"] == BOX
    assert names(owner_client, photo) == ["A::na", "Ben"]
    detail = owner_client.get(f"/api/photos/{photo.pk}/").json()
    assert_web("photo_detail", detail)
    assert_mobile("photo_details", detail)
    assert {row["face_url"] for row in detail["people"]} == {ana["face_url"], ben.json()["face_url"]}
    assert owner_client.delete(url(photo, ben.json()["face_id"])).status_code == 204
    assert names(owner_client, photo) == ["A::na"]


def test_said_twice_is_said_once(owner: User, owner_client: APIClient) -> None:
    photo = make_photo(owner)
    for body in ({"name": "Ana"}, {"name": " Ana "}, {"name": "Ana", "box": BOX}, {"name": "Ana"}):
        owner_client.post(url(photo), body)
    assert names(owner_client, photo) == ["Ana"]
    assert photo.faces.get().left == 0.4
    assert Person.objects.filter(owner=owner).count() == 1


def test_a_face_without_a_name_gets_one(owner: User, owner_client: APIClient) -> None:
    photo = make_photo(owner)
    face = Face.objects.create(photo=photo, **BOX)
    assert names(owner_client, photo) == [None]
    assert owner_client.post(url(photo), {"name": "Ana", "box": BOX | {"width": 0.22}}).json()["face_id"] == face.pk
    assert names(owner_client, photo) == ["Ana"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "Unknown"},
        {"name": "a\0b"},
        {"name": "x" * 1001},
        {"name": "Ana", "box": {"left": 0.1}},
        {"name": "Ana", "box": BOX | {"left": 2}},
        {"name": "Ana", "box": BOX | {"left": "nan"}},
        {"name": "Ana", "box": BOX | {"width": 0}},
        {"name": "Ana", "box": [0.1, 0.1, 0.1, 0.1]},
    ],
)
def test_bad_bodies(owner: User, owner_client: APIClient, body: Any) -> None:
    photo = make_photo(owner)
    answer = owner_client.post(url(photo), body)
    assert answer.status_code == 400
    assert_error(answer.json())
    assert not photo.faces.exists()
    assert not Person.objects.exists()


def test_strangers_and_visitors(owner: User, stranger_client: APIClient, anonymous: APIClient) -> None:
    photo = make_photo(owner, public=True)
    face = Face.objects.create(photo=photo, person=Person.objects.create(owner=owner, name="Ana"))
    for client, status in ((stranger_client, 404), (anonymous, 401)):
        assert client.get(url(photo)).status_code == status
        assert client.post(url(photo), {"name": "Ben"}).status_code == status
        assert client.delete(url(photo, face.pk)).status_code == status
    assert photo.faces.count() == 1


def test_a_face_of_another_photo(owner: User, owner_client: APIClient) -> None:
    one, other = make_photo(owner), make_photo(owner, name="other")
    face = Face.objects.create(photo=other, **BOX)
    assert owner_client.delete(url(one, face.pk)).status_code == 404
    assert owner_client.delete(url(one, 10**18)).status_code == 404
