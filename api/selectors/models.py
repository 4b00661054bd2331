"""Which models there are, which are chosen, and how their services feel."""

from dataclasses import asdict
from typing import Any

from django.conf import settings

from api.clients.base import service_health
from api.errors import ServiceUnavailableError
from api.selectors.site_settings import MODEL_TASKS, site_settings_get


def model_list() -> list[dict[str, Any]]:
    """Return every model of the registry; `active` marks the chosen one of each task."""
    chosen = set(site_settings_get(tuple(MODEL_TASKS)).values())
    return [{**asdict(model), "active": model.id in chosen} for model in settings.MODEL_REGISTRY.models]


def service_list() -> list[dict[str, Any]]:
    """Return every model service with its /health, which never loads a model."""
    services = settings.MODEL_REGISTRY.services
    return [{"name": service.name, "task": service.task, **_health(service.name)} for service in services]


def _health(service: str) -> dict[str, Any]:
    try:
        return {"health": service_health(service), "why": ""}
    except ServiceUnavailableError as error:
        return {"health": None, "why": error.detail}
