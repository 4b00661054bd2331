"""ml_models.json as frozen dataclasses. Imports no Django, so that settings may use it."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

FORMAT = 1
OFF = "none"
"""The one spelling of "no model" in settings, API and clients."""

Task = Literal["caption", "llm", "clip"]
Entry = TypeVar("Entry")


class RegistryError(ValueError):
    """ml_models.json is malformed; the message names the entry and the field."""


def is_off(model_id: str) -> bool:
    """True when a model setting means that the feature is switched off."""
    return model_id == OFF


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    name: str
    task: Task
    port: int


@dataclass(frozen=True, slots=True)
class ModelFile:
    path: str
    url: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One set of weights. `ram_bytes` and `vram_bytes` are what serving it needs at its peak."""

    id: str
    task: Task
    service: str
    label: str
    description: str
    licence: str
    source: str
    revision: str
    runtime: str
    files: tuple[ModelFile, ...]
    ram_bytes: int
    vram_bytes: int
    languages: tuple[str, ...]
    bundled: bool = False
    default: bool = False
    quality: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ModelRegistry:
    services: tuple[ServiceEntry, ...]
    models: tuple[ModelEntry, ...]

    @cached_property
    def by_id(self) -> dict[str, ModelEntry]:
        return {model.id: model for model in self.models}

    def get(self, model_id: str) -> ModelEntry | None:
        return self.by_id.get(model_id)

    def for_task(self, task: Task) -> tuple[ModelEntry, ...]:
        return tuple(model for model in self.models if model.task == task)

    def default_id(self, task: Task) -> str:
        """Return the id of the task's default model, or OFF when it has none."""
        return next((model.id for model in self.for_task(task) if model.default), OFF)

    def choices(self, task: Task) -> tuple[str, ...]:
        """Return what a model setting of this task may hold, OFF last."""
        return (*(model.id for model in self.for_task(task)), OFF)


def load_registry(path: Path) -> ModelRegistry:
    """Read and check the registry. Raises RegistryError."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise RegistryError(f"{path} cannot be read: {error}") from error
    if document.get("format") != FORMAT:
        raise RegistryError(f"{path}: format {document.get('format')!r} is not {FORMAT}.")
    services = tuple(_build(ServiceEntry, raw, path) for raw in document["services"])
    models = tuple(_model(raw, path) for raw in document["models"])
    _check(services, models, path)
    return ModelRegistry(services=services, models=models)


def _model(raw: dict[str, Any], path: Path) -> ModelEntry:
    values = dict(raw)
    values["files"] = tuple(_build(ModelFile, file, path) for file in raw.get("files", []))
    values["languages"] = tuple(raw.get("languages", []))
    return _build(ModelEntry, values, path)


def _build(kind: type[Entry], raw: dict[str, Any], path: Path) -> Entry:
    try:
        return kind(**raw)
    except TypeError as error:
        name = raw.get("id") or raw.get("name") or raw.get("path")
        raise RegistryError(f"{path}: entry {name!r}: {error}") from error


def _check(services: tuple[ServiceEntry, ...], models: tuple[ModelEntry, ...], path: Path) -> None:
    tasks = {service.name: service.task for service in services}
    seen: set[str] = {OFF}
    for model in models:
        if model.id in seen:
            raise RegistryError(f"{path}: the id {model.id!r} is used twice or reserved.")
        seen.add(model.id)
        if model.task not in get_args(Task):
            raise RegistryError(f"{path}: entry {model.id!r}: unknown task {model.task!r}.")
        if tasks.get(model.service) != model.task:
            raise RegistryError(f"{path}: entry {model.id!r}: no service {model.service!r} for task {model.task!r}.")
