"""Jobs of many hours, cut into turns: the queue would kill a task after an hour (`Q_CLUSTER["timeout"]`)."""

import time
from collections.abc import Callable

from api.actions.jobs import job_give_back, job_queue_again
from api.jobs.runner import JobNotOursError, JobRun, run_job
from api.models import Job

TURN_S = 45 * 60.0
"""For so long a job keeps its worker, and others wait."""


class TurnOver(Exception):  # noqa: N818 - not an error
    """Others shall have the worker for a while."""


class Turn:
    """The job's progress, until its turn is over."""

    def __init__(self, run: JobRun, seconds: float) -> None:
        self._run = run
        self._ends_at = time.monotonic() + seconds
        self.target = run.target
        self.result = run.result

    def advance(self, current: int) -> None:
        self._run.advance(current)
        self._demand_time()

    def check(self) -> None:
        self._run.check()
        self._demand_time()

    def _demand_time(self) -> None:
        if time.monotonic() > self._ends_at:
            raise TurnOver


def run_in_turns(job_pk: int, work: Callable[[JobRun, Turn], None], *, turn_s: float | None = None) -> None:
    """Run `work`, which goes on where an earlier turn ended; when the turn is over, queue the job again."""
    goes_on: Job | None = None
    try:
        with run_job(job_pk) as run:
            try:
                work(run, Turn(run, TURN_S if turn_s is None else turn_s))
            except TurnOver:
                goes_on = run.job if job_give_back(job=run.job) else None
    except JobNotOursError:
        return
    # After run_job: the next turn may begin at once, and this one must not close its row.
    if goes_on is not None:
        job_queue_again(job=goes_on)
