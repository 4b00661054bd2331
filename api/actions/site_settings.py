"""What an administrator changes while the product runs."""

from typing import Any

from constance import config
from django.conf import settings
from django.db import transaction

from api.errors import ConflictError, InvalidError
from api.model_registry import OFF
from api.selectors.site_settings import MODEL_TASKS, site_setting_locked

MAP_PROVIDERS = ("mapbox", "maptiler", "nominatim", "opencage", "photon", "tomtom")
"""What LibrePhotos' admin page can show."""


@transaction.atomic
def site_settings_change(*, values: dict[str, Any]) -> None:
    """Store name → value, all or nothing.

    Raises ConflictError (`locked`) for a setting that the environment fixes, InvalidError for a value it may not have.
    """
    checked = {name: _check(name, value) for name, value in values.items()}
    for name, value in checked.items():
        setattr(config, name, value)


def _check(name: str, value: Any) -> Any:
    if site_setting_locked(name):
        raise ConflictError(f"{name} is set in the server's environment.", code="locked", field=name.lower())
    if name in MODEL_TASKS:
        return _check_model(name, str(value))
    if name == "MAP_API_PROVIDER" and value not in MAP_PROVIDERS:
        raise InvalidError(f"{value!r} is not one of {', '.join(MAP_PROVIDERS)}.", field=name.lower())
    return value


def _check_model(name: str, value: str) -> str:
    # LibrePhotos' own server and clients write "None" as well as "none".
    value = OFF if value.lower() == OFF else value
    choices = settings.MODEL_REGISTRY.choices(MODEL_TASKS[name])
    if value not in choices:
        raise InvalidError(f"{value!r} is not one of {', '.join(choices)}.", field=name.lower())
    return value
