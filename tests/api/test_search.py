"""Finding photos by words."""

from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from api.actions.captions import caption_write
from api.actions.search_index import photo_index
from api.models import Caption, Person, Photo, User
from tests.contracts.check import assert_error, assert_mobile, assert_web
from tests.factories import make_photo

pytestmark = pytest.mark.django_db
URL = "/api/photos/searchlist/"


def found(client: APIClient, text: str) -> set[str]:
    answer = client.get(URL, {"search": text})
    assert answer.status_code == 200, answer.content
    assert_web("photos_searchlist", answer.json())
    assert_mobile("search", answer.json())
    return {item["id"] for group in answer.json()["results"] for item in group["items"]}


@pytest.fixture
def photo(owner: User) -> Photo:
    photo = make_photo(
        owner, name="IMG_0815", location="Zürich, Schweiz", camera="Canon EOS", keywords=["Straße", "Été", "beach"]
    )
    caption_write(photo=photo, author=owner, text="An old caption")
    caption_write(photo=photo, author=owner, text="Änne with 100% of the #dogs")
    Caption.objects.create(photo=photo, text="a drafted giraffe", model_id="bundled")
    make_photo(owner, name="other")
    return photo


@pytest.mark.parametrize(
    "text",
    ["änne", "ÄNNE", "Änne dogs", "DOG", "#dogs", "100%", "zürich", "ZÜRICH", "canon", "img_0815", "straße", "été",
     "ÉTÉ", "BEACH canon zür", "  dogs\t"],
)  # fmt: skip
def test_it_works(photo: Photo, owner_client: APIClient, text: str) -> None:
    assert found(owner_client, text) == {photo.pk}


@pytest.mark.parametrize(
    "text", ["giraffe", "dogs gir", "old", "dogs giraffe", "10%0", "_", "", "   ", "IMG_0815x", "%"]
)
def test_what_does_not_occur(photo: Photo, owner_client: APIClient, text: str) -> None:
    assert found(owner_client, text) == set()


@pytest.mark.parametrize("values", [{"hidden": True}, {"in_trashcan": True}, {"removed": True}])
def test_only_what_is_in_the_timeline(photo: Photo, owner_client: APIClient, values: Any) -> None:
    photo.change(**values)
    assert found(owner_client, "dogs") == set()


def test_groups_by_day_undated_last(owner: User, owner_client: APIClient) -> None:
    make_photo(owner, name="cat1")
    undated = make_photo(owner, name="cat2")
    undated.change(taken_at=None)
    photo_index(photo=undated)
    answer = owner_client.get(URL, {"search": "cat"}).json()
    assert [group["date"] for group in answer["results"]] == ["2024-05-01", "No timestamp"]


def test_by_rank_it_is_a_flat_list(photo: Photo, owner_client: APIClient) -> None:
    answer = owner_client.get(URL, {"search": "dogs", "order": "rank"})
    assert answer.status_code == 200
    assert [item["id"] for item in answer.json()["results"]] == [photo.pk]
    assert_web("photos_searchlist", answer.json())
    assert owner_client.get(URL, {"search": " ", "order": "rank"}).json() == {"results": []}


def test_strangers_and_visitors(photo: Photo, stranger_client: APIClient, anonymous: APIClient) -> None:
    assert found(stranger_client, "dogs") == set()
    answer = anonymous.get(URL, {"search": "dogs"})
    assert answer.status_code == 401
    assert_error(answer.json())


@pytest.mark.parametrize("query", ["", "?search=a%00b", f"?search={'x' * 201}", "?search=a&order=b"])
def test_bad_input(owner_client: APIClient, query: str) -> None:
    assert_error(owner_client.get(URL + query).json(), code="invalid")


def test_examples(photo: Photo, owner: User, owner_client: APIClient, stranger_client: APIClient) -> None:
    Person.objects.create(owner=owner, name="Ana")
    answer = owner_client.get("/api/searchtermexamples/")
    assert_web("searchtermexamples", answer.json())
    assert_mobile("search_suggestions", answer.json())
    assert answer.json()["results"] == ["dogs", "Ana", "Zürich, Schweiz", "Canon EOS"]
    assert stranger_client.get("/api/searchtermexamples/").json() == {"results": []}


def test_page_by_page(owner: User, owner_client: APIClient) -> None:
    """Newest first, each once, also where thousands share a second or have no time; numbers survive a browser."""
    for number in range(7):
        photo = make_photo(owner, name=f"cat{number}", taken_at=datetime(2020 + number // 2, 1, 1, tzinfo=UTC))
        if number == 0:
            photo.change(taken_at=None)
            photo_index(photo=photo)
    pages: list[list[str]] = []
    query: dict[str, Any] = {"search": "cat", "limit": 3}
    while query:
        answer = owner_client.get(URL, query).json()
        pages.append([item["id"] for group in answer["results"] for item in group["items"]])
        assert answer["next"] is None or isinstance(answer["next"], str)
        query = query | {"before": answer["next"]} if answer["next"] else {}
    assert [len(page) for page in pages] == [3, 3, 1]
    seen = [image_hash for page in pages for image_hash in page]
    assert len(set(seen)) == 7
    years = [Photo.objects.get(pk=image_hash).taken_at for image_hash in seen]
    assert years[-1] is None
    assert years[:-1] == sorted(years[:-1], reverse=True)  # type: ignore[type-var]
    for wrong in ({"limit": 0}, {"limit": 1001}, {"before": "x"}, {"before": -1}, {"before": 2**63}):
        assert owner_client.get(URL, {"search": "cat", **wrong}).status_code == 400
