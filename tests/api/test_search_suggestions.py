"""What the search field offers while somebody types."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
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


def test_those_with_most_photos_come_first_and_no_more_than_four(owner: User, owner_client: APIClient) -> None:
    photos = [make_photo(owner, name=f"x{number}") for number in range(6)]
    for count in range(1, 7):
        AlbumUser.objects.create(owner=owner, title=f"Garden {count}").photos.set(photos[:count])
    rows = owner_client.get(URL, {"search": "gar"}).json()["results"]
    assert [(row["text"], row["count"]) for row in rows] == [(f"Garden {count}", count) for count in (6, 5, 4, 3)]


@pytest.mark.parametrize(
    "values", [{"hidden": True}, {"in_trashcan": True}, {"removed": True}, {"state": "processing"}]
)
def test_only_visible_photos_count(owner: User, owner_client: APIClient, values: Any) -> None:
    place = photo_place(owner=owner, latitude=38.7139, longitude=-9.1334)
    shown, unseen = make_photo(owner, **place), make_photo(owner, name="b", **place, **values)
    ana = Person.objects.create(owner=owner, name="Lisa")
    album = AlbumUser.objects.create(owner=owner, title="Lisbon in May")
    for photo in (shown, unseen, unseen):
        Face.objects.create(photo=photo, person=ana)
        album.photos.add(photo)
    # Two faces of one person on a photo are one photo.
    Face.objects.create(photo=shown, person=ana)
    rows = owner_client.get(URL, {"search": "lis"}).json()["results"]
    assert [(row["text"], row["count"]) for row in rows] == [
        ("Lisa", 1), ("Lisbon, Portugal", 1), ("Lisbon in May", 1),
    ]  # fmt: skip
    shown.change(**values)
    assert offered(owner_client, "lis") == []


def test_neither_queries_nor_rows_grow_with_the_library(
    library: None, owner: User, owner_client: APIClient, django_assert_max_num_queries: Any
) -> None:
    for number in range(10):
        photo = make_photo(owner, name=f"x{number}")
        Face.objects.create(photo=photo, person=Person.objects.create(owner=owner, name=f"Gar {number}"))
        caption_write(photo=photo, author=owner, text=f"gar{number} #garx{number}")
    with django_assert_max_num_queries(13) as queries:
        assert len(offered(owner_client, "gar")) == 4 + 4 + 1 + 4
    # Covers would be photos with their columns, chosen among all of the library.
    assert not [query["sql"] for query in queries if '"media_type"' in query["sql"] or " OVER " in query["sql"]]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by the size of tables, here one page each")
def test_no_plan_reads_all_photos(library: None, owner: User, owner_client: APIClient) -> None:
    with CaptureQueriesContext(connection) as queries:
        offered(owner_client, "gar")
        offered(owner_client, "lis")
    selects = [query["sql"] for query in queries if "api_photo" in query["sql"]]
    assert selects
    for select in selects:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {select}")
            plan = [row[3] for row in cursor.fetchall()]
        assert not [step for step in plan if step.split()[:2] == ["SCAN", "api_photo"]], (select, plan)
