"""The only code that opens, advances and closes a Job row."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import Q
from django.utils import timezone

from api.errors import DomainError
from api.models import Job
from api.models.job import JobState

logger = logging.getLogger(__name__)
HEARTBEAT_S = 5.0


class JobNotOursError(Exception):
    """The row is gone, has ended, or another worker is at it: there is nothing to do."""


class JobCancelled(Exception):  # noqa: N818 - not an error
    """Somebody cancelled or removed the job."""


class JobRun:
    """What a running job may say about itself."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.result: dict[str, Any] = dict(job.result)

    def target(self, count: int, *, done: int = 0) -> None:
        """Set how many steps there are, `done` of them already; else what an earlier attempt did is counted anew."""
        self._update(progress_target=count, progress_current=done)

    def advance(self, current: int) -> None:
        """Say how many steps are done. Raises JobCancelled when the job should stop."""
        self._update(progress_current=current, result=self.result)

    def check(self) -> None:
        """Raise JobCancelled when the job should stop. Reads one row: cheap enough for several times a second."""
        if not Job.objects.filter(pk=self.job.pk, state=JobState.RUNNING).exists():
            raise JobCancelled

    def count(self, name: str) -> None:
        """Count one more of `name` in the result, for example a reason why a file was skipped."""
        self.result[name] = self.result.get(name, 0) + 1

    def _update(self, **values: Any) -> None:
        if not Job.objects.filter(pk=self.job.pk, state=JobState.RUNNING).update(**values):
            raise JobCancelled


@contextmanager
def run_job(job_pk: int) -> Iterator[JobRun]:
    """Take the job, run the block, close the row whatever happens.

    Raises JobNotOursError when another worker is at it. A DomainError closes the row as failed with its sentence, any
    other exception as failed with a pointer to the log, and is raised again so that the queue records it.
    """
    job = _claim(job_pk)
    run = JobRun(job)
    stop = threading.Event()
    threading.Thread(target=_beat, args=(job_pk, stop), name="job-heartbeat", daemon=True).start()
    try:
        yield run
    except JobCancelled:
        _close(run, JobState.CANCELLED)
    except DomainError as error:
        _close(run, JobState.FAILED, error.detail, error.code)
    except BaseException:
        _close(run, JobState.FAILED, "An unexpected error; the worker's log says which.", "server_error")
        raise
    else:
        _close(run, JobState.DONE)
    finally:
        stop.set()


def _claim(job_pk: int) -> Job:
    now = timezone.now()
    free = Q(state=JobState.QUEUED) | Q(
        state=JobState.RUNNING, heartbeat_at__lt=now - timedelta(seconds=6 * HEARTBEAT_S)
    )
    if not Job.objects.filter(free, pk=job_pk).update(
        state=JobState.RUNNING, started_at=now, heartbeat_at=now, finished_at=None, error="", error_code=""
    ):
        raise JobNotOursError
    return Job.objects.get(pk=job_pk)


def _close(run: JobRun, state: JobState, error: str = "", error_code: str = "") -> None:
    """Close only a row that runs: what a person cancelled stays cancelled."""
    Job.objects.filter(pk=run.job.pk, state=JobState.RUNNING).update(
        state=state, finished_at=timezone.now(), error=error, error_code=error_code, result=run.result
    )


def _beat(job_pk: int, stop: threading.Event) -> None:
    while not stop.wait(HEARTBEAT_S):
        try:
            Job.objects.filter(pk=job_pk, state=JobState.RUNNING).update(heartbeat_at=timezone.now())
        except DatabaseError as error:  # locked or away for a while: the next one tells it
            logger.warning("job %s gave no sign of life: %s", job_pk, error)
        finally:
            connection.close()
