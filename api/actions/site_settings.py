"""What an administrator changes while the product runs."""

from typing import Any

from constance import config
from django.conf import settings
from django.db import transaction

from api.clients.place_names import PROVIDERS
from api.errors import ConflictError, InvalidError
from api.lib.sizes import share_or_bytes
from api.model_registry import MODEL_TASKS, OFF, ModelEntry, ModelRegistry
from api.selectors.model_costs import machine_look, model_cost
from api.selectors.site_settings import site_setting_locked, site_settings_get

NO_PROVIDER = "Place names can be asked of {} only; choose one of them, or switch it off."
MAP_PROVIDERS = ("mapbox", "maptiler", "nominatim", "opencage", "photon", "tomtom")
"""What LibrePhotos' admin page can show."""


def site_settings_change(*, values: dict[str, Any], confirm: bool = False) -> list[dict[str, Any]]:
    """Store name → value, all or nothing, and return the costs of the models that were chosen.

    Raises ConflictError: `locked` for a setting that the environment fixes, `confirm_needed` with `costs` when a newly
    chosen model needs more than this machine has free and `confirm` does not say to take it nevertheless. Raises
    InvalidError for a value that a setting may not have.
    """
    checked = {name: _check(name, value) for name, value in values.items()}
    _demand_known_provider(checked)
    costs = _costs(checked)
    if not confirm:
        _demand_room(checked, costs)
    with transaction.atomic():
        for name, value in checked.items():
            setattr(config, name, value)
    return list(costs.values())


def model_choose(*, model: ModelEntry, confirm: bool = False) -> dict[str, Any]:
    """Make the model the one in use for its task and return its cost. Raises as `site_settings_change` does."""
    name = next(name for name, task in MODEL_TASKS.items() if task == model.task)
    return site_settings_change(values={name: model.id}, confirm=confirm)[0]


def _demand_known_provider(checked: dict[str, Any]) -> None:
    """LibrePhotos' clients offer more providers than this server can ask."""
    if not {"MAP_API_ENABLED", "MAP_API_PROVIDER"} & checked.keys():
        return
    values = site_settings_get(("MAP_API_ENABLED", "MAP_API_PROVIDER")) | checked
    if values["MAP_API_ENABLED"] and values["MAP_API_PROVIDER"] not in PROVIDERS:
        raise InvalidError(NO_PROVIDER.format(" and ".join(PROVIDERS)), field="map_api_provider")


def _costs(checked: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return setting → cost, of the settings that name a model."""
    registry: ModelRegistry = settings.MODEL_REGISTRY
    chosen = {name: registry.by_id[checked[name]] for name in MODEL_TASKS if checked.get(name, OFF) != OFF}
    if not chosen:
        return {}
    machine = machine_look()
    return {name: model_cost(model, machine) for name, model in chosen.items()}


def _demand_room(checked: dict[str, Any], costs: dict[str, dict[str, Any]]) -> None:
    before = site_settings_get(tuple(MODEL_TASKS))
    too_much = {name: cost for name, cost in costs.items() if cost["warning"] and before[name] != checked[name]}
    if too_much:
        why = " ".join(cost["warning"] for cost in too_much.values())
        raise ConflictError(
            # For clients that know no `confirm` too: they show this sentence.
            f"Nothing was changed: {why} To take it nevertheless, confirm it in this server's own settings.",
            code="confirm_needed",
            field=next(iter(too_much)).lower(),
            costs=list(too_much.values()),
        )


def _check(name: str, value: Any) -> Any:
    if site_setting_locked(name):
        raise ConflictError(f"{name} is set in the server's environment.", code="locked", field=name.lower())
    if name in MODEL_TASKS:
        return _check_model(name, str(value))
    if name == "MAP_API_PROVIDER" and value not in MAP_PROVIDERS:
        raise InvalidError(f"{value!r} is not one of {', '.join(MAP_PROVIDERS)}.", field=name.lower())
    if name == "MEMORY_BUDGET":
        _check_budget(str(value), field=name.lower())
    return value


def _check_budget(value: str, *, field: str) -> None:
    try:
        share_or_bytes(value, 100)
    except ValueError as error:
        raise InvalidError(str(error), field=field) from error


def _check_model(name: str, value: str) -> str:
    registry: ModelRegistry = settings.MODEL_REGISTRY
    task = MODEL_TASKS[name]
    # LibrePhotos' own server and clients write "None" as well as "none", and have names of their own for models.
    value = OFF if value.lower() == OFF else value
    value = next((model.id for model in registry.for_task(task) if value == model.librephotos_name), value)
    choices = registry.choices(task)
    if value not in choices:
        raise InvalidError(f"{value!r} is not one of {', '.join(choices)}.", field=name.lower())
    return value
