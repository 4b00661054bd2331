"""The scan of a person's folder."""

import contextlib

from api.actions.scan import scan_run
from api.jobs.runner import JobNotOursError, run_job


def scan(job_pk: int, *, queue: bool = True) -> None:
    """Scan the folder of whoever started the job; `queue=False` also reads the photos in this process."""
    with contextlib.suppress(JobNotOursError), run_job(job_pk) as run:
        scan_run(user=run.job.started_by, full=bool(run.job.parameters.get("full")), run=run, queue=queue)
