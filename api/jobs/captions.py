"""Jobs on captions."""

from api.actions.draft_many import draft_many_run
from api.jobs.runner import JobRun
from api.jobs.turns import Turn, run_in_turns


def draft_many(job_pk: int) -> None:
    """Draft a caption for every photo of the job that has none. Started again, it goes on with what is left."""
    run_in_turns(job_pk, _draft_many)


def _draft_many(run: JobRun, turn: Turn) -> None:
    draft_many_run(user=run.job.started_by, parameters=run.job.parameters, run=turn)
