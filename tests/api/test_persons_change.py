"""PATCH and DELETE /api/persons/{id}/: rename, join, cover, forget."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from api.lib.face_crops import face_url
from api.models import Face, Person, User
from tests.contracts.check import assert_error, assert_mobile
from tests.factories import make_photo

pytestmark = pytest.mark.django_db
BOX = {"left": 0.4, "top": 0.1, "width": 0.2, "height": 0.3}


@pytest.fixture
def ana(owner: User) -> Person:
    return Person.objects.create(owner=owner, name="Ana")


def url(person: Person) -> str:
    return f"/api/persons/{person.pk}/"


def test_rename(owner: User, owner_client: APIClient, ana: Person) -> None:
    photo = make_photo(owner)
    face = Face.objects.create(photo=photo, person=ana, **BOX)
    before = photo.last_modified
    answer = owner_client.patch(url(ana), {"newPersonName": "  Anna \n Maria "})
    assert answer.status_code == 200
    assert_mobile("person_get", answer.json())
    assert (answer.json()["id"], answer.json()["name"]) == (ana.pk, "Anna Maria")
    assert answer.json()["face_url"] == face_url(photo.pk, face.pk)
    photo.refresh_from_db()
    assert photo.last_modified > before


def test_a_name_that_somebody_has_joins_the_two(owner: User, owner_client: APIClient, ana: Person) -> None:
    anna = Person.objects.create(owner=owner, name="Anna")
    both, one = make_photo(owner, name="both"), make_photo(owner, name="one")
    Face.objects.create(photo=both, person=ana, **BOX)
    Face.objects.create(photo=both, person=anna)
    Face.objects.create(photo=one, person=ana)
    ana.cover_photo = one
    ana.save()
    answer = owner_client.patch(url(ana), {"newPersonName": "Anna"})
    assert (answer.json()["id"], answer.json()["face_count"]) == (anna.pk, 2)
    assert answer.json()["face_photo_url"] == one.pk
    assert [person.name for person in Person.objects.all()] == ["Anna"]
    assert both.faces.get().left == 0.4
    assert owner_client.get(url(ana)).status_code == 404


def test_a_strangers_name_is_free(owner: User, stranger: User, owner_client: APIClient, ana: Person) -> None:
    Person.objects.create(owner=stranger, name="Ben")
    assert owner_client.patch(url(ana), {"newPersonName": "Ben"}).json()["id"] == ana.pk


def test_same_name(owner_client: APIClient, ana: Person) -> None:
    assert owner_client.patch(url(ana), {"newPersonName": "Ana"}).json()["id"] == ana.pk


def test_cover(owner: User, owner_client: APIClient, ana: Person) -> None:
    old, new = make_photo(owner, name="old"), make_photo(owner, name="new")
    faces = {photo.pk: Face.objects.create(photo=photo, person=ana, **BOX) for photo in (old, new)}
    for photo in (old, new):
        body = owner_client.patch(url(ana), {"cover_photo": photo.pk}).json()
        assert body["face_photo_url"] == photo.pk
        assert body["face_url"] == face_url(photo.pk, faces[photo.pk].pk)


@pytest.mark.parametrize("body", [{}, {"newPersonName": ""}, {"newPersonName": "Unknown"}, {"newPersonName": "a\0"}])
def test_bad_bodies(owner_client: APIClient, ana: Person, body: Any) -> None:
    answer = owner_client.patch(url(ana), body)
    assert answer.status_code == 400
    assert_error(answer.json())


def test_cover_of_a_stranger(stranger: User, owner_client: APIClient, ana: Person) -> None:
    for image_hash in (make_photo(stranger).pk, "x"):
        assert owner_client.patch(url(ana), {"cover_photo": image_hash}).status_code == 404


def test_delete(owner: User, owner_client: APIClient, ana: Person) -> None:
    photo = make_photo(owner)
    face = Face.objects.create(photo=photo, person=ana, **BOX)
    Face.objects.create(photo=photo, person=ana)
    assert owner_client.delete(url(ana)).status_code == 204
    assert [(row.pk, row.person) for row in photo.faces.all()] == [(face.pk, None)]
    assert owner_client.delete(url(ana)).status_code == 404


def test_strangers_and_visitors(stranger_client: APIClient, anonymous: APIClient, ana: Person) -> None:
    for client, status in ((stranger_client, 404), (anonymous, 401)):
        assert client.patch(url(ana), {"newPersonName": "Mine"}).status_code == status
        assert client.delete(url(ana)).status_code == status
    ana.refresh_from_db()
    assert ana.name == "Ana"
