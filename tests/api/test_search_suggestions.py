"""What the search field offers while somebody types."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from api.actions.captions import caption_write
from api.actions.photo_place import photo_place
from api.models import AlbumUser, Caption, Face, Person, User
from tests.contracts.check import assert_error
from tests.factories import make_photo

pytestmark = pytest.mark.django_db
URL = "/api/searchsuggestions/"


def offered(client: APIClient, text: str, **more: Any) -> list[tuple[str, str]]:
    answer = client.get(URL, {"search": text, **more})
    assert answer.status_code == 200, answer.content
    return [(row["kind"], row["text"]) for row in answer.json()["results"]]


@pytest.fixture
def library(owner: User) -> None:
    places = photo_place(owner=owner, latitude=38.7139, longitude=-9.1334)
    garden = make_photo(owner, name="garden", **places)
    caption_write(photo=garden, author=owner, text="Änne and the gardener in a garden #garlic")
    gate = make_photo(owner, name="gate")
    caption_write(photo=gate, author=owner, text="A dog at the garden gate")
    Caption.objects.create(photo=make_photo(owner, name="c"), text="a garish draft", model_id="bundled")
    person = Person.objects.create(owner=owner, name="Anna Garcia")
    Face.objects.create(photo=garden, person=person)
    Person.objects.create(owner=owner, name="Garfield")
    AlbumUser.objects.create(owner=owner, title="The garage").photos.add(garden)


def test_it_works(library: None, owner_client: APIClient) -> None:
    assert offered(owner_client, "GAR") == [
        ("person", "Anna Garcia"), ("hashtag", "garlic"), ("album", "The garage"),
        ("word", "garden"), ("word", "gardener"),
    ]  # fmt: skip
    first = owner_client.get(URL, {"search": "gar"}).json()["results"][0]
    assert (first["id"], first["count"]) == (Person.objects.get(name="Anna Garcia").pk, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("garcia an", [("person", "Anna Garcia")]),
        ("dog ga", [("word", "dog garden"), ("word", "dog gate")]),
        ("änn", [("person", "Anna Garcia"), ("word", "änne")]),
        ("lis", [("place", "Lisbon, Portugal")]),
        ("#garl", [("hashtag", "garlic")]),
        ("gate", []),
        ("dog ", []),
        ("", []),
        (" ", []),
        ("%", []),
        ("😀", []),
    ],
)
def test_what_goes_on(library: None, owner_client: APIClient, text: str, expected: list[tuple[str, str]]) -> None:
    assert offered(owner_client, text) == expected


def test_places_in_the_readers_language(library: None, owner_client: APIClient) -> None:
    assert offered(owner_client, "lissa", language="de") == [("place", "Lissabon, Portugal")]
    assert offered(owner_client, "lissa") == []


def test_strangers_and_visitors(library: None, stranger_client: APIClient, anonymous: APIClient) -> None:
    assert offered(stranger_client, "gar") == []
    assert anonymous.get(URL, {"search": "gar"}).status_code == 401


@pytest.mark.parametrize("query", ["", "?search=a%00b", f"?search={'x' * 201}", "?search=a&language=%2e"])
def test_bad_input(owner_client: APIClient, query: str) -> None:
    assert_error(owner_client.get(URL + query).json(), code="invalid")


def test_a_fixed_number_of_queries(
    library: None, owner: User, owner_client: APIClient, django_assert_max_num_queries: Any
) -> None:
    for number in range(10):
        photo = make_photo(owner, name=f"x{number}")
        Face.objects.create(photo=photo, person=Person.objects.create(owner=owner, name=f"Gar {number}"))
        caption_write(photo=photo, author=owner, text=f"gar{number} #garx{number}")
    with django_assert_max_num_queries(12):
        assert len(offered(owner_client, "gar")) == 4 + 4 + 1 + 4
