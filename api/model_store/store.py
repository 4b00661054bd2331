"""The folder of models: what is installed, is it still whole, away with it."""

import os
import shutil
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from api.errors import DiskFullError
from api.lib.sizes import size_text
from api.model_registry import MODEL_ID, ModelEntry
from api.model_store.errors import NotInstalledError
from api.model_store.hashes import digests_of
from api.model_store.lock import model_lock
from api.model_store.manifest import Installed, read_manifest
from api.model_store.progress import NO_PROGRESS, Meter, Progress
from api.model_store.sources import Sources


@dataclass(frozen=True, slots=True)
class Damage:
    """A file that is not as it was installed: `why` is one of missing, size, content."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class ModelStore:
    """root: the folder that services know as WEIGHTS_DIR. reserve_bytes: what must stay free on its disk."""

    root: Path
    sources: Sources = Sources()
    reserve_bytes: int = 0

    def folder(self, model: ModelEntry) -> Path:
        return self._inside(self.root, model)

    def downloads(self, model: ModelEntry) -> Path:
        """Where its parts lie until it is whole."""
        return self._inside(self.root / ".downloads", model)

    def lock(self, model: ModelEntry, *, waiting: Callable[[], None] | None = None) -> AbstractContextManager[None]:
        return model_lock(self.root / ".locks" / f"{model.id}.lock", waiting=waiting)

    def installed(self, model: ModelEntry) -> Installed | None:
        """Return what is installed under the model's id, whole as far as names and sizes tell; None when nothing is.

        Files that still have to be converted count as nothing. A few look-ups and no reading, so it may be asked for
        every request.
        """
        found = read_manifest(self.folder(model))
        if found is None or found.id != model.id or not _is_converted(model, found):
            return None
        return found if all(_has_size(self.folder(model) / f.path, f.size_bytes) for f in found.files) else None

    def is_current(self, model: ModelEntry, installed: Installed) -> bool:
        """True when it is the revision that the registry wants, made from the files that the registry names."""
        made_from = {file.path: file.sha256 for file in installed.downloads}
        wanted = {file.path: file.sha256 or made_from.get(file.path) for file in model.files}
        return installed.revision == model.revision and made_from == wanted

    def damages(self, model: ModelEntry, *, progress: Progress = NO_PROGRESS) -> list[Damage]:
        """Read every file and return those that are not as they were installed; never asks the network.

        Raises NotInstalledError.
        """
        folder = self.folder(model)
        found = read_manifest(folder)
        if found is None or found.id != model.id:
            raise NotInstalledError(f"{model.label} is not installed.")
        return damages_in(folder, found, progress=progress)

    def partial_bytes(self, model: ModelEntry) -> int:
        """How much of a download that is not in place lies on the disk."""
        waiting = read_manifest(self.downloads(model) / "made")
        if waiting is not None:
            return waiting.size_bytes
        try:
            return sum(part.stat().st_size for part in self.downloads(model).glob("*.part"))
        except FileNotFoundError:  # it ended between the two look-ups
            return 0

    def remove(self, model: ModelEntry) -> int:
        """Take the model and its parts off the disk; returns how many bytes that frees. Raises ModelBusyError."""
        with self.lock(model):
            freed = _tree_bytes(self.folder(model)) + _tree_bytes(self.downloads(model))
            self.discard_downloads(model)
            self.put_away(model)
            self.empty_trash(model)
        return freed

    def discard_downloads(self, model: ModelEntry) -> None:
        shutil.rmtree(self.downloads(model), ignore_errors=True)

    # ---- below: for those who hold the lock

    def put_away(self, model: ModelEntry) -> None:
        """Move the installed folder to the trash in one step; a service that has its files open is not disturbed."""
        trash = self.root / ".trash"
        trash.mkdir(parents=True, exist_ok=True)
        if self.folder(model).exists():
            self.folder(model).rename(trash / f"{model.id}~{uuid.uuid4().hex}")

    def swap_in(self, model: ModelEntry, made: Path) -> None:
        """Put a finished folder in place: it is there as a whole or not at all, whenever the power goes."""
        self.put_away(model)
        made.rename(self.folder(model))
        sync_folder(self.root)
        self.empty_trash(model)

    def recover(self, model: ModelEntry) -> None:
        """Bring back what a process that died inside `swap_in` had put away."""
        if not self.folder(model).exists():
            for old in (self.root / ".trash").glob(f"{model.id}~*"):
                if read_manifest(old) is not None:
                    old.rename(self.folder(model))
                    break
        self.empty_trash(model)

    def empty_trash(self, model: ModelEntry) -> None:
        for old in (self.root / ".trash").glob(f"{model.id}~*"):
            shutil.rmtree(old, ignore_errors=True)

    def free_bytes(self) -> int:
        """What may be written before the reserve is touched."""
        self.root.mkdir(parents=True, exist_ok=True)
        return max(0, shutil.disk_usage(self.root).free - self.reserve_bytes)

    def demand_space(self, needed_bytes: int) -> None:
        """Raise DiskFullError with the numbers when so much does not fit."""
        free = self.free_bytes()
        if needed_bytes > free:
            raise DiskFullError(
                f"{size_text(needed_bytes)} are needed for the model, and the disk of {self.root} has "
                f"{size_text(free)} left.",
                needed_bytes=needed_bytes,
                free_bytes=free,
            )

    @staticmethod
    def _inside(folder: Path, model: ModelEntry) -> Path:
        if not MODEL_ID.fullmatch(model.id):
            raise ValueError(f"{model.id!r} is not a model id")
        return folder / model.id


def damages_in(folder: Path, manifest: Installed, *, progress: Progress = NO_PROGRESS) -> list[Damage]:
    """Read every file of a manifest and return those that are not as it says."""
    meter = Meter(progress, manifest.size_bytes)
    damages = []
    for file in manifest.files:
        path = folder / file.path
        if path.is_symlink() or not path.is_file():
            damages.append(Damage(file.path, "missing"))
        elif not _has_size(path, file.size_bytes):
            damages.append(Damage(file.path, "size"))
        elif digests_of(path, check=meter.check).sha256 != file.sha256:
            damages.append(Damage(file.path, "content"))
        meter.add(file.size_bytes)
    meter.finish()
    return damages


def _is_converted(model: ModelEntry, found: Installed) -> bool:
    return not model.convert or (found.conversion is not None and found.conversion.kind == model.convert)


def sync_folder(folder: Path) -> None:
    """Have the folder's list of names on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _has_size(path: Path, size_bytes: int) -> bool:
    try:
        return path.stat().st_size == size_bytes
    except OSError:
        return False


def _tree_bytes(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())
