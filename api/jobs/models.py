"""Jobs on models."""

import contextlib
import time

from api.actions.jobs import job_give_back, job_queue_again
from api.actions.models import model_discard, model_install, model_verify
from api.jobs.runner import JobCancelled, JobNotOursError, JobRun, run_job
from api.models import Job

TURN_S = 45 * 60.0
"""For so long a download keeps its worker; the queue would kill it after an hour (`Q_CLUSTER["timeout"]`)."""


class _TurnOver(Exception):  # noqa: N818 - not an error
    """Others shall have the worker for a while."""


class _Turn:
    """The job's progress, until its turn is over."""

    def __init__(self, run: JobRun, seconds: float) -> None:
        self._run = run
        self._ends_at = time.monotonic() + seconds
        self.target = run.target

    def advance(self, current: int) -> None:
        self._run.advance(current)
        self._demand_time()

    def check(self) -> None:
        self._run.check()
        self._demand_time()

    def _demand_time(self) -> None:
        if time.monotonic() > self._ends_at:
            raise _TurnOver


def download(job_pk: int) -> None:
    """Download the job's model. Started again, it goes on where it ended; cancelled, nothing of it stays."""
    goes_on: Job | None = None
    with contextlib.suppress(JobNotOursError), run_job(job_pk) as run:
        model_id = str(run.job.parameters["model"])
        try:
            installed = model_install(model_id=model_id, progress=_Turn(run, TURN_S))
            run.result = {"bytes": installed.size_bytes, "files": len(installed.files)}
        except JobCancelled:
            model_discard(model_id=model_id)
            raise
        except _TurnOver:
            goes_on = run.job if job_give_back(job=run.job) else None
    # After run_job: the next turn may begin at once, and this one must not close its row.
    if goes_on is not None:
        job_queue_again(job=goes_on)


def verify(job_pk: int) -> None:
    """Read every byte of the job's model; a damage fails the job with the files' names."""
    with contextlib.suppress(JobNotOursError), run_job(job_pk) as run:
        run.result = {"files": model_verify(model_id=str(run.job.parameters["model"]), progress=run)}
