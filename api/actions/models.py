"""Download, check and remove models."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from api.actions.jobs import job_cancel, job_enqueue
from api.errors import ConflictError
from api.model_registry import ModelEntry
from api.model_store import Installed, ModelBusyError, Progress, WrongContentError, install
from api.models import Job, User
from api.models.job import JobKind, JobState
from api.selectors.models import (
    OPEN_STATES,
    job_percentage,
    model_get,
    model_is_chosen,
    model_is_ready,
    model_last_download,
    model_store,
)

DOWNLOAD_TASK = "api.jobs.models.download"
VERIFY_TASK = "api.jobs.models.verify"
CALM_AFTER_FAILURE = timedelta(minutes=5)
"""For so long, asking for a caption does not start a download again that has just failed."""


def model_ready_or_download(*, model: ModelEntry, user: User) -> None:
    """Return when the model can be used; otherwise see that it comes and say how far it is.

    Call it outside of a transaction: the raise would take the job back. Raises ConflictError: `model_downloading` with
    `model`, `percentage` (0 to 100) and `job_id`, or `model_missing` when the last download failed a moment ago or was
    cancelled, and DiskFullError.
    """
    if model_is_ready(model):
        return
    last = model_last_download(model)
    if last is not None and last.state == JobState.CANCELLED:
        raise _missing(model, last, "its download was cancelled; an administrator can start it again.")
    if last is not None and last.state == JobState.FAILED and _is_recent(last):
        raise _missing(model, last, f"its download failed: {last.error}")
    job = model_download(model=model, user=user)
    percentage = job_percentage(job)
    raise ConflictError(
        f"The model {model.label} is being downloaded ({percentage} %). Try again when it is there.",
        code="model_downloading",
        model=model.id,
        percentage=percentage,
        job_id=str(job.job_id),
    )


def model_download(*, model: ModelEntry, user: User) -> Job:
    """Queue the download, or return the one that is under way. A model that is there is checked, and mended.

    Raises ConflictError (`model_bundled`, `model_unavailable`) and DiskFullError.
    """
    _demand_downloadable(model)
    with transaction.atomic():
        # Two clicks of one person make one job; two people at once may make two, and the store then downloads once.
        User.objects.select_for_update().get(pk=user.pk)
        under_way = _open_job(model, JobKind.DOWNLOAD_MODELS)
        if under_way is not None:
            return under_way
        store = model_store()
        if model.download_bytes is not None and store.installed(model) is None:
            store.demand_space(model.download_bytes - store.partial_bytes(model))
        return job_enqueue(kind=JobKind.DOWNLOAD_MODELS, user=user, task=DOWNLOAD_TASK, parameters={"model": model.id})


def model_download_cancel(*, model: ModelEntry) -> None:
    """Stop the download and throw away what came. Raises ConflictError (`no_download`) when there is none."""
    job = _open_job(model, JobKind.DOWNLOAD_MODELS)
    if job is None:
        raise ConflictError(f"{model.label} is not being downloaded.", code="no_download")
    job_cancel(job=job)
    model_discard(model_id=model.id)


def model_install(*, model_id: str, progress: Progress) -> Installed:
    """Do the download, here and now. Raises NotFoundError, DiskFullError and the errors of `api.model_store`."""
    return install(model_store(), model_get(model_id), progress=progress)


def model_discard(*, model_id: str) -> None:
    """Throw away the parts of a download that nobody is at; whoever is at it does so when it stops."""
    store, model = model_store(), model_get(model_id)
    try:
        with store.lock(model):
            store.discard_downloads(model)
    except ModelBusyError:
        return


def model_verify_start(*, model: ModelEntry, user: User) -> Job:
    """Queue a look at every byte of the installed model, or return the one under way.

    Raises ConflictError (`model_bundled`, `model_missing`).
    """
    _demand_downloadable(model, though_unavailable=True)
    if model_store().installed(model) is None:
        raise ConflictError(f"{model.label} is not installed.", code="model_missing")
    under_way = _open_job(model, JobKind.VERIFY_MODELS)
    return under_way or job_enqueue(
        kind=JobKind.VERIFY_MODELS, user=user, task=VERIFY_TASK, parameters={"model": model.id}
    )


def model_verify(*, model_id: str, progress: Progress) -> int:
    """Return how many files were read and found whole. Raises NotFoundError, NotInstalledError, WrongContentError."""
    store, model = model_store(), model_get(model_id)
    damages = store.damages(model, progress=progress)
    if damages:
        names = ", ".join(f"{damage.path} ({damage.why})" for damage in damages)
        raise WrongContentError(
            f"{model.label} is damaged: {names}. Download it again; only what is damaged is fetched."
        )
    installed = store.installed(model)
    return len(installed.files) if installed else 0


def model_remove(*, model: ModelEntry) -> int:
    """Take the model off the disk and return how many bytes that frees.

    Raises ConflictError (`model_bundled`, `model_in_use`) and ModelBusyError while it is downloaded.
    """
    _demand_downloadable(model, though_unavailable=True)
    if model_is_chosen(model):
        raise ConflictError(f"{model.label} is in use; choose another model first.", code="model_in_use")
    if _open_job(model, JobKind.DOWNLOAD_MODELS) is not None:
        raise ModelBusyError(f"{model.label} is being downloaded; cancel that first.")
    return model_store().remove(model)


def _demand_downloadable(model: ModelEntry, *, though_unavailable: bool = False) -> None:
    if model.bundled:
        raise ConflictError(f"{model.label} comes with the product.", code="model_bundled")
    if not though_unavailable and not settings.MODEL_REGISTRY.is_available(model):
        raise ConflictError(f"This version cannot use {model.label} yet.", code="model_unavailable")


def _open_job(model: ModelEntry, kind: JobKind) -> Job | None:
    return Job.objects.filter(kind=kind, parameters__model=model.id, state__in=OPEN_STATES).order_by("-pk").first()


def _is_recent(job: Job) -> bool:
    return job.finished_at is not None and job.finished_at > timezone.now() - CALM_AFTER_FAILURE


def _missing(model: ModelEntry, job: Job, why: str) -> ConflictError:
    return ConflictError(
        f"The model {model.label} is not there: {why}", code="model_missing", model=model.id, job_id=str(job.job_id)
    )
