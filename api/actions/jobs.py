"""Start, cancel and rescue jobs. Their progress is written by `api.jobs.runner` alone."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_q.tasks import async_task

from api.errors import ConflictError
from api.models import Job, User
from api.models.job import OPEN_STATES, JobKind, JobState

LOST_AFTER = timedelta(seconds=30)
"""A running job without a sign of life for so long has lost its worker; the runner gives one every 5 seconds."""

WAITED_LONG = timedelta(minutes=10)
"""A job that waits for so long is queued once more: its place in the queue may be lost."""


def job_enqueue(*, kind: JobKind, user: User, task: str, parameters: dict[str, Any] | None = None) -> Job:
    """Make a job row and queue `task` (dotted name, called with the row's id) once the transaction is through."""
    job = Job.objects.create(kind=kind, started_by=user, task=task, parameters=parameters or {})
    transaction.on_commit(lambda: async_task(task, job.pk))
    return job


def job_with_nothing_to_do(*, kind: JobKind, user: User, reason: str) -> Job:
    """Return a job that has ended already, for what clients may ask for and this server does not do."""
    now = timezone.now()
    return Job.objects.create(
        kind=kind, started_by=user, state=JobState.DONE, started_at=now, finished_at=now, result={"reason": reason}
    )


def job_cancel(*, job: Job) -> Job:
    """Ask a job to stop; one that waits never starts. Raises ConflictError when it has ended already."""
    changed = Job.objects.filter(pk=job.pk, state__in=OPEN_STATES).update(
        state=JobState.CANCELLED, finished_at=timezone.now()
    )
    if not changed:
        raise ConflictError("The job has ended already.", code="job_ended")
    job.refresh_from_db()
    return job


def job_give_back(*, job: Job) -> bool:
    """Make a running job wait again, from inside it; True when it should be queued anew, see `job_queue_again`."""
    return bool(Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(state=JobState.QUEUED, heartbeat_at=None))


def job_queue_again(*, job: Job) -> None:
    """Queue a job that `job_give_back` made wait; call it when the job has let go of its row."""
    async_task(job.task, job.pk)


def job_delete(*, job: Job) -> None:
    """Remove the row; a job that still runs is told to stop by that."""
    job.delete()


def jobs_rescue() -> int:
    """Queue again the jobs whose worker died, at work or with the job in its hands. Returns how many.

    Run every minute. A job that was queued twice runs once: the second finds it taken or ended.
    """
    now = timezone.now()
    running = Q(state=JobState.RUNNING, heartbeat_at__lt=now - LOST_AFTER)
    # A killed worker takes what it had fetched with it: the queue gives it out again after an hour, Redis never.
    waiting = Q(heartbeat_at=None, queued_at__lt=now - WAITED_LONG) | Q(heartbeat_at__lt=now - WAITED_LONG)
    rescued = 0
    for job in Job.objects.filter(running | Q(waiting, state=JobState.QUEUED)):
        # Conditional, so that two workers that start at once do not queue it twice. While it waits, `heartbeat_at` is
        # when it was queued again.
        if Job.objects.filter(pk=job.pk, state=job.state, heartbeat_at=job.heartbeat_at).update(
            state=JobState.QUEUED, heartbeat_at=now
        ):
            async_task(job.task, job.pk)
            rescued += 1
    return rescued
