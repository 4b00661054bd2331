"""System checks: combinations of settings that would fail later, found at start-up."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from api.lib.night import CLOCK
from api.lib.sizes import share_or_bytes
from api.model_registry import MODEL_TASKS
from api.selectors.site_settings import IDLE_TIMEOUT_RANGE_S


@register()
def model_settings(**_kwargs: Any) -> list[CheckMessage]:
    """A model that the environment fixes must be in the registry."""
    found: list[CheckMessage] = []
    for name, task in MODEL_TASKS.items():
        value = settings.SITE_SETTING_OVERRIDES.get(name)
        choices = settings.MODEL_REGISTRY.choices(task)
        if value is not None and value not in choices:
            found.append(
                Error(f"{name}={value} is not a known model.", hint=f"Use one of {', '.join(choices)}.", id="api.E001")
            )
    return found


@register()
def memory_budget(**_kwargs: Any) -> list[CheckMessage]:
    """A budget that the environment fixes must be one."""
    try:
        share_or_bytes(str(settings.SITE_SETTING_OVERRIDES.get("MEMORY_BUDGET", "100%")), 1)
    except ValueError as error:
        return [Error(f"MEMORY_BUDGET: {error}", hint="For example MEMORY_BUDGET=80%", id="api.E003")]
    return []


@register()
def night_times(**_kwargs: Any) -> list[CheckMessage]:
    """Times that the environment fixes must be times."""
    found: list[CheckMessage] = []
    for name in ("NIGHT_START", "NIGHT_END"):
        value = settings.SITE_SETTING_OVERRIDES.get(name)
        if value is not None and CLOCK.fullmatch(value) is None:
            found.append(Error(f"{name}={value} is not a time.", hint="Write it as 23:30.", id="api.E004"))
    return found


@register()
def idle_timeout(**_kwargs: Any) -> list[CheckMessage]:
    """Services refuse requests with a timeout out of this range."""
    value = float(settings.SITE_SETTING_OVERRIDES.get("IDLE_TIMEOUT_S", IDLE_TIMEOUT_RANGE_S[0]))
    low, high = IDLE_TIMEOUT_RANGE_S
    if low <= value <= high:
        return []
    return [Error(f"IDLE_TIMEOUT_S={value:g} is not from {low} to {high} seconds.", id="api.E005")]


@register()
def job_retry(**_kwargs: Any) -> list[CheckMessage]:
    """A job that is still running must not be given out a second time."""
    if int(settings.Q_CLUSTER["retry"]) > int(settings.Q_CLUSTER["timeout"]):
        return []
    return [Error("Q_CLUSTER['retry'] must be larger than Q_CLUSTER['timeout'].", id="api.E002")]
