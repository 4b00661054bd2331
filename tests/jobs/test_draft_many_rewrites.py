"""Drafts for many photos that a language model says differently, for an owner who wants that."""

import threading
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from api.actions import rewrite_many
from api.actions.captions import caption_write
from api.actions.draft_many import draft_many_start
from api.actions.jobs import job_cancel
from api.jobs.captions import draft_many
from api.models import Caption, Job, Photo, User
from api.models.job import JobState
from tests.factories import make_picture_photo
from tests.llm import MODEL_ID, Writer
from tests.processes import PATIENCE_S, eventually, free_port

pytestmark = pytest.mark.django_db
SAMPLES = ("cat.jpg", "astronaut.jpg", "photographer.jpg")


@pytest.fixture
def writer(writer: Writer, settings: Settings) -> Writer:
    """Whatever it adds is let through."""
    settings.SITE_SETTING_OVERRIDES = {**settings.SITE_SETTING_OVERRIDES, "GUARD_ADDED_WORDS": 9}
    writer.say("{sentence} on a fine day.")
    return writer


@pytest.fixture
def photos(owner: User) -> list[Photo]:
    owner.llm_settings = {**owner.llm_settings, "enabled": True}
    owner.save()
    return [make_picture_photo(owner, sample=sample) for sample in SAMPLES]


def run(job: Job) -> Job:
    draft_many(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    assert "to_rewrite" not in job.result
    return job


def test_it_works(owner: User, photos: list[Photo], captioner: str, writer: Writer) -> None:
    job = run(draft_many_start(user=owner))
    assert (job.result["drafted"], job.result["rewritten"]) == (3, {"ok": 3})
    for photo in photos:
        newest, plain = photo.captions.order_by("-pk")
        assert (newest.state, newest.rewriter_id, newest.rewritten_from) == ("draft", MODEL_ID, plain)
        assert newest.text.endswith(" on a fine day.")
        assert (plain.state, plain.rewriter_id) == ("draft", "")
    assert len(writer.asked()) == 3


def test_what_is_held_back_leaves_the_plain_draft(
    owner: User, photos: list[Photo], captioner: str, writer: Writer
) -> None:
    writer.say("Something else altogether.")
    assert run(draft_many_start(user=owner)).result["rewritten"] == {"held_back": 3}
    assert Caption.objects.filter(state="draft", rewriter_id="").count() == 3


def test_only_for_who_wants_it(owner: User, photos: list[Photo], captioner: str, writer: Writer) -> None:
    owner.llm_settings = {**owner.llm_settings, "enabled": False}
    owner.save()
    assert "rewritten" not in run(draft_many_start(user=owner)).result
    assert writer.asked() == []


def test_a_language_model_that_is_away_is_given_up(
    owner: User,
    photos: list[Photo],
    captioner: str,
    writer: Writer,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rewrite_many, "MAX_FAILURES", 2)
    settings.SERVICE_URLS = {**settings.SERVICE_URLS, "llm": f"http://127.0.0.1:{free_port()}"}
    job = run(draft_many_start(user=owner))
    assert (job.result["drafted"], job.result["rewritten"]) == (3, {"service_down": 2})
    assert "cannot be reached" in job.result["rewriting_ended"]
    assert Caption.objects.filter(state="draft").values("photo").distinct().count() == 3


def test_who_takes_over_from_a_killed_worker_rewrites_what_was_left(
    owner: User, photos: list[Photo], captioner: str, writer: Writer
) -> None:
    """It died when the drafts were written, and one of them was rewritten; a person wrote for another one since."""
    left = [Caption.objects.create(photo=photo, text="A cat.", model_id="bundled", language="en") for photo in photos]
    caption_write(photo=photos[1], author=owner, text="Mine")
    job = draft_many_start(user=owner)
    job.result = {"drafted": 3, "rewritten": {"ok": 1}, "to_rewrite": [left[1].pk, left[2].pk, 10**9]}
    job.save()
    assert run(job).result["rewritten"] == {"ok": 2}
    assert set(Caption.objects.filter(rewriter_id=MODEL_ID).values_list("photo_id", flat=True)) == {photos[2].pk}


@pytest.mark.django_db(transaction=True)
def test_it_stops_while_the_model_writes(
    owner: User, photos: list[Photo], captioner: str, writer: Writer, settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    settings.SITE_SETTING_OVERRIDES = {**settings.SITE_SETTING_OVERRIDES, "LLM_TIMEOUT_S": 600.0}
    writer.say("{sentence} on a day that takes its time.", piece_s=1.5)
    job = draft_many_start(user=owner)
    worker = threading.Thread(target=lambda: (draft_many(job.pk), connection.close()))
    worker.start()
    eventually(lambda: bool(writer.asked()))
    job_cancel(job=job)
    worker.join(PATIENCE_S)
    assert not worker.is_alive()
    eventually(lambda: bool(writer.ended()))
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert Caption.objects.filter(state="draft", rewriter_id="").values("photo").distinct().count() == 3
    assert not Caption.objects.exclude(rewriter_id="").exists()
