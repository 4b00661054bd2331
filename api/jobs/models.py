"""Jobs on models."""

import contextlib
import logging
import time
from typing import Any

from api.actions.jobs import job_give_back, job_queue_again
from api.actions.models import model_convert_start, model_discard, model_fetch, model_install, model_verify
from api.errors import ServiceUnavailableError
from api.jobs.runner import JobCancelled, JobNotOursError, JobRun, run_job
from api.model_store import Installed
from api.models import Job
from api.selectors.models import model_get, model_is_ready

logger = logging.getLogger(__name__)
CONVERT_WAITS_S = (5.0, 30.0, 120.0)
"""How long a conversion waits for its service before each of its further tries."""
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
    """Download the job's model. Started again, it goes on where it ended; cancelled, nothing of it stays.

    A model that has to be converted is handed to a job of its own.
    """
    goes_on: Job | None = None
    with contextlib.suppress(JobNotOursError), run_job(job_pk) as run:
        model = model_get(str(run.job.parameters["model"]))
        try:
            turn = _Turn(run, TURN_S)
            if model.convert and not model_is_ready(model):
                model_fetch(model_id=model.id, progress=turn)
                # Before this row is closed: at every moment one of the two says how far the model is.
                model_convert_start(model=model, user=run.job.started_by)
            else:
                run.result = _figures(model_install(model_id=model.id, progress=turn))
        except JobCancelled:
            model_discard(model_id=model.id)
            raise
        except _TurnOver:
            goes_on = run.job if job_give_back(job=run.job) else None
    # After run_job: the next turn may begin at once, and this one must not close its row.
    if goes_on is not None:
        job_queue_again(job=goes_on)


def convert(job_pk: int) -> None:
    """Convert the job's model from what was downloaded; a service that is away or busy is asked again.

    Started again after a worker died, it begins anew: what the first one left is no model and is thrown away.
    """
    with contextlib.suppress(JobNotOursError), run_job(job_pk) as run:
        model_id = str(run.job.parameters["model"])
        try:
            run.result = _figures(_install_patiently(model_id, run))
        except JobCancelled:
            model_discard(model_id=model_id)
            raise


def _install_patiently(model_id: str, run: JobRun) -> Installed:
    for wait_s in CONVERT_WAITS_S:
        try:
            return model_install(model_id=model_id, progress=run)
        except ServiceUnavailableError as error:
            logger.info("%s: %s Trying again in %.0f s.", model_id, error.detail, wait_s)
            deadline = time.monotonic() + wait_s
            while time.monotonic() < deadline:
                run.check()
                time.sleep(0.5)
    return model_install(model_id=model_id, progress=run)


def _figures(installed: Installed) -> dict[str, Any]:
    figures: dict[str, Any] = {"bytes": installed.size_bytes, "files": len(installed.files)}
    return figures | ({"conversion": installed.conversion.report} if installed.conversion else {})


def verify(job_pk: int) -> None:
    """Read every byte of the job's model; a damage fails the job with the files' names."""
    with contextlib.suppress(JobNotOursError), run_job(job_pk) as run:
        run.result = {"files": model_verify(model_id=str(run.job.parameters["model"]), progress=run)}
