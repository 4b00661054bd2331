"""Drafts for many photos in one job, by the real captioner."""

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from api.actions import draft_batch
from api.actions.captions import caption_write
from api.actions.draft_many import draft_many_start
from api.jobs.captions import draft_many
from api.models import Caption, Job, User
from api.models.job import JobState
from api.models.photo import MediaType
from api.selectors.draft_scope import DraftScope
from tests.factories import make_photo, make_picture_photo
from tests.processes import free_port

pytestmark = pytest.mark.django_db


def test_only_what_has_no_caption(owner: User, stranger: User, captioner: str) -> None:
    bare = make_picture_photo(owner, sample="cat.jpg")
    written = make_picture_photo(owner, sample="astronaut.jpg")
    cleared = make_picture_photo(owner, sample="photographer.jpg")
    make_photo(owner, name="video", media_type=MediaType.VIDEO)
    make_photo(owner, name="no preview yet")
    make_picture_photo(stranger, sample="cat.jpg")
    caption_write(photo=written, author=owner, text="Mine")
    caption_write(photo=cleared, author=owner, text="")

    job = draft_many_start(user=owner)
    draft_many(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    assert (job.result["drafted"], job.result["skipped"]) == (1, {"photo_processing": 1})
    assert job.result["examples"][0]["reason"].startswith("The photo's picture is not ready")
    assert (job.progress_current, job.progress_target) == (2, 2)
    assert list(Caption.objects.filter(state="draft").values_list("photo_id", flat=True)) == [bare.pk]


def test_again_drafts_nothing_twice(owner: User, captioner: str) -> None:
    make_picture_photo(owner)
    for _ in range(2):
        draft_many(draft_many_start(user=owner).pk)
    assert Caption.objects.count() == 1


def test_a_selection(owner: User, captioner: str) -> None:
    wanted = make_picture_photo(owner, sample="cat.jpg")
    make_picture_photo(owner, sample="astronaut.jpg")
    draft_many(draft_many_start(user=owner, scope=DraftScope(image_hashes=(wanted.pk, "unknown"))).pk)
    assert list(Caption.objects.values_list("photo_id", flat=True)) == [wanted.pk]


def test_a_service_that_stays_away_fails_the_job(
    owner: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SERVICE_URLS = {**settings.SERVICE_URLS, "im2txt": f"http://127.0.0.1:{free_port()}"}
    monkeypatch.setattr(draft_batch, "FIRST_WAIT_S", 0.0)
    make_picture_photo(owner)
    job = draft_many_start(user=owner)
    draft_many(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "cannot be reached" in job.error


def test_the_route(owner_client: APIClient, anonymous: APIClient, owner: User, settings: Settings) -> None:
    assert anonymous.post("/api/captions/draft/", {}).status_code == 401

    answer = owner_client.post("/api/captions/draft/", {})
    assert answer.status_code == 202, answer.content
    assert str(Job.objects.get().job_id) == answer.json()["job_id"]
    again = owner_client.post("/api/captions/draft/", {})
    assert (again.status_code, again.json()["code"]) == (409, "job_running")

    assert owner_client.post("/api/captions/draft/", {"image_hashes": "x"}).status_code == 400
    settings.SITE_SETTING_OVERRIDES = {"CAPTIONING_MODEL": "none"}
    assert owner_client.post("/api/captions/draft/", {}).json()["code"] == "captioning_off"
