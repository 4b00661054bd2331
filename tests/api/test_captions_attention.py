"""GET /api/photos/{hash}/captions/{id}/attention/: where the real captioner with the bundled model looked."""

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from api.models import Caption, Photo, User
from tests.factories import make_picture_photo
from tests.processes import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(owner: User) -> Photo:
    return make_picture_photo(owner)


def url(photo: Photo, caption_id: int) -> str:
    return f"/api/photos/{photo.pk}/captions/{caption_id}/attention/"


def drafted(client: APIClient, photo: Photo, **wanted: object) -> dict[str, object]:
    answer = client.post(f"/api/photos/{photo.pk}/captions/", {"count": 1, **wanted}, format="json")
    assert answer.status_code == 200, answer.content
    draft: dict[str, object] = answer.json()["drafts"][0]
    return draft


@pytest.mark.parametrize("wanted", [{}, {"count": 5}, {"options": {"num_beams": 1}}, {"options": {"max_words": 5}}])
def test_it_works(owner_client: APIClient, photo: Photo, captioner: str, wanted: dict[str, object]) -> None:
    draft = drafted(owner_client, photo, **wanted)
    assert draft["model"]["explains"] is True  # type: ignore[index]
    answer = owner_client.get(url(photo, int(str(draft["id"]))))

    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert (body["text"], body["exact"]) == (draft["text"], True)
    assert " ".join(word["text"] for word in body["words"]).lower() in str(draft["text"]).lower()
    for word in body["words"]:
        assert 0 < word["probability"] <= 1
        assert sum(map(sum, word["attention"])) == pytest.approx(1, abs=1e-3)
        assert len({len(row) for row in word["attention"]}) == 1


def test_a_draft_with_names_shows_the_models_own_sentence(
    owner_client: APIClient, photo: Photo, captioner: str
) -> None:
    draft = drafted(owner_client, photo)
    row = Caption.objects.get(pk=int(str(draft["id"])))
    Caption.objects.filter(pk=row.pk).update(text=row.text.rstrip(".") + ", with Ann in Rome, Italy.")

    body = owner_client.get(url(photo, row.pk)).json()

    assert (body["text"], body["exact"]) == (row.text, False)


def test_another_text_is_not_explained_by_force(owner_client: APIClient, photo: Photo, captioner: str) -> None:
    row = Caption.objects.create(photo=photo, text="Nine penguins dance.", model_id="bundled", model_revision="1")
    answer = owner_client.get(url(photo, row.pk))
    assert (answer.status_code, answer.json()["code"]) == (409, "draft_not_found_again")


@pytest.mark.parametrize(
    ("model_id", "code"),
    [("", "not_a_draft"), ("gone", "model_missing"), ("bundled-scorer", "attention_unsupported")],
)
def test_only_a_models_draft_has_an_explanation(
    owner_client: APIClient, owner: User, photo: Photo, model_id: str, code: str
) -> None:
    row = Caption.objects.create(photo=photo, text="Mine.", model_id=model_id, author=None if model_id else owner)
    answer = owner_client.get(url(photo, row.pk))
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    ledger = owner_client.get(f"/api/photos/{photo.pk}/captions/").json()["results"]
    assert ledger[0]["model"] is None or ledger[0]["model"]["explains"] is False


def test_a_service_that_is_down_is_said(owner_client: APIClient, photo: Photo, settings: Settings) -> None:
    settings.SERVICE_URLS = {**settings.SERVICE_URLS, "im2txt": f"http://127.0.0.1:{free_port()}"}
    row = Caption.objects.create(photo=photo, text="A man.", model_id="bundled")
    answer = owner_client.get(url(photo, row.pk))
    assert (answer.status_code, answer.json()["code"]) == (503, "service_down")


def test_a_stranger_finds_nothing(stranger_client: APIClient, anonymous: APIClient, photo: Photo) -> None:
    row = Caption.objects.create(photo=photo, text="A man.", model_id="bundled")
    assert stranger_client.get(url(photo, row.pk)).status_code == 404
    assert anonymous.get(url(photo, row.pk)).status_code == 401
