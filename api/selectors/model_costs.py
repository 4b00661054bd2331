"""What each choice of a model costs on this machine, and whether that is more than it has free."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from api.lib.machine import Memory, machine_memory
from api.lib.sizes import share_or_bytes, size_text
from api.model_registry import MODEL_TASKS, ModelEntry
from api.selectors.models import model_store, service_absence, service_healths
from api.selectors.site_settings import site_setting, site_settings_get

LOOPBACK = frozenset({"localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Machine:
    """Bytes. `ram_free_bytes` and `vram_free_bytes` count what loaded models hold, which they give back when idle.

    `ram_limited_by`: machine or cgroup. `gpu`: its name as a service sees it, empty without one. `vram_bytes`,
    `vram_free_bytes`: 0 without one. `service_limits`: of services in containers of their own that have less memory.
    `services_away`: service → why it cannot be used now, as `service_absence` has it.
    """

    ram_bytes: int
    ram_free_bytes: int
    ram_limited_by: str
    memory_budget_bytes: int
    gpu: str
    vram_bytes: int
    vram_free_bytes: int
    disk_free_bytes: int
    service_limits: dict[str, int]
    services_away: dict[str, dict[str, Any]]


def memory_budget_bytes() -> int:
    """Return what models of all services may take together: MEMORY_BUDGET, of the machine or its cgroup."""
    return share_or_bytes(str(site_setting("MEMORY_BUDGET")), memory_of_services().total_bytes)


def memory_of_services() -> Memory:
    """Return the memory that services may use.

    Those at another address than this machine's own run in containers beside ours: our container's limit says nothing
    about them then, and they tell theirs in /health.
    """
    hosts = {urlsplit(url).hostname or "" for url in settings.SERVICE_URLS.values()}
    return machine_memory(limits=all(host in LOOPBACK or host.startswith("127.") for host in hosts))


def machine_look() -> Machine:
    """Return what this machine has; asks every service for its /health."""
    memory = memory_of_services()
    answers = service_healths()
    found = {name: health for name, (health, _why) in answers.items() if health is not None}
    healths = list(found.values())
    limits = {name: int(health.get("memory_limit_bytes") or 0) for name, health in found.items()}
    gpu = next((health["gpu"] for health in healths if health.get("gpu")), None) or {}
    held = sum(int(health.get("model_rss_bytes") or 0) for health in healths)
    held_vram = sum(int(health.get("vram_bytes") or 0) for health in healths)
    return Machine(
        ram_bytes=memory.total_bytes,
        ram_free_bytes=min(memory.total_bytes, memory.free_bytes + held),
        ram_limited_by=memory.limited_by,
        memory_budget_bytes=memory_budget_bytes(),
        gpu=str(gpu.get("name", "")),
        vram_bytes=int(gpu.get("total_bytes", 0)),
        vram_free_bytes=min(int(gpu.get("total_bytes", 0)), int(gpu.get("free_bytes", 0)) + held_vram),
        disk_free_bytes=model_store().free_bytes(),
        service_limits={name: limit for name, limit in limits.items() if 0 < limit < memory.total_bytes},
        services_away={name: service_absence(name, why) for name, (health, why) in answers.items() if health is None},
    )


def model_costs() -> dict[str, Any]:
    """Return `machine`, and as `results` the cost of every model that a setting may hold."""
    machine = machine_look()
    chosen = set(site_settings_get(tuple(MODEL_TASKS)).values())
    registry = settings.MODEL_REGISTRY
    costs = [
        model_cost(registry.by_id[model_id], machine) | {"active": model_id in chosen}
        for task in MODEL_TASKS.values()
        for model_id in registry.choices(task)
        if model_id in registry.by_id
    ]
    return {"machine": machine, "results": costs}


def model_cost(model: ModelEntry, machine: Machine) -> dict[str, Any]:
    """Return what the model needs and is good for; `warnings` says in sentences what this machine lacks for it."""
    installed = None if model.bundled else model_store().installed(model)
    disk_bytes = 0 if model.bundled or installed else _disk_bytes(model)
    lacks = _lacks(model, machine, disk_bytes)
    away = machine.services_away.get(model.service)
    return {
        "id": model.id,
        "setting": next(name.lower() for name, task in MODEL_TASKS.items() if task == model.task),
        "label": model.label,
        "ram_bytes": model.ram_bytes,
        "vram_bytes": model.vram_bytes,
        "download_bytes": 0 if model.bundled or installed else model.download_bytes,
        "disk_bytes": disk_bytes,
        "installed": model.bundled or installed is not None,
        "service_why": away["detail"] if away else "",
        "service_reason": away,
        "languages": list(model.languages),
        "quality": model.quality,
        "warnings": [{"code": code, "detail": detail} for code, detail in lacks],
        "warning": " ".join(detail for _code, detail in lacks),
    }


def _disk_bytes(model: ModelEntry) -> int | None:
    """At its peak: a conversion writes about as much again beside what was downloaded."""
    if model.download_bytes is None:
        return None
    return model.download_bytes * (2 if model.convert else 1)


def _lacks(model: ModelEntry, machine: Machine, disk_bytes: int | None) -> list[tuple[str, str]]:
    found = []
    if model.ram_bytes > machine.memory_budget_bytes:
        found.append(
            (
                "memory_budget",
                f"{model.label} needs {size_text(model.ram_bytes)} of memory, and models may take "
                f"{size_text(machine.memory_budget_bytes)} together on this server (MEMORY_BUDGET).",
            )
        )
    elif model.ram_bytes > machine.ram_free_bytes:
        found.append(
            ("ram", _too_little(model, model.ram_bytes, "memory", machine.ram_free_bytes, "of this server's memory"))
        )
    limit = machine.service_limits.get(model.service)
    if limit is not None and model.ram_bytes > limit:
        where = f"its service {model.service} is limited to"
        needs = f"{model.label} needs {size_text(model.ram_bytes)} of memory, and {where} {size_text(limit)}."
        found.append(("service_limit", needs))
    if machine.gpu and model.vram_bytes > machine.vram_free_bytes:
        found.append(
            ("vram", _too_little(model, model.vram_bytes, "VRAM", machine.vram_free_bytes, f"on its {machine.gpu}"))
        )
    if disk_bytes is not None and disk_bytes > machine.disk_free_bytes:
        found.append(("disk", _too_little(model, disk_bytes, "disk", machine.disk_free_bytes, "on the models' disk")))
    return found


def _too_little(model: ModelEntry, needed: int, what: str, free: int, where: str) -> str:
    return f"{model.label} needs {size_text(needed)} of {what}, and {size_text(free)} are free {where}."
