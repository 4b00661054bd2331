"""Jobs, as far as the one who asks may see them: one's own, and for administrators all."""

from django.db.models import Case, QuerySet, Value, When

from api.models import Job, User
from api.models.job import JobState
from api.selectors.one import one_of


def jobs_of(user: User) -> QuerySet[Job]:
    """Return the jobs the user may see, newest first."""
    jobs = Job.objects.select_related("started_by")
    return jobs if user.is_superuser else jobs.filter(started_by=user)


def job_of(user: User, job_pk: int) -> Job:
    """Return one of the jobs the user may see. Raises NotFoundError."""
    return one_of(jobs_of(user).filter(pk=job_pk))


def job_at_work(user: User) -> Job | None:
    """Return the user's own job that is running, else one that waits, the oldest first; None when idle."""
    running_first = Case(When(state=JobState.RUNNING, then=Value(0)), default=Value(1))
    own = Job.objects.select_related("started_by").filter(
        started_by=user, state__in=(JobState.QUEUED, JobState.RUNNING)
    )
    return own.order_by(running_first, "queued_at", "pk").first()
