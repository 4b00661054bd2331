"""Download, check and remove models."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from api.actions.jobs import job_cancel, job_enqueue
from api.actions.model_use import memory_use
from api.clients.base import service_health
from api.clients.convert import weights_convert
from api.errors import ConflictError
from api.model_registry import ModelEntry
from api.model_store import Installed, ModelBusyError, Progress, WrongContentError, fetch, install
from api.models import Job, User
from api.models.job import OPEN_STATES, JobKind, JobState
from api.selectors.model_costs import memory_budget_bytes
from api.selectors.models import (
    INSTALL_KINDS,
    job_percentage,
    model_get,
    model_is_chosen,
    model_is_ready,
    model_last_download,
    model_store,
)

DOWNLOAD_TASK = "api.jobs.models.download"
CONVERT_TASK = "api.jobs.models.convert"
VERIFY_TASK = "api.jobs.models.verify"
CALM_AFTER_FAILURE = timedelta(minutes=5)
"""For so long, asking for a caption does not start a download again that has just failed."""


def model_ready_or_download(*, model: ModelEntry, user: User) -> None:
    """Return when the model can be used; otherwise see that it comes and say how far it is.

    Call it outside of a transaction: the raise would take the job back. Raises ConflictError: `model_downloading` or
    `model_converting` with `model`, `percentage` (0 to 100) and `job_id`, or `model_missing` when the last download
    failed a moment ago or was cancelled; DiskFullError, and ServiceUnavailableError when its service, which has to
    convert it, is not there.
    """
    if model_is_ready(model):
        return
    last = model_last_download(model)
    if last is not None and last.state == JobState.CANCELLED:
        raise _missing(model, last, "its download was cancelled; an administrator can start it again.")
    if last is not None and last.state == JobState.FAILED and _is_recent(last):
        raise _missing(model, last, f"its download failed: {last.error}")
    job = model_download(model=model, user=user)
    percentage, converting = job_percentage(job), job.kind == JobKind.CONVERT_MODELS
    raise ConflictError(
        f"The model {model.label} is being {'converted' if converting else 'downloaded'} ({percentage} %). "
        f"Try again when it is there.",
        code="model_converting" if converting else "model_downloading",
        model=model.id,
        percentage=percentage,
        job_id=str(job.job_id),
    )


def model_download(*, model: ModelEntry, user: User) -> Job:
    """Queue the download, or return the job that is under way. A model that is there is checked, and mended.

    A model whose files have to be converted gets a second job for that, see `model_convert_start`. Raises
    ConflictError (`model_bundled`, `model_unavailable`, `conversion_unavailable`), DiskFullError, and
    ServiceUnavailableError when the service that has to convert it is not there.
    """
    _demand_downloadable(model)
    if under_way := _open_job(model, *INSTALL_KINDS):
        return under_way
    if model.convert and not model_is_ready(model):
        _demand_converter(model)
    with transaction.atomic():
        # Two clicks of one person make one job; two people at once may make two, and the store then downloads once.
        User.objects.select_for_update().get(pk=user.pk)
        if under_way := _open_job(model, *INSTALL_KINDS):
            return under_way
        store = model_store()
        if model.download_bytes is not None and store.installed(model) is None:
            store.demand_space(model.download_bytes - store.partial_bytes(model))
        return job_enqueue(kind=JobKind.DOWNLOAD_MODELS, user=user, task=DOWNLOAD_TASK, parameters={"model": model.id})


def model_download_cancel(*, model: ModelEntry) -> None:
    """Stop the download, or the conversion after it, and throw away what came.

    Raises ConflictError (`no_download`) when there is none.
    """
    job = _open_job(model, *INSTALL_KINDS)
    if job is None:
        raise ConflictError(f"{model.label} is not being downloaded.", code="no_download")
    job_cancel(job=job)
    model_discard(model_id=model.id)


def model_convert_start(*, model: ModelEntry, user: User) -> Job:
    """Queue the conversion of what was downloaded, or return the job that is under way."""
    return _open_job(model, JobKind.CONVERT_MODELS) or job_enqueue(
        kind=JobKind.CONVERT_MODELS, user=user, task=CONVERT_TASK, parameters={"model": model.id}
    )


def model_fetch(*, model_id: str, progress: Progress) -> None:
    """Download a model that then has to be converted, here and now; raises as `model_install`."""
    fetch(model_store(), model_get(model_id), progress=progress)


def model_install(*, model_id: str, progress: Progress) -> Installed:
    """Do what is left of download and conversion, here and now.

    Raises NotFoundError, DiskFullError, the errors of `api.model_store`, and those of `memory_use` and of the service
    that converts.
    """
    return install(model_store(), model_get(model_id), convert=model_files_convert, progress=progress)


def model_files_convert(model: ModelEntry, source: Path, target: Path, progress: Progress) -> dict[str, Any]:
    """Have the model's service convert a folder into another, both relative to MODELS_DIR; returns its report."""

    def advance(share: float) -> None:
        progress.check()
        progress.advance(int(share * size_bytes))

    size_bytes = model_store().partial_bytes(model)
    progress.target(size_bytes)
    # A guess: the weights as they came, and what is made of them. Never refused, for it may take less.
    needs_bytes = min(2 * size_bytes, memory_budget_bytes())
    label = f"The conversion of {model.label}"
    with memory_use(f"{model.service}-conversion", needs_bytes, label=label, check=progress.check):
        return weights_convert(
            model.service, kind=model.convert, source=source.as_posix(), target=target.as_posix(), advance=advance
        )


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
    if _open_job(model, *INSTALL_KINDS) is not None:
        raise ModelBusyError(f"{model.label} is being downloaded; cancel that first.")
    return model_store().remove(model)


def _demand_downloadable(model: ModelEntry, *, though_unavailable: bool = False) -> None:
    if model.bundled:
        raise ConflictError(f"{model.label} comes with the product.", code="model_bundled")
    if not though_unavailable and not settings.MODEL_REGISTRY.is_available(model):
        raise ConflictError(f"This version cannot use {model.label} yet.", code="model_unavailable")


def _demand_converter(model: ModelEntry) -> None:
    """Before a gigabyte is fetched in vain: the service must be there, and know how."""
    health = service_health(model.service)
    if model.convert not in health.get("conversions", ()):
        raise ConflictError(
            f"The files of {model.label} have to be converted, and the service {model.service} cannot do that: "
            f"{health.get('why') or 'it does not know how.'}",
            code="conversion_unavailable",
        )


def _open_job(model: ModelEntry, *kinds: JobKind) -> Job | None:
    return Job.objects.filter(kind__in=kinds, parameters__model=model.id, state__in=OPEN_STATES).order_by("-pk").first()


def _is_recent(job: Job) -> bool:
    return job.finished_at is not None and job.finished_at > timezone.now() - CALM_AFTER_FAILURE


def _missing(model: ModelEntry, job: Job, why: str) -> ConflictError:
    return ConflictError(
        f"The model {model.label} is not there: {why}", code="model_missing", model=model.id, job_id=str(job.job_id)
    )
