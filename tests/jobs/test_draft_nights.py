"""Drafts at night, by a clock that the tests set."""

from datetime import UTC, datetime, timedelta

import pytest
from constance import config
from django.utils import timezone
from pytest_django import Settings

from api.actions import draft_batch
from api.actions.draft_many import draft_many_start
from api.actions.draft_nights import draft_nights_start
from api.actions.jobs import job_cancel
from api.clients.caption import CaptionAnswer, caption_images
from api.jobs.captions import draft_many
from api.models import Caption, Job, User
from api.models.job import JobState
from tests.factories import make_picture_photo
from tests.processes import free_port

pytestmark = pytest.mark.django_db


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 5, 10, 12, 0, tzinfo=UTC)

    def at(self, text: str) -> None:
        self.now = datetime.fromisoformat(f"2026-05-{text}:00+00:00")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


@pytest.fixture
def sleeper(owner: User, clock: Clock) -> User:
    """In Berlin, where the night is from 23:00 to 04:00 UTC; with a photo."""
    owner.draft_at_night, owner.default_timezone = True, "Europe/Berlin"
    owner.save()
    make_picture_photo(owner, sample="cat.jpg")
    return owner


def last_job() -> Job:
    return Job.objects.order_by("-pk")[0]


def run_tonight() -> Job:
    assert draft_nights_start() == 1
    draft_many(last_job().pk)
    return last_job()


def test_only_at_night(sleeper: User, clock: Clock, captioner: str) -> None:
    for day in ("10T12:00", "10T22:59", "11T04:00"):
        clock.at(day)
        assert draft_nights_start() == 0
    clock.at("11T00:00")
    job = run_tonight()
    assert (job.state, job.result["drafted"]) == (JobState.DONE, 1)
    assert Caption.objects.count() == 1


def test_only_who_wants_it_and_has_photos(sleeper: User, stranger: User, clock: Clock) -> None:
    make_picture_photo(stranger)
    clock.at("11T00:00")
    sleeper.photos.all().delete()
    assert draft_nights_start() == 0


def test_the_hours_are_the_administrators(sleeper: User, clock: Clock) -> None:
    config.NIGHT_START, config.NIGHT_END = "13:30", "14:30"
    clock.at("10T11:00")  # 13:00 in Berlin
    assert draft_nights_start() == 0
    clock.at("10T12:00")
    assert draft_nights_start() == 1
    assert last_job().parameters["until"] == "2026-05-10T14:30:00+02:00"


def test_a_job_ends_with_the_night_and_the_next_one_goes_on(
    sleeper: User, clock: Clock, captioner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_picture_photo(sleeper, sample="astronaut.jpg")
    monkeypatch.setattr(draft_batch, "BATCH", 1)

    def slowly(*arguments: object, **options: object) -> list[CaptionAnswer]:
        clock.now += timedelta(hours=3)
        return caption_images(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(draft_batch, "caption_images", slowly)
    clock.at("11T01:30")
    job = run_tonight()
    assert (job.state, job.result["drafted"]) == (JobState.DONE, 1)
    assert job.result["ended"].startswith("The night is over")
    assert (job.progress_current, job.progress_target) == (1, 2)
    assert draft_nights_start() == 0

    clock.at("12T00:00")
    job = run_tonight()
    assert (job.result["drafted"], "ended" in job.result) == (1, False)
    assert Caption.objects.values("photo").distinct().count() == Caption.objects.count() == 2


def test_once_a_night_unless_photos_came(sleeper: User, clock: Clock, captioner: str) -> None:
    clock.at("10T23:30")
    run_tonight()
    clock.at("11T01:00")
    assert draft_nights_start() == 0
    make_picture_photo(sleeper, sample="astronaut.jpg")
    clock.at("11T01:10")
    assert run_tonight().result["drafted"] == 1


def test_what_was_cancelled_stays_so_for_the_night(sleeper: User, clock: Clock) -> None:
    clock.at("10T23:30")
    assert draft_nights_start() == 1
    assert draft_nights_start() == 0
    job_cancel(job=last_job())
    clock.at("11T03:00")
    assert draft_nights_start() == 0
    clock.at("11T23:30")
    assert draft_nights_start() == 1


def test_a_service_that_is_away_is_tried_again_later(
    sleeper: User, clock: Clock, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SERVICE_URLS = {**settings.SERVICE_URLS, "im2txt": f"http://127.0.0.1:{free_port()}"}
    monkeypatch.setattr(draft_batch, "FIRST_WAIT_S", 0.0)
    clock.at("10T23:30")
    assert run_tonight().state == JobState.FAILED
    clock.at("10T23:40")
    assert draft_nights_start() == 0
    clock.at("10T23:46")
    assert draft_nights_start() == 1


def test_nothing_happens_while_captions_are_off_or_drafted_by_day(
    sleeper: User, clock: Clock, settings: Settings
) -> None:
    clock.at("10T23:30")
    draft_many_start(user=sleeper)
    assert draft_nights_start() == 0
    Job.objects.all().delete()
    settings.SITE_SETTING_OVERRIDES = {"CAPTIONING_MODEL": "none"}
    assert draft_nights_start() == 0
