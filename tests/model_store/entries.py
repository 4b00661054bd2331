"""Registry entries for the hub of the tests."""

import hashlib
from typing import Any

from api.model_registry import ModelEntry, ModelFile, ModelRegistry, ServiceEntry, Unpack
from api.model_store import ModelStore, Progress
from api.model_store.sources import HUB

REPO = f"{HUB}/test/weights/resolve/main/"


def entry_file(path: str, content: bytes, *, known: bool = True, unpack: Unpack | None = None) -> ModelFile:
    """known=False: as if no public source gave hash and size."""
    sha256 = hashlib.sha256(content).hexdigest() if known else None
    return ModelFile(path, REPO + path, sha256, len(content) if known else None, known, unpack)


def entry(*files: ModelFile, model_id: str = "tiny", **values: Any) -> ModelEntry:
    fields: dict[str, Any] = {
        "id": model_id,
        "task": "caption",
        "service": "im2txt",
        "label": "Tiny",
        "description": "For tests.",
        "licence": "MIT",
        "source": "https://example.org",
        "revision": "1",
        "runtime": "onnxruntime",
        "files": files,
        "ram_bytes": 1,
        "vram_bytes": 0,
        "languages": ("en",),
    }
    return ModelEntry(**{**fields, **values})


def registry(*models: ModelEntry) -> ModelRegistry:
    return ModelRegistry(services=(ServiceEntry("im2txt", "caption", 8007),), models=models)


def nothing_installed(store: ModelStore) -> bool:
    """No folder that a service would look into."""
    return not [path for path in store.root.iterdir() if not path.name.startswith(".")]


class Recorder(Progress):
    """Keeps what was told; `stop_at` bytes it raises `Stopped`."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.targets: list[int] = []
        self.steps: list[int] = []
        self._stop_at = stop_at

    def target(self, count: int) -> None:
        self.targets.append(count)

    def advance(self, current: int) -> None:
        self.steps.append(current)
        if self._stop_at is not None and current >= self._stop_at:
            raise Stopped

    def check(self) -> None:
        pass


class Stopped(Exception):  # noqa: N818 - not an error
    pass
