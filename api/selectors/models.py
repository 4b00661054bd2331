"""Which models there are, which are chosen and installed, and how their services feel."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any

from django.conf import settings

from api.clients.base import service_health
from api.errors import NotFoundError, ServiceUnavailableError
from api.model_registry import MODEL_TASKS, ModelEntry, ServiceEntry
from api.model_store import ModelStore, Sources
from api.models import Job
from api.models.job import OPEN_STATES, JobKind, JobState
from api.selectors.site_settings import site_settings_get

NOT_BUILT = "This version has no such service yet."
UNREACHABLE = "unreachable"
INSTALL_KINDS = (JobKind.DOWNLOAD_MODELS, JobKind.CONVERT_MODELS)
"""What makes a model ready, one after the other."""
RECENT_JOBS = 200
"""How far back the last download of a model is looked for."""


def model_store() -> ModelStore:
    """Return the folder of models of this installation."""
    return ModelStore(
        settings.MODELS_DIR,
        sources=Sources(hub=settings.HF_ENDPOINT, mirror=settings.MODELS_MIRROR),
        reserve_bytes=settings.MIN_FREE_BYTES,
    )


def model_get(model_id: str) -> ModelEntry:
    """Return a model of the registry. Raises NotFoundError."""
    found: ModelEntry | None = settings.MODEL_REGISTRY.get(model_id)
    if found is None:
        raise NotFoundError
    return found


def model_list() -> list[dict[str, Any]]:
    """Return every model of the registry with what it costs, whether it is chosen, and what of it is on the disk."""
    chosen, downloads = _chosen(), _last_downloads()
    return [_describe(model, chosen, downloads.get(model.id)) for model in settings.MODEL_REGISTRY.models]


def model_detail(model: ModelEntry) -> dict[str, Any]:
    """Return one element of `model_list`."""
    return _describe(model, _chosen(), model_last_download(model))


def model_is_ready(model: ModelEntry) -> bool:
    """True when its service can load it. A few look-ups on the disk; for every request."""
    return model.bundled or model_store().installed(model) is not None


def model_is_chosen(model: ModelEntry) -> bool:
    return model.id in _chosen()


def model_last_download(model: ModelEntry) -> Job | None:
    """Return the newest job that was to make the model ready, open or ended."""
    return Job.objects.filter(kind__in=INSTALL_KINDS, parameters__model=model.id).order_by("-pk").first()


def job_percentage(job: Job) -> int:
    """Return how far a job is, 0 to 100; 100 only when everything is there."""
    return min(100, job.progress_current * 100 // job.progress_target) if job.progress_target else 0


def service_list() -> list[dict[str, Any]]:
    """Return every model service with its /health, which never loads a model."""
    found = service_healths()
    return [
        {"name": service.name, "task": service.task, **_told(service, *found[service.name])}
        for service in settings.MODEL_REGISTRY.services
    ]


def service_healths() -> dict[str, tuple[dict[str, Any] | None, str]]:
    """Return service → its /health (None: it cannot be reached) and, for None, why. All are asked at once."""
    services = settings.MODEL_REGISTRY.services
    with ThreadPoolExecutor(max_workers=len(services)) as pool:
        return dict(zip((service.name for service in services), pool.map(_health, services), strict=True))


def service_absence(name: str, why: str) -> dict[str, Any]:
    """Return why a service without /health is not there, as `{code, detail, values}`; `why` is what asking it gave."""
    if why == NOT_BUILT:
        return {"code": "not_built", "detail": why, "values": {}}
    left_out: dict[str, Any] | None = settings.SERVICES_LEFT_OUT.get(name)
    return left_out or {"code": UNREACHABLE, "detail": why, "values": {}}


def _chosen() -> set[str]:
    return set(site_settings_get(tuple(MODEL_TASKS)).values())


def _last_downloads() -> dict[str, Job]:
    found: dict[str, Job] = {}
    for job in Job.objects.filter(kind__in=INSTALL_KINDS).order_by("-pk")[:RECENT_JOBS]:
        found.setdefault(str(job.parameters.get("model")), job)
    return found


def _describe(model: ModelEntry, chosen: set[str], job: Job | None) -> dict[str, Any]:
    store = model_store()
    installed = None if model.bundled else store.installed(model)
    under_way = job if job is not None and job.state in OPEN_STATES else None
    failed = job if job is not None and job.state == JobState.FAILED and installed is None else None
    return {
        **asdict(model),
        "active": model.id in chosen,
        "available": settings.MODEL_REGISTRY.is_available(model),
        "verified": model.verified,
        "state": _state(model, installed=installed is not None, under_way=under_way),
        "installed": model.bundled or installed is not None,
        "outdated": installed is not None and not store.is_current(model, installed),
        "installed_bytes": installed.size_bytes if installed else 0,
        "conversion": installed.conversion.report if installed and installed.conversion else {},
        "download_bytes": model.download_bytes,
        "partial_bytes": 0 if model.bundled else store.partial_bytes(model),
        "percentage": job_percentage(under_way) if under_way else None,
        "job_id": str(under_way.job_id) if under_way else None,
        "job": under_way.pk if under_way else None,
        "error": failed.error if failed else "",
        "error_code": failed.error_code if failed else "",
    }


def _state(model: ModelEntry, *, installed: bool, under_way: Job | None) -> str:
    if model.bundled:
        return "bundled"
    if under_way is not None:
        return "converting" if under_way.kind == JobKind.CONVERT_MODELS else "downloading"
    return "installed" if installed else "missing"


def _told(service: ServiceEntry, health: dict[str, Any] | None, why: str) -> dict[str, Any]:
    """Return `state`, `health`, `why` and `reason` of a service for the administrator."""
    if health is not None:
        # Found out at the service's start, before a model could say it.
        name = "" if health.get("why") else "_not_cuda"
        why, reason = health.get(f"why{name}") or "", health.get(f"reason{name}")
        return {"state": health["state"], "health": health, "why": why, "reason": reason}
    reason = service_absence(service.name, why)
    state = "unreachable" if reason["code"] == UNREACHABLE else "absent"
    return {"state": state, "health": None, "why": reason["detail"], "reason": reason}


def _health(service: ServiceEntry) -> tuple[dict[str, Any] | None, str]:
    if not service.available:
        return None, NOT_BUILT
    try:
        return service_health(service.name), ""
    except ServiceUnavailableError as error:
        return None, error.detail
