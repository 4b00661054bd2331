"""PATCH /api/albums/thing/{id}/: another name for a hashtag, in every caption that says it."""

import pytest
from rest_framework.test import APIClient

from api.actions.captions import caption_write
from api.jobs.hashtags import rename
from api.models import AlbumThing, Job, Photo, User
from api.models.job import JobState
from api.selectors.captions import caption_current
from tests.factories import make_photo

pytestmark = pytest.mark.django_db


def text(photo: Photo) -> str:
    current = caption_current(photo)
    assert current is not None
    return current.text


def titles(owner: User) -> dict[str, int]:
    return {album.title: album.photos.count() for album in AlbumThing.objects.filter(owner=owner)}


def ask(client: APIClient, owner: User, key: str, title: str) -> Job:
    album = AlbumThing.objects.get(owner=owner, key=key)
    answer = client.patch(f"/api/albums/thing/{album.pk}/", {"title": title, "rewrite_captions": True})
    assert answer.status_code == 202, answer.content
    job = Job.objects.get(job_id=answer.json()["job_id"])
    rename(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.error
    return job


@pytest.fixture
def photos(owner: User) -> list[Photo]:
    texts = ["A #Dog, a #dogs.", "Two: #DOG #dog", "No tag: dog", "#lake"]
    photos = [make_photo(owner, name=str(number)) for number in range(len(texts))]
    for photo, caption in zip(photos, texts, strict=True):
        caption_write(photo=photo, author=owner, text=caption)
    return photos


def test_captions_say_the_new_tag(owner: User, owner_client: APIClient, photos: list[Photo]) -> None:
    job = ask(owner_client, owner, "dog", "#Hündchen")
    assert job.result["rewritten"] == 2
    assert [text(photo) for photo in photos] == [
        "A #Hündchen, a #dogs.",
        "Two: #Hündchen #Hündchen",
        "No tag: dog",
        "#lake",
    ]
    assert titles(owner) == {"Hündchen": 2, "dogs": 1, "lake": 1}


def test_what_a_person_wrote_can_be_restored(owner: User, owner_client: APIClient, photos: list[Photo]) -> None:
    ask(owner_client, owner, "dog", "cat")
    earlier = photos[0].captions.get(text="A #Dog, a #dogs.")
    assert earlier.state == "superseded"
    current = caption_current(photos[0])
    assert current is not None
    assert current.context == {"renamed_tag": {"from": "dog", "to": "cat"}}
    answer = owner_client.patch(f"/api/photos/{photos[0].pk}/captions/{earlier.pk}/", {"action": "restore"})
    assert answer.json()["state"] == "accepted"
    assert text(photos[0]) == "A #Dog, a #dogs."
    assert titles(owner)["Dog"] == 1


def test_two_tags_become_one(owner: User, owner_client: APIClient, photos: list[Photo]) -> None:
    ask(owner_client, owner, "dog", "lake")
    assert titles(owner) == {"lake": 3, "dogs": 1}


def test_another_spelling(owner: User, owner_client: APIClient, photos: list[Photo]) -> None:
    ask(owner_client, owner, "dog", "DOG")
    assert text(photos[0]) == "A #DOG, a #dogs."
    assert titles(owner)["DOG"] == 2


def test_the_same_again_changes_nothing(owner: User, owner_client: APIClient, photos: list[Photo]) -> None:
    job = ask(owner_client, owner, "dog", "cat")
    before = photos[0].captions.count()
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED)
    rename(job.pk)
    assert photos[0].captions.count() == before


def test_only_when_asked_for_and_only_a_tag(owner: User, owner_client: APIClient, photos: list[Photo]) -> None:
    url = f"/api/albums/thing/{AlbumThing.objects.get(key='dog').pk}/"
    answer = owner_client.patch(url, {"title": "cat"})
    assert (answer.status_code, answer.json()["code"]) == (400, "captions_unchanged")
    for wrong in ("two words", "", "#", "a#b", "a-b", "x" * 81):
        assert owner_client.patch(url, {"title": wrong, "rewrite_captions": True}).status_code == 400, wrong
    assert not Job.objects.exists()


def test_nobody_elses(
    owner: User, stranger: User, stranger_client: APIClient, anonymous: APIClient, photos: list[Photo]
) -> None:
    url = f"/api/albums/thing/{AlbumThing.objects.get(key='dog').pk}/"
    body = {"title": "cat", "rewrite_captions": True}
    assert anonymous.patch(url, body).status_code == 401
    assert stranger_client.patch(url, body).status_code == 404
    theirs = make_photo(stranger, name="theirs")
    caption_write(photo=theirs, author=stranger, text="#dog")
    assert text(theirs) == "#dog"
