"""Site settings as they hold now: what the environment fixes, else what the administrator chose, else the default."""

from typing import Any

from constance.utils import get_values_for_keys
from django.conf import settings

from api.model_registry import MODEL_TASKS, OFF

IDLE_TIMEOUT_RANGE_S = (1, 86_400)
"""Seconds; what IDLE_TIMEOUT_S may be."""


def site_setting(name: str) -> Any:
    """Return the value of one setting of `librephotos.site_settings`.

    A model setting is always an id of the registry or OFF (see `api.model_registry.is_off`); a stored id that an
    upgrade took out of the registry counts as OFF, because another model than the chosen one must not be used silently.
    """
    return site_settings_get((name,))[name]


def site_settings_get(names: tuple[str, ...] | None = None) -> dict[str, Any]:
    """Return name → value for `names`, or for all settings, with one query."""
    wanted = names or tuple(settings.CONSTANCE_CONFIG)
    # Not `constance.config.X`: that writes the default into the table when a setting is read for the first time.
    found: dict[str, Any] = get_values_for_keys(wanted)
    found |= {name: value for name, value in settings.SITE_SETTING_OVERRIDES.items() if name in wanted}
    for name, task in MODEL_TASKS.items():
        if name in found and found[name] not in settings.MODEL_REGISTRY.choices(task):
            found[name] = OFF
    return found


def site_setting_locked(name: str) -> bool:
    """True when the environment fixes the setting."""
    return name in settings.SITE_SETTING_OVERRIDES
