"""Drafts for many photos when pictures are broken, the service is slow, or somebody is faster."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from pytest_django import Settings

from api.actions import draft_batch
from api.actions.captions import caption_write
from api.actions.draft_many import draft_many_start
from api.actions.jobs import job_cancel
from api.actions.model_use import memory_use
from api.clients.caption import CaptionAnswer, caption_images
from api.errors import ServiceUnavailableError
from api.jobs.captions import draft_many
from api.lib.thumbnails import thumbnail_path
from api.lib.turns import Turns
from api.models import AlbumUser, Caption, Job, Photo, User
from api.models.job import JobState
from api.selectors.draft_scope import DraftScope
from tests.factories import make_picture_photo
from tests.service.conftest import write_fake
from tests.service.harness import PATIENCE_S, Service, eventually, running

pytestmark = pytest.mark.django_db
SAMPLES = ("cat.jpg", "astronaut.jpg", "photographer.jpg")


@pytest.fixture
def photos(owner: User) -> list[Photo]:
    return [make_picture_photo(owner, sample=sample) for sample in SAMPLES]


@pytest.fixture
def fake(tmp_path: Path, settings: Settings) -> Iterator[Service]:
    """A captioner that takes ten minutes, in place of the bundled one; it notes what it does."""
    write_fake(tmp_path, "bundled", caption_s=600)
    settings.SERVICE_TIMEOUT_S = 600.0
    with running("tests.service.fake_family", WEIGHTS_DIR=tmp_path) as service:
        settings.SERVICE_URLS = {**settings.SERVICE_URLS, "im2txt": service.url}
        yield service


def drafted() -> set[str]:
    return set(Caption.objects.filter(state="draft").values_list("photo_id", flat=True))


def run(owner: User, scope: DraftScope | None = None) -> Job:
    job = draft_many_start(user=owner, scope=scope)
    draft_many(job.pk)
    job.refresh_from_db()
    return job


def test_a_broken_picture_fails_alone(owner: User, photos: list[Photo], captioner: str) -> None:
    thumbnail_path(django_settings.MEDIA_DIR, "thumbnails_big", photos[1].pk).write_bytes(b"no picture")
    job = run(owner)
    assert (job.state, job.error) == (JobState.DONE, "")
    assert (job.result["drafted"], job.result["skipped"]) == (2, {"service_bad_image": 1})
    assert job.result["examples"][0]["photo"] == photos[1].pk
    assert drafted() == {photos[0].pk, photos[2].pk}
    assert (job.progress_current, job.progress_target) == (3, 3)


def test_no_more_at_once_than_the_service_takes(
    owner: User, photos: list[Photo], settings: Settings, tmp_path: Path
) -> None:
    write_fake(tmp_path, "bundled")
    with running("tests.service.fake_family", WEIGHTS_DIR=tmp_path, MAX_BATCH=1) as service:
        settings.SERVICE_URLS = {**settings.SERVICE_URLS, "im2txt": service.url}
        assert run(owner).result["drafted"] == 3


def test_all_together_in_one_request(owner: User, photos: list[Photo], settings: Settings, tmp_path: Path) -> None:
    write_fake(tmp_path, "bundled")
    with running("tests.service.fake_family", WEIGHTS_DIR=tmp_path) as service:
        settings.SERVICE_URLS = {**settings.SERVICE_URLS, "im2txt": service.url}
        assert run(owner).result["drafted"] == 3
    assert (tmp_path / "bundled" / "trace.txt").read_text().count("captioning 3") == 1


def test_what_takes_too_long_together_is_asked_in_parts(
    owner: User, photos: list[Photo], captioner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = []

    def never_two(images: list[bytes], **options: object) -> list[CaptionAnswer]:
        sizes.append(len(images))
        if len(images) > 1:
            raise ServiceUnavailableError("Too slow.", code="service_timeout")
        return caption_images(images, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(draft_batch, "caption_images", never_two)
    assert run(owner).result["drafted"] == 3
    assert sizes == [3, 1, 2, 1, 1]


@pytest.mark.django_db(transaction=True)
def test_it_stops_when_asked(owner: User, photos: list[Photo], fake: Service, tmp_path: Path) -> None:
    """Within a second on an idle machine, though an answer takes longer than this test lasts; the model stops too."""
    job = draft_many_start(user=owner)
    worker = threading.Thread(target=lambda: (draft_many(job.pk), connection.close()))
    worker.start()
    trace = tmp_path / "bundled" / "trace.txt"
    eventually(trace.exists)
    job_cancel(job=job)
    worker.join(PATIENCE_S)
    assert not worker.is_alive()
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert drafted() == set()
    eventually(lambda: "stopped" in trace.read_text())


@pytest.mark.django_db(transaction=True)
def test_it_stops_while_it_waits_for_memory(
    owner: User, photos: list[Photo], settings: Settings, tmp_path: Path
) -> None:
    """Others have all of it, and would be waited for longer than this test lasts."""
    settings.DATA_DIR = tmp_path
    settings.MEMORY_WAIT_S = 600.0
    settings.SITE_SETTING_OVERRIDES = {**settings.SITE_SETTING_OVERRIDES, "MEMORY_BUDGET": "300 MB"}
    job = draft_many_start(user=owner)
    with memory_use("others", 300 * 10**6, label="Others"):
        worker = threading.Thread(target=lambda: (draft_many(job.pk), connection.close()))
        worker.start()
        eventually(lambda: has_turn(tmp_path / "turns"))
        job_cancel(job=job)
        worker.join(PATIENCE_S)
        assert not worker.is_alive()
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


def has_turn(folder: Path) -> bool:
    """Return whether somebody keeps the turn, as who waits for memory does."""
    for _ in range(5):
        try:
            with Turns(folder).turn(deadline=time.monotonic()):
                return False
        except TimeoutError:
            time.sleep(0.1)
    return True


def test_a_person_who_is_faster_wins(
    owner: User, photos: list[Photo], captioner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(*arguments: object, **options: object) -> list[CaptionAnswer]:
        caption_write(photo=photos[0], author=owner, text="Mine")
        return caption_images(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(draft_batch, "caption_images", meanwhile)
    job = run(owner)
    assert (job.result["drafted"], job.result["skipped"]) == (2, {"not_needed": 1})
    assert photos[0].pk not in drafted()


def test_an_album(owner: User, stranger: User, photos: list[Photo], captioner: str) -> None:
    album = AlbumUser.objects.create(owner=owner, title="Cats")
    album.photos.add(photos[0])
    assert run(owner, DraftScope(album_kind="user", album_id=album.pk)).result["drafted"] == 1
    assert drafted() == {photos[0].pk}
    assert photos[1].album_date is not None
    assert run(owner, DraftScope(album_kind="date", album_id=photos[1].album_date.pk)).result["drafted"] == 2


def test_drafts_of_another_model_are_made_anew(owner: User, photos: list[Photo], captioner: str) -> None:
    """Not those of photos that somebody decided on, and the old ones stay in the ledger."""
    for photo in photos:
        Caption.objects.create(photo=photo, text="an old draft", model_id="older")
    caption_write(photo=photos[0], author=owner, text="Mine")
    Caption.objects.create(photo=photos[1], text="a draft of a third one", model_id="third")
    job = run(owner, DraftScope(redo_model="older"))
    assert job.result["drafted"] == 1
    rows = list(photos[2].captions.order_by("pk").values_list("model_id", "state"))
    assert rows == [("older", "superseded"), ("bundled", "draft")]
    assert Caption.objects.filter(model_id="older", state="draft").count() == 2


def test_a_job_of_hours_takes_turns(
    owner: User, photos: list[Photo], captioner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queue ends a task after an hour; what was drafted counts on, and so does the progress."""
    monkeypatch.setattr(draft_batch, "BATCH", 1)
    monkeypatch.setattr("api.jobs.turns.TURN_S", 0.0)
    job = draft_many_start(user=owner)
    for _ in range(10):
        draft_many(job.pk)
        job.refresh_from_db()
        if job.state == JobState.DONE:
            break
        assert job.state == JobState.QUEUED
        monkeypatch.setattr("api.jobs.turns.TURN_S", 60.0)
    assert (job.state, job.result["drafted"]) == (JobState.DONE, 3)
    assert (job.progress_current, job.progress_target) == (3, 3)
    assert Caption.objects.count() == 3
