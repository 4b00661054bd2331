"""The life of a Job row."""

import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_q.models import OrmQ

from api.actions.jobs import job_cancel, job_delete, job_enqueue, jobs_rescue
from api.errors import ConflictError, InvalidError
from api.jobs import runner
from api.jobs.runner import JobNotOursError, run_job
from api.models import Job, User
from api.models.job import JobKind, JobState

pytestmark = pytest.mark.django_db
TASK = "api.jobs.photos.scan"


@pytest.fixture
def job(owner: User) -> Job:
    return job_enqueue(kind=JobKind.SCAN_PHOTOS, user=owner, task=TASK)


def state(job: Job) -> str:
    job.refresh_from_db()
    return job.state


def test_done(job: Job) -> None:
    with run_job(job.pk) as run:
        assert state(job) == JobState.RUNNING
        run.target(2)
        run.count("added")
        run.advance(1)
        run.advance(2)
    assert state(job) == JobState.DONE
    assert (job.progress_current, job.progress_target, job.result) == (2, 2, {"added": 1})
    assert job.started_at and job.finished_at


def test_failed_says_why(job: Job) -> None:
    with run_job(job.pk):
        raise InvalidError("The folder is gone.")
    assert (state(job), job.error, job.error_code) == (JobState.FAILED, "The folder is gone.", "invalid")


def test_an_unexpected_error_is_raised_again(job: Job) -> None:
    with pytest.raises(ZeroDivisionError), run_job(job.pk):
        raise ZeroDivisionError
    assert state(job) == JobState.FAILED
    assert "log" in job.error and job.error_code == "server_error"


def test_cancelled_stops_at_the_next_step(job: Job) -> None:
    steps = 0
    with run_job(job.pk) as run:
        run.advance(1)
        steps += 1
        job_cancel(job=job)
        run.advance(2)
        steps += 1
    assert steps == 1
    assert state(job) == JobState.CANCELLED


def test_a_cancelled_one_never_starts(job: Job) -> None:
    job_cancel(job=job)
    with pytest.raises(JobNotOursError), run_job(job.pk):
        pytest.fail("it started")


def test_an_ended_one_cannot_be_cancelled(job: Job) -> None:
    with run_job(job.pk):
        pass
    with pytest.raises(ConflictError):
        job_cancel(job=job)


def test_removed_while_it_runs(job: Job) -> None:
    with run_job(job.pk) as run:
        job_delete(job=job)
        run.advance(1)
        pytest.fail("it went on")
    assert not Job.objects.exists()


def test_only_one_worker_at_a_time(job: Job) -> None:
    with run_job(job.pk), pytest.raises(JobNotOursError), run_job(job.pk):
        pytest.fail("two at once")


def test_one_whose_place_in_the_queue_is_lost_is_queued_again(job: Job) -> None:
    """As when a worker is killed that had fetched it and not begun."""
    OrmQ.objects.all().delete()
    assert jobs_rescue() == 0
    Job.objects.filter(pk=job.pk).update(queued_at=timezone.now() - timedelta(minutes=11))
    assert jobs_rescue() == 1
    assert OrmQ.objects.count() == 1
    assert jobs_rescue() == 0, "it has just been queued again"
    with run_job(job.pk):
        pass
    assert state(job) == JobState.DONE
    with pytest.raises(JobNotOursError), run_job(job.pk):
        pass


def test_a_lost_one_is_taken_over(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, heartbeat_at=timezone.now() - timedelta(minutes=5))
    assert jobs_rescue() == 1
    assert jobs_rescue() == 0
    with run_job(job.pk):
        pass
    assert state(job) == JobState.DONE


def test_a_busy_database_does_not_end_the_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the job would count as lost half a minute later, and a second worker would begin it."""
    stop, told = threading.Event(), []

    class Busy:
        def filter(self, **_wanted: object) -> "Busy":
            return self

        def update(self, **_values: object) -> None:
            told.append(len(told))
            if len(told) == 1:
                raise OperationalError("database is locked")
            stop.set()

    monkeypatch.setattr(runner, "HEARTBEAT_S", 0.01)
    monkeypatch.setattr(runner, "connection", SimpleNamespace(close=lambda: None))
    monkeypatch.setattr(Job, "objects", Busy())
    runner._beat(1, stop)
    assert told == [0, 1]
