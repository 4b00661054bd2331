"""The ledger through its routes: write, accept, merge, refuse, rate, remove; and LibrePhotos' two doors."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from api.models import AlbumThing, Caption, Photo, User
from tests.factories import make_photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(owner: User) -> Photo:
    return make_photo(owner)


@pytest.fixture
def draft(photo: Photo) -> Caption:
    return Caption.objects.create(photo=photo, text="A dog runs.", model_id="bundled", model_revision="1")


def url(row: Caption) -> str:
    return f"/api/photos/{row.photo_id}/captions/{row.pk}/"


def ledger(client: APIClient, photo: Photo) -> dict[str, Any]:
    body: dict[str, Any] = client.get(f"/api/photos/{photo.pk}/captions/").json()
    return body


def test_accept(owner_client: APIClient, photo: Photo, draft: Caption) -> None:
    answer = owner_client.patch(url(draft), {"action": "accept"})

    assert answer.status_code == 200, answer.content
    assert answer.json()["state"] == "accepted"
    assert ledger(owner_client, photo)["current"]["text"] == "A dog runs."
    assert owner_client.patch(url(draft), {"action": "accept"}).json()["state"] == "accepted"  # twice is harmless


def test_accepting_supersedes_but_keeps(owner_client: APIClient, photo: Photo, draft: Caption) -> None:
    owner_client.put(f"/api/photos/{photo.pk}/captions/", {"text": "Mine"})
    owner_client.patch(url(draft), {"action": "accept"})

    states = {row["text"]: row["state"] for row in ledger(owner_client, photo)["results"]}
    assert states == {"Mine": "superseded", "A dog runs.": "accepted"}


def test_an_earlier_caption_can_be_restored(owner_client: APIClient, photo: Photo, draft: Caption) -> None:
    mine = owner_client.put(f"/api/photos/{photo.pk}/captions/", {"text": "Mine"}).json()
    owner_client.patch(url(draft), {"action": "accept"})
    owner_client.patch(f"/api/photos/{photo.pk}/captions/{mine['id']}/", {"action": "accept"})

    assert ledger(owner_client, photo)["current"]["text"] == "Mine"


def test_merge(owner_client: APIClient, owner: User, photo: Photo, draft: Caption) -> None:
    answer = owner_client.patch(url(draft), {"action": "merge", "text": "Our dog runs. #Dog"}).json()

    assert answer["author"]["id"] == owner.pk
    assert answer["merged_from"] == draft.pk
    draft.refresh_from_db()
    assert draft.state == "merged"
    assert ledger(owner_client, photo)["current"]["text"] == "Our dog runs. #Dog"
    assert AlbumThing.objects.get(owner=owner).title == "Dog"


def test_refuse(owner_client: APIClient, photo: Photo, draft: Caption) -> None:
    assert owner_client.patch(url(draft), {"action": "refuse"}).json()["state"] == "refused"
    assert ledger(owner_client, photo)["current"] is None


def test_the_caption_itself_cannot_be_refused(owner_client: APIClient, draft: Caption) -> None:
    owner_client.patch(url(draft), {"action": "accept"})
    answer = owner_client.patch(url(draft), {"action": "refuse"})
    assert (answer.status_code, answer.json()["code"]) == (409, "caption_in_use")


def test_rate(owner_client: APIClient, draft: Caption) -> None:
    assert owner_client.patch(url(draft), {"action": "rate", "rating": 4}).json()["rating"] == 4


def test_delete(owner_client: APIClient, photo: Photo, draft: Caption) -> None:
    owner_client.patch(url(draft), {"action": "accept"})
    assert owner_client.delete(url(draft)).status_code == 204
    left = ledger(owner_client, photo)
    assert (left["results"], left["current"]) == ([], None)


def test_empty_is_a_value(owner_client: APIClient, photo: Photo, draft: Caption) -> None:
    owner_client.patch(url(draft), {"action": "accept"})
    owner_client.put(f"/api/photos/{photo.pk}/captions/", {"text": ""})

    assert ledger(owner_client, photo)["current"]["text"] == ""
    assert owner_client.get(f"/api/photos/{photo.pk}/").json()["captions_json"]["user_caption"] == ""


def test_two_writers_are_told(owner_client: APIClient, photo: Photo, draft: Caption) -> None:
    first = owner_client.put(f"/api/photos/{photo.pk}/captions/", {"text": "Tab one", "base": None})
    assert first.status_code == 200

    for answer in (
        owner_client.put(f"/api/photos/{photo.pk}/captions/", {"text": "Tab two", "base": None}),
        owner_client.patch(url(draft), {"action": "accept", "base": None}),
        owner_client.patch(url(draft), {"action": "merge", "text": "x", "base": None}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "caption_changed")
        assert answer.json()["current"] == {"id": first.json()["id"], "text": "Tab one"}

    told = owner_client.put(f"/api/photos/{photo.pk}/captions/", {"text": "Tab two", "base": first.json()["id"]})
    assert told.status_code == 200


def test_librephotos_door(owner_client: APIClient, photo: Photo, draft: Caption) -> None:
    answer = owner_client.post("/api/photosedit/savecaption/", {"image_hash": photo.pk, "caption": "On #holiday 🏖"})

    assert (answer.status_code, answer.json()) == (200, {"status": True})
    captions = owner_client.get(f"/api/photos/{photo.pk}/").json()["captions_json"]
    assert captions["user_caption"] == "On #holiday 🏖"
    assert captions["im2txt"] == "A dog runs."


def test_saving_the_same_text_again_makes_no_row(owner_client: APIClient, photo: Photo) -> None:
    for _ in range(2):
        owner_client.post("/api/photosedit/savecaption/", {"image_hash": photo.pk, "caption": "Same"})
    assert Caption.objects.filter(photo=photo).count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"action": "destroy"},
        {"action": "merge"},
        {"action": "rate"},
        {"action": "rate", "rating": 6},
        {"action": "merge", "text": "x" * 10_001},
        {"action": "merge", "text": "a\x00b"},
    ],
)
def test_bad_input(owner_client: APIClient, draft: Caption, body: dict[str, object]) -> None:
    answer = owner_client.patch(url(draft), body)
    assert answer.status_code == 400
    assert answer.json()["errors"]


def test_anonymous_is_refused(anonymous: APIClient, photo: Photo, draft: Caption) -> None:
    assert anonymous.get(f"/api/photos/{photo.pk}/captions/").status_code == 401
    assert anonymous.patch(url(draft), {"action": "accept"}).status_code == 401
    assert anonymous.post("/api/photosedit/savecaption/", {"image_hash": photo.pk, "caption": ""}).status_code == 401


def test_a_stranger_finds_nothing(stranger_client: APIClient, photo: Photo, draft: Caption) -> None:
    hash_only = {"image_hash": photo.pk}
    for answer in (
        stranger_client.get(f"/api/photos/{photo.pk}/captions/"),
        stranger_client.put(f"/api/photos/{photo.pk}/captions/", {"text": "x"}),
        stranger_client.patch(url(draft), {"action": "accept"}),
        stranger_client.delete(url(draft)),
        stranger_client.post("/api/photosedit/savecaption/", {**hash_only, "caption": "x"}),
        stranger_client.post("/api/photosedit/generateim2txt/", hash_only),
    ):
        assert answer.status_code == 404
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_row_of_another_photo_is_not_found(owner_client: APIClient, owner: User, draft: Caption) -> None:
    other = make_photo(owner, name="b")
    answer = owner_client.patch(f"/api/photos/{other.pk}/captions/{draft.pk}/", {"action": "accept"})
    assert answer.status_code == 404


def test_any_earlier_caption_comes_back(owner_client: APIClient, photo: Photo, draft: Caption) -> None:
    url_of_all = f"/api/photos/{photo.pk}/captions/"
    first = owner_client.put(url_of_all, {"text": "First #one"}).json()["id"]
    owner_client.put(url_of_all, {"text": "Second"})
    merged = owner_client.patch(url(draft), {"action": "merge", "text": "Third"}).json()["id"]
    for wanted in (first, draft.pk, merged):
        answer = owner_client.patch(f"{url_of_all}{wanted}/", {"action": "restore"})
        assert (answer.status_code, answer.json()["state"]) == (200, "accepted")
        assert ledger(owner_client, photo)["current"]["id"] == wanted
    assert photo.captions.count() == 4
    assert photo.captions.filter(state="accepted").count() == 1
