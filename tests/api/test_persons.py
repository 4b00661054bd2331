"""People on one's photos."""

from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from api.lib.face_crops import face_url
from api.models import Face, Person, User
from tests.contracts.check import assert_error, assert_mobile, assert_web
from tests.factories import make_photo

pytestmark = pytest.mark.django_db
LIST = "/api/persons/"


def test_it_works(owner: User, owner_client: APIClient) -> None:
    old = make_photo(owner, name="old", taken_at=datetime(2020, 1, 1, tzinfo=UTC))
    new = make_photo(owner, name="new")
    ana = Person.objects.create(owner=owner, name="A::na")
    ben = Person.objects.create(owner=owner, name="Ben", cover_photo=old)
    Person.objects.create(owner=owner, name="Nobody")
    for photo in (old, new):
        for person in (ana, ben):
            Face.objects.create(photo=photo, person=person)
    answer = owner_client.get(f"{LIST}?page_size=1000")
    assert_web("persons_list", answer.json())
    assert_mobile("people_list", answer.json())
    found = [(row["name"], row["face_count"], row["face_photo_url"]) for row in answer.json()["results"]]
    assert found == [("A:na", 2, new.pk), ("Ben", 2, old.pk), ("Nobody", 0, None)]
    one = owner_client.get(f"{LIST}{ben.pk}/")
    assert_mobile("person_get", one.json())
    assert one.json() == answer.json()["results"][1]


def test_nobody(owner_client: APIClient) -> None:
    assert owner_client.get(LIST).json() == {"count": 0, "next": None, "previous": None, "results": []}


def test_a_hidden_photo_is_no_cover(owner: User, owner_client: APIClient) -> None:
    photo = make_photo(owner, hidden=True)
    Face.objects.create(photo=photo, person=Person.objects.create(owner=owner, name="Ana", cover_photo=photo))
    assert owner_client.get(LIST).json()["results"][0]["face_photo_url"] is None


def test_the_face_is_that_on_the_cover(owner: User, owner_client: APIClient) -> None:
    box = {"left": 0.1, "top": 0.1, "width": 0.2, "height": 0.2}
    old = make_photo(owner, name="old", taken_at=datetime(2020, 1, 1, tzinfo=UTC))
    new, newest = (
        make_photo(owner, name="new"),
        make_photo(owner, name="newest", taken_at=datetime(2025, 1, 1, tzinfo=UTC)),
    )
    unseen = make_photo(owner, name="unseen", taken_at=datetime(2026, 1, 1, tzinfo=UTC), state="processing")
    ana = Person.objects.create(owner=owner, name="Ana")
    on_old, on_new, _ = (Face.objects.create(photo=photo, person=ana, **box) for photo in (old, new, unseen))
    Face.objects.create(photo=newest, person=ana)

    def told() -> tuple[int, str, str]:
        row = owner_client.get(LIST).json()["results"][0]
        return row["face_count"], row["face_photo_url"], row["face_url"]

    assert told() == (3, newest.pk, face_url(new.pk, on_new.pk)), "a mention has nothing to cut out"
    Person.objects.update(cover_photo=old)
    assert told() == (3, old.pk, face_url(old.pk, on_old.pk))
    Person.objects.update(cover_photo=unseen)
    assert told() == (3, newest.pk, face_url(new.pk, on_new.pk))


def test_a_fixed_number_of_queries(owner: User, owner_client: APIClient, django_assert_max_num_queries: Any) -> None:
    for number in range(20):
        Person.objects.create(owner=owner, name=f"p{number}")
    with django_assert_max_num_queries(3):
        assert owner_client.get(LIST).json()["count"] == 20


def test_strangers_and_visitors(owner: User, stranger_client: APIClient, anonymous: APIClient) -> None:
    ana = Person.objects.create(owner=owner, name="Ana")
    assert stranger_client.get(LIST).json()["results"] == []
    answer = stranger_client.get(f"{LIST}{ana.pk}/")
    assert answer.status_code == 404
    assert_error(answer.json(), code="not_found")
    assert anonymous.get(LIST).status_code == anonymous.get(f"{LIST}{ana.pk}/").status_code == 401
