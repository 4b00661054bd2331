"""Jobs on models."""

import contextlib
import logging
import time
from typing import Any

from api.actions.models import model_convert_start, model_discard, model_fetch, model_install, model_verify
from api.errors import ServiceUnavailableError
from api.jobs.runner import JobCancelled, JobNotOursError, JobRun, run_job
from api.jobs.turns import Turn, TurnOver, run_in_turns
from api.model_store import Installed
from api.selectors.models import model_get, model_is_ready

logger = logging.getLogger(__name__)
CONVERT_WAITS_S = (5.0, 30.0, 120.0)
"""How long a conversion waits for a service that is away before each of its further tries."""
BUSY_WAIT_S = 30.0
"""How long it waits, time and again, while the service converts another model or others hold the memory."""
OTHERS_AT_WORK = {"service_busy", "memory_busy"}


def download(job_pk: int) -> None:
    """Download the job's model. Started again, it goes on where it ended; cancelled, nothing of it stays.

    A model that has to be converted is handed to a job of its own.
    """
    run_in_turns(job_pk, _download)


def _download(run: JobRun, turn: Turn) -> None:
    model = model_get(str(run.job.parameters["model"]))
    try:
        if model.convert and not model_is_ready(model):
            model_fetch(model_id=model.id, progress=turn)
            # Before this row is closed: at every moment one of the two says how far the model is.
            model_convert_start(model=model, user=run.job.started_by)
        else:
            run.result = _figures(model_install(model_id=model.id, progress=turn))
    except JobCancelled:
        model_discard(model_id=model.id)
        raise


def convert(job_pk: int) -> None:
    """Convert the job's model from what was downloaded; a service that is away is asked again, others are waited for.

    Started again after a worker died, it begins anew: what the first one left is no model and is thrown away.
    """
    run_in_turns(job_pk, _convert)


def _convert(run: JobRun, _turn: Turn) -> None:
    # Not by turns once it runs: what is half converted is worth nothing.
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
            is_busy = error.code in OTHERS_AT_WORK
            _wait(run, BUSY_WAIT_S if is_busy else wait_s, f"{model_id}: {error.detail}")
            if is_busy:
                # What was queued meanwhile has this worker first.
                raise TurnOver from error
    return model_install(model_id=model_id, progress=run)


def _wait(run: JobRun, seconds: float, why: str) -> None:
    """Raises JobCancelled when the job should stop."""
    logger.info("%s Trying again in %.0f s.", why, seconds)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        run.check()
        time.sleep(0.5)


def _figures(installed: Installed) -> dict[str, Any]:
    figures: dict[str, Any] = {"bytes": installed.size_bytes, "files": len(installed.files)}
    return figures | ({"conversion": installed.conversion.report} if installed.conversion else {})


def verify(job_pk: int) -> None:
    """Read every byte of the job's model; a damage fails the job with the files' names."""
    with contextlib.suppress(JobNotOursError), run_job(job_pk) as run:
        run.result = {"files": model_verify(model_id=str(run.job.parameters["model"]), progress=run)}
