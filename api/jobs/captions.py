"""Jobs on captions."""

import contextlib

from api.actions.draft_many import draft_one, photos_without_caption
from api.jobs.runner import JobNotOursError, run_job
from api.models import Photo


def draft_many(job_pk: int) -> None:
    """Draft a caption for every photo of the job that has none. Started again, it goes on with what is left."""
    with contextlib.suppress(JobNotOursError), run_job(job_pk) as run:
        keys = list(
            photos_without_caption(run.job.started_by, run.job.parameters.get("image_hashes")).values_list(
                "pk", flat=True
            )
        )
        run.target(len(keys))
        for done, key in enumerate(keys, start=1):
            photo = Photo.objects.filter(pk=key, removed=False).first()  # it may be gone by now
            if photo is not None:
                run.count(draft_one(photo=photo, check=run.check))
            run.advance(done)
