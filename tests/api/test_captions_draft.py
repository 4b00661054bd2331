"""POST /api/photos/{hash}/captions/: drafts of the real captioner with the bundled model."""

import json
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from api.models import Caption, Face, Person, Photo, User
from api.models.caption import CaptionState
from api.models.photo import MediaType, PhotoState
from tests.factories import make_photo, make_picture_photo
from tests.processes import eventually, free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(owner: User) -> Photo:
    return make_picture_photo(owner)


def url(photo: Photo) -> str:
    return f"/api/photos/{photo.pk}/captions/"


def test_it_works(owner_client: APIClient, photo: Photo, captioner: str) -> None:
    answer = owner_client.post(url(photo), {"count": 2})

    assert answer.status_code == 200, answer.content
    drafts = answer.json()["drafts"]
    assert 1 <= len(drafts) <= 2
    assert answer.json()["current"] is None
    first = drafts[0]
    assert first["state"] == "draft"
    assert first["author"] is None
    assert first["model"]["id"] == "bundled"
    assert first["text"][0].isupper() and first["text"].endswith(".")
    assert first["scores"]["log_probability"] < 0
    assert Caption.objects.filter(photo=photo).count() == len(drafts)


def test_asking_twice_keeps_one_row_a_text(owner_client: APIClient, photo: Photo, captioner: str) -> None:
    first = owner_client.post(url(photo), {"count": 2}).json()["drafts"]
    second = owner_client.post(url(photo), {"count": 2}).json()["drafts"]

    assert [draft["id"] for draft in first] == [draft["id"] for draft in second]


def test_what_a_person_wrote_stays(owner_client: APIClient, photo: Photo, captioner: str) -> None:
    for text in ("My own words", ""):
        owner_client.put(url(photo), {"text": text})
        answer = owner_client.post(url(photo), {"count": 1})
        assert answer.json()["current"]["text"] == text


def test_a_refused_draft_comes_back_only_when_forced(owner_client: APIClient, photo: Photo, captioner: str) -> None:
    draft = owner_client.post(url(photo), {"count": 1}).json()["drafts"][0]
    owner_client.patch(f"{url(photo)}{draft['id']}/", {"action": "refuse"})

    refused = owner_client.post(url(photo), {"count": 1})
    assert refused.status_code == 409
    assert refused.json()["code"] == "draft_refused"

    forced = owner_client.post(url(photo), {"count": 1, "force": True})
    assert forced.status_code == 200
    assert forced.json()["drafts"][0]["id"] != draft["id"]


def test_another_draft_of_the_same_answer_is_still_offered(
    owner_client: APIClient, photo: Photo, captioner: str
) -> None:
    drafts = owner_client.post(url(photo), {"count": 3}).json()["drafts"]
    if len(drafts) < 2:
        pytest.fail("the bundled model gave no alternatives")
    owner_client.patch(f"{url(photo)}{drafts[0]['id']}/", {"action": "refuse"})

    again = owner_client.post(url(photo), {"count": 3}).json()["drafts"]
    assert [draft["id"] for draft in again] == [draft["id"] for draft in drafts[1:]]


@pytest.mark.django_db(transaction=True)
def test_as_events(owner_client: APIClient, photo: Photo, captioner: str) -> None:
    answer = owner_client.post(url(photo), {"count": 2}, headers={"accept": "text/event-stream"})

    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/event-stream"
    events = _events(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    names = [name for name, _data in events]
    assert names[0] == "status" and names[-1] == "done"
    drafts = [data for name, data in events if name == "draft"]
    done = events[-1][1]
    assert (done["count"], done["order"]) == (len(drafts), [draft["id"] for draft in drafts])
    assert done["rewrite"]["state"] == "off"
    assert {draft["id"] for draft in drafts} == set(Caption.objects.values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_drafts_are_kept_when_the_reader_leaves(owner_client: APIClient, photo: Photo, captioner: str) -> None:
    answer = owner_client.post(url(photo), {"count": 1}, headers={"accept": "text/event-stream"})
    stream = iter(answer.streaming_content)  # type: ignore[attr-defined]
    next(stream)
    answer.close()

    eventually(Caption.objects.filter(photo=photo, state=CaptionState.DRAFT).exists)


@pytest.mark.django_db(transaction=True)
def test_a_service_that_is_down_as_event(owner_client: APIClient, photo: Photo, settings: Settings) -> None:
    settings.SERVICE_URLS = {**settings.SERVICE_URLS, "im2txt": f"http://127.0.0.1:{free_port()}"}
    answer = owner_client.post(url(photo), {}, headers={"accept": "text/event-stream"})
    events = _events(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    assert events[-1][0] == "error"
    assert events[-1][1]["code"] == "service_down"


def test_a_service_that_is_down(owner_client: APIClient, photo: Photo, settings: Settings) -> None:
    settings.SERVICE_URLS = {**settings.SERVICE_URLS, "im2txt": f"http://127.0.0.1:{free_port()}"}
    owner_client.put(url(photo), {"text": "Mine"})

    answer = owner_client.post(url(photo), {})

    assert answer.status_code == 503
    assert answer.json()["code"] == "service_down"
    assert answer["Retry-After"]
    assert owner_client.get(url(photo)).json()["current"]["text"] == "Mine"


def test_switched_off(owner_client: APIClient, photo: Photo, settings: Settings) -> None:
    settings.SITE_SETTING_OVERRIDES = {"CAPTIONING_MODEL": "none"}
    for accept in ("application/json", "text/event-stream"):
        answer = owner_client.post(url(photo), {}, headers={"accept": accept})
        assert answer.status_code == 409
        assert answer.json()["code"] == "captioning_off"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"media_type": MediaType.VIDEO}, "photo_is_video"),
        ({"state": PhotoState.PROCESSING}, "photo_processing"),
        ({"state": PhotoState.BROKEN, "problem": "It is cut off."}, "photo_broken"),
    ],
)
def test_nothing_to_draft_from(owner_client: APIClient, owner: User, values: dict[str, str], code: str) -> None:
    answer = owner_client.post(url(make_photo(owner, **values)), {})
    assert answer.status_code == 409
    assert answer.json()["code"] == code


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"count": 0}, "count"),
        ({"count": 99}, "count"),
        ({"count": "many"}, "count"),
        ({"options": {"num_beams": 0}}, "options.num_beams"),
        ({"options": "fast"}, "options"),
    ],
)
def test_bad_input(owner_client: APIClient, photo: Photo, body: dict[str, object], field: str) -> None:
    answer = owner_client.post(url(photo), body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].startswith(field)


def test_anonymous_is_refused(anonymous: APIClient, photo: Photo) -> None:
    assert anonymous.post(url(photo), {}).status_code == 401


def test_a_stranger_finds_nothing(stranger_client: APIClient, photo: Photo) -> None:
    assert stranger_client.post(url(photo), {}).status_code == 404


def _events(body: bytes) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for block in body.decode().strip().split("\n\n"):
        if block.startswith(":"):
            continue
        name, data = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def test_what_is_known_is_said(owner_client: APIClient, owner: User, captioner: str) -> None:
    """The place of the photo closes the sentence, without any network; the plain sentence is offered too."""
    photo = make_picture_photo(owner, gps_lat=38.7139, gps_lon=-9.1394)
    drafts = owner_client.post(url(photo), {"count": 1}).json()["drafts"]

    assert [draft["text"].endswith(" in Lisbon, Portugal.") for draft in drafts] == [True, False]
    assert drafts[0]["context"]["place"] == "in Lisbon, Portugal"
    captions = owner_client.get(f"/api/photos/{photo.pk}/").json()["captions_json"]
    assert captions["im2txt"] == drafts[0]["text"]


def test_who_is_known_is_named(owner_client: APIClient, owner: User, captioner: str) -> None:
    photo = make_picture_photo(owner)
    for name, left in (("Bea", 0.6), ("Ada", 0.1)):
        person = Person.objects.create(owner=owner, name=name)
        Face.objects.create(photo=photo, person=person, left=left, top=0.1, width=0.2, height=0.2)

    text = owner_client.post(url(photo), {"count": 1}).json()["drafts"][0]["text"]
    assert "Ada and Bea" in text

    owner.llm_settings = {**owner.llm_settings, "add_person": False}
    owner.save()
    text = owner_client.post(url(photo), {"count": 1}).json()["drafts"][0]["text"]
    assert "Ada" not in text


def test_by_a_named_model(owner_client: APIClient, photo: Photo, captioner: str, settings: Settings) -> None:
    """Also while another one, or none, is in use; what is not there is not fetched for it."""
    settings.SITE_SETTING_OVERRIDES = {"CAPTIONING_MODEL": "none"}
    named = owner_client.post(url(photo), {"count": 1, "model": "bundled"})
    assert named.status_code == 200, named.content
    assert named.json()["drafts"][0]["model"]["id"] == "bundled"

    missing = owner_client.post(url(photo), {"model": "blip-base"})
    assert (missing.status_code, missing.json()["code"]) == (409, "model_missing")
    for wrong in ("unknown", "bundled-scorer"):
        assert owner_client.post(url(photo), {"model": wrong}).status_code == 400


def test_how_well_they_fit_is_kept(
    owner_client: APIClient, owner: User, captioner: str, scorer: str, settings: Settings
) -> None:
    """CLIPScore of the chosen scorer for each draft, without its place: the plain one and that with it score alike."""
    settings.SITE_SETTING_OVERRIDES = {"CLIP_MODEL": "bundled-scorer"}
    photo = make_picture_photo(owner, gps_lat=38.7139, gps_lon=-9.1394)
    owner_client.post(url(photo), {"count": 1})
    ledger = owner_client.get(url(photo)).json()["results"]
    scores = [row["scores"]["clip"] for row in ledger]
    assert len(scores) == 2
    assert scores[0] == pytest.approx(scores[1], abs=1e-4)


def test_a_scorer_that_is_down_matters_to_no_draft(
    owner_client: APIClient, photo: Photo, captioner: str, settings: Settings
) -> None:
    settings.SITE_SETTING_OVERRIDES = {"CLIP_MODEL": "bundled-scorer"}
    settings.SERVICE_URLS = {**settings.SERVICE_URLS, "clip_score": f"http://127.0.0.1:{free_port()}"}
    drafts = owner_client.post(url(photo), {"count": 1}).json()["drafts"]
    assert "clip" not in drafts[0]["scores"]
