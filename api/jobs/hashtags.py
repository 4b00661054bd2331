"""Jobs on hashtags."""

from api.actions.hashtag_rename import hashtag_rename
from api.jobs.runner import JobRun
from api.jobs.turns import Turn, run_in_turns


def rename(job_pk: int) -> None:
    """Rename the job's tag in all captions that say it."""
    run_in_turns(job_pk, _rename)


def _rename(run: JobRun, turn: Turn) -> None:
    asked = run.job.parameters
    hashtag_rename(user=run.job.started_by, key=asked["key"], title=asked["title"], run=turn)
