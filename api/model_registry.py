"""ml_models.json as frozen dataclasses. Imports no Django, so that settings may use it."""

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, Literal, TypeVar, get_args

FORMAT = 1
OFF = "none"
"""The one spelling of "no model" in settings, API and clients."""

Task = Literal["caption", "llm", "clip", "ocr"]
MODEL_TASKS: dict[str, Task] = {
    "CAPTIONING_MODEL": "caption",
    "LLM_MODEL": "llm",
    "CLIP_MODEL": "clip",
    "OCR_MODEL": "ocr",
}
"""The settings that name a model, and what that model must be able to do."""
Entry = TypeVar("Entry")

MODEL_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class RegistryError(ValueError):
    """ml_models.json is malformed; the message names the entry and the field."""


def is_off(model_id: str) -> bool:
    """True when a model setting means that the feature is switched off."""
    return model_id == OFF


def is_safe_path(path: str) -> bool:
    """True for a relative path that stays inside its folder and hides nothing: no "..", no dot files."""
    parts = PurePosixPath(path).parts
    return bool(parts) and "\\" not in path and "\0" not in path and not any(p.startswith((".", "/")) for p in parts)


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """`available`: false while this version has no such service; nothing starts it and no setting offers its models."""

    name: str
    task: Task
    port: int
    available: bool = True


@dataclass(frozen=True, slots=True)
class Unpack:
    """A file that is a tar archive: how many leading folders to drop, and what must be inside."""

    strip: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelFile:
    """`sha256` is None when no public source gives it: then the hub's own hash decides, see api.model_store.

    `size_bytes` is None when unknown.
    """

    path: str
    url: str
    sha256: str | None
    size_bytes: int | None
    verified: bool
    unpack: Unpack | None = None


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One set of weights. `ram_bytes` and `vram_bytes` are what serving it needs at its peak.

    `convert` names what has to happen to the files before the service can read them. `available` is false while this
    version cannot do that. `explains`: a captioner that can tell for each word where it looked. `librephotos_name` is
    what LibrePhotos' clients call the model.
    """

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
    available: bool = True
    recommended: bool = False
    explains: bool = False
    convert: str = ""
    librephotos_name: str = ""
    quality: dict[str, Any] = field(default_factory=dict)

    @property
    def download_bytes(self) -> int | None:
        """What a download costs; None when the size of a file is known to its server only."""
        sizes = [file.size_bytes for file in self.files]
        return None if None in sizes else sum(size for size in sizes if size is not None)

    @property
    def verified(self) -> bool:
        """True when every file's hash is known from public sources."""
        return all(file.verified for file in self.files)


@dataclass(frozen=True)
class ModelRegistry:
    services: tuple[ServiceEntry, ...]
    models: tuple[ModelEntry, ...]

    @cached_property
    def by_id(self) -> dict[str, ModelEntry]:
        return {model.id: model for model in self.models}

    @cached_property
    def available_services(self) -> frozenset[str]:
        return frozenset(service.name for service in self.services if service.available)

    def get(self, model_id: str) -> ModelEntry | None:
        return self.by_id.get(model_id)

    def for_task(self, task: Task) -> tuple[ModelEntry, ...]:
        return tuple(model for model in self.models if model.task == task)

    def is_available(self, model: ModelEntry) -> bool:
        """True when this version has the model's service and can make its files ready for it."""
        return model.available and model.service in self.available_services

    def default_id(self, task: Task) -> str:
        """Return the id of the task's default model, or OFF when it has none."""
        return next((model.id for model in self.for_task(task) if model.default), OFF)

    def choices(self, task: Task) -> tuple[str, ...]:
        """Return what a model setting of this task may hold, OFF last."""
        return (*(model.id for model in self.for_task(task) if self.is_available(model)), OFF)


def load_registry(path: Path) -> ModelRegistry:
    """Read and check the registry. Raises RegistryError."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise RegistryError(f"{path} cannot be read: {error}") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise RegistryError(f"{path} is not a list of models in format {FORMAT}.")
    services = tuple(_build(ServiceEntry, raw, path) for raw in document["services"])
    models = tuple(_model(raw, path) for raw in document["models"])
    _check(services, models, path)
    return ModelRegistry(services=services, models=models)


def _model(raw: dict[str, Any], path: Path) -> ModelEntry:
    values = dict(raw)
    values["files"] = tuple(_file(file, path) for file in raw.get("files", []))
    values["languages"] = tuple(raw.get("languages", []))
    return _build(ModelEntry, values, path)


def _file(raw: dict[str, Any], path: Path) -> ModelFile:
    values = dict(raw)
    if unpack := raw.get("unpack"):
        values["unpack"] = _build(Unpack, {**unpack, "members": tuple(unpack.get("members", ()))}, path)
    return _build(ModelFile, values, path)


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
        for problem in _problems(model, tasks):
            raise RegistryError(f"{path}: entry {model.id!r}: {problem}")


def _problems(model: ModelEntry, tasks: dict[str, Task]) -> list[str]:
    found = []
    if not MODEL_ID.fullmatch(model.id):
        found.append("the id is not lower case letters, digits, dots and dashes.")
    if model.task not in get_args(Task):
        found.append(f"unknown task {model.task!r}.")
    if tasks.get(model.service) != model.task:
        found.append(f"no service {model.service!r} for task {model.task!r}.")
    if model.bundled == bool(model.files):
        found.append("a bundled model has no files to download, every other one has.")
    if len({file.path for file in model.files}) < len(model.files):
        found.append("two files have the same path.")
    return found + [f"file {file.path!r}: {why}" for file in model.files for why in _file_problems(file)]


def _file_problems(file: ModelFile) -> list[str]:
    found = []
    if not is_safe_path(file.path):
        found.append("not a path inside the model's folder.")
    if not file.url.startswith("https://"):
        found.append("the address is not https.")
    if file.sha256 is not None and not _SHA256.fullmatch(file.sha256):
        found.append("sha256 is not 64 hex digits in lower case.")
    if file.verified != (file.sha256 is not None):
        found.append("`verified` says that the sha256 is known; the two disagree.")
    if file.size_bytes is not None and file.size_bytes <= 0:
        found.append("size_bytes is not positive.")
    if file.unpack and not all(is_safe_path(member) for member in file.unpack.members):
        found.append("a member is not a path inside the model's folder.")
    return found
