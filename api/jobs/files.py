"""Captions into files."""

from api.actions.file_writes import file_writes_all, file_writes_due
from api.jobs.runner import JobRun
from api.jobs.turns import Turn, run_in_turns
from api.models import User


def write_due(user_id: int) -> str:
    """Write what is due of one user's captions; the queue keeps the count."""
    user = User.objects.filter(pk=user_id).first()
    return f"{file_writes_due(user=user)} photos" if user else "no such user"


def write_all(job_pk: int) -> None:
    """Write all captions of the job's user."""
    run_in_turns(job_pk, _write_all)


def _write_all(run: JobRun, turn: Turn) -> None:
    file_writes_all(user=run.job.started_by, run=turn)
