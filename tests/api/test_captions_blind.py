"""GET and POST /api/captions/blind/: drafts rated without knowing who wrote them."""

import pytest
from rest_framework.test import APIClient

from api.models import Caption, User
from api.models.caption import CaptionState
from tests.factories import make_photo

pytestmark = pytest.mark.django_db
URL = "/api/captions/blind/"


@pytest.fixture
def drafts(owner: User) -> list[Caption]:
    photo = make_photo(owner)
    return [
        Caption.objects.create(photo=photo, text="A dog.", model_id="bundled"),
        Caption.objects.create(
            photo=photo, text="A pink dog.", model_id="bundled", rewriter_id="some-llm", state=CaptionState.HELD_BACK
        ),
    ]


def test_it_works(owner_client: APIClient, drafts: list[Caption]) -> None:
    """Each is shown once it is unrated, with nothing of the model; the ratings appear in the statistics alone."""
    seen = set()
    body = owner_client.get(URL).json()
    for left, rating in ((2, 4), (1, 2)):
        assert body["left"] == left
        assert set(body["draft"]) == {"id", "image_hash", "text"}
        seen.add(body["draft"]["text"])
        answer = owner_client.post(f"{URL}{body['draft']['id']}/", {"rating": rating})
        assert answer.status_code == 200
        body = answer.json()
    assert body == {"draft": None, "left": 0}
    assert seen == {"A dog.", "A pink dog."}

    ledger = owner_client.get(f"/api/photos/{drafts[0].photo_id}/captions/").json()["results"]
    assert [row["rating"] for row in ledger] == [None, None]
    stats = owner_client.get("/api/captions/stats/").json()
    assert stats["all"]["blind_ratings"]["n"] == 2
    assert stats["all"]["blind_ratings"]["median"] == 3
    assert stats["all"]["ratings"]["n"] == 0
    assert stats["all"]["held_back"] == 1
    assert stats["rewriters"][0]["blind_ratings"]["n"] == 1


@pytest.mark.parametrize(
    "values",
    [
        {"rating": 3},
        {"blind_rating": 3},
        {"state": CaptionState.ACCEPTED},
        {"state": CaptionState.REFUSED},
        {"model_id": ""},
        {"text": ""},
    ],
)
def test_what_is_not_asked_about(owner: User, owner_client: APIClient, values: dict[str, object]) -> None:
    row = Caption.objects.create(**{"photo": make_photo(owner), "text": "A dog.", "model_id": "bundled", **values})
    assert owner_client.get(URL).json() == {"draft": None, "left": 0}
    assert owner_client.post(f"{URL}{row.pk}/", {"rating": 3}).status_code == 404


def test_drafts_in_the_trash_are_not_asked_about(owner: User, owner_client: APIClient) -> None:
    Caption.objects.create(photo=make_photo(owner, in_trashcan=True), text="A dog.", model_id="bundled")
    assert owner_client.get(URL).json()["draft"] is None


@pytest.mark.parametrize("rating", [0, 6, "good", None])
def test_bad_input(owner_client: APIClient, drafts: list[Caption], rating: object) -> None:
    answer = owner_client.post(f"{URL}{drafts[0].pk}/", {"rating": rating}, format="json")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "rating"


def test_anonymous_is_refused(anonymous: APIClient, drafts: list[Caption]) -> None:
    assert anonymous.get(URL).status_code == 401
    assert anonymous.post(f"{URL}{drafts[0].pk}/", {"rating": 3}).status_code == 401


def test_a_stranger_finds_nothing(stranger_client: APIClient, drafts: list[Caption]) -> None:
    assert stranger_client.get(URL).json() == {"draft": None, "left": 0}
    assert stranger_client.post(f"{URL}{drafts[0].pk}/", {"rating": 3}).status_code == 404
