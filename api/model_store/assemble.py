"""From verified files to a model in its place: unpack, convert, list, swap."""

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api.model_registry import ModelEntry, ModelFile
from api.model_store.errors import ConversionError, UnsafeArchiveError
from api.model_store.hashes import Digests, digests_of
from api.model_store.manifest import (
    NAME,
    CheckedFile,
    Conversion,
    Installed,
    InstalledFile,
    read_manifest,
    write_manifest,
)
from api.model_store.progress import NO_PROGRESS, Progress
from api.model_store.store import ModelStore, sync_folder
from api.model_store.unpack import unpack
from api.model_store.vocabulary import convert_vocabulary

Converter = Callable[[ModelEntry, Path, Path, Progress], dict[str, Any]]
"""convert(model, source, target, progress) fills the empty folder `target` with what the model's service loads, and
returns figures about it. Both folders are relative to the store's root, which services know as WEIGHTS_DIR."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A file of the registry that lies on the disk with the right content."""

    file: ModelFile
    path: Path
    digests: Digests
    checked_against: str


def made_folder(store: ModelStore, model: ModelEntry) -> Path:
    """Where verified files lie, unpacked, until they are converted or put in place."""
    return store.downloads(model) / "made"


def assemble(
    store: ModelStore,
    model: ModelEntry,
    checked: Sequence[Checked],
    *,
    convert: Converter | None = None,
    progress: Progress = NO_PROGRESS,
    bundled: Installed | None = None,
) -> Installed:
    """Make the model's folder from verified files and put it in place. For those who hold the lock.

    bundled: the manifest of a bundle that they come from; what it has converted is not converted again.
    """
    made = make(store, model, checked, progress=progress, bundled=bundled)
    return finish(store, model, made, convert=convert, progress=progress)


def make(
    store: ModelStore,
    model: ModelEntry,
    checked: Sequence[Checked],
    *,
    progress: Progress = NO_PROGRESS,
    bundled: Installed | None = None,
) -> Path:
    """Unpack verified files into one folder and list them in its manifest; returns the folder."""
    made = made_folder(store, model)
    _empty(made)
    for one in checked:
        progress.check()
        if one.file.unpack is None:
            place(one.path, made / one.file.path)
            continue
        unpack(one.path, made, strip=one.file.unpack.strip, limit_bytes=store.free_bytes(), check=progress.check)
        missing = [name for name in one.file.unpack.members if not (made / name).is_file()]
        if missing:
            raise UnsafeArchiveError(f"{one.file.path} lacks {', '.join(missing)}.")
    _convert_pickles(made)
    installed = Installed(
        id=model.id,
        revision=model.revision,
        installed_at="",
        files=tuple(_inventory(made, progress)),
        downloads=bundled.downloads if bundled else tuple(map(_record, checked)),
        conversion=bundled.conversion if bundled else None,
    )
    _seal(made, installed)
    # An archive and what was in it need not both wait for the conversion.
    for part in store.downloads(model).glob("*.part"):
        part.unlink()
    return made


def finish(
    store: ModelStore, model: ModelEntry, made: Path, *, convert: Converter | None, progress: Progress
) -> Installed:
    """Convert what `make` made, where the entry says so, and put it in place. For those who hold the lock."""
    installed = read_manifest(made)
    assert installed is not None  # noqa: S101 - `make` has just written it
    if model.convert and installed.conversion is None:
        made, installed = _converted(store, model, made, installed, convert, progress)
    installed = replace(installed, installed_at=datetime.now(UTC).isoformat(timespec="seconds"))
    _seal(made, installed)
    progress.check()
    store.swap_in(model, made)
    store.discard_downloads(model)
    return installed


def _converted(
    store: ModelStore,
    model: ModelEntry,
    source: Path,
    manifest: Installed,
    convert: Converter | None,
    progress: Progress,
) -> tuple[Path, Installed]:
    """Have the model's service convert the files into a folder beside them; what a killed try left is thrown away."""
    if convert is None:
        raise ConversionError(f"The files of {model.label} have to be converted, and nobody here can do that.")
    store.demand_space(manifest.size_bytes)
    target = store.downloads(model) / "converted"
    _empty(target)
    report = convert(model, source.relative_to(store.root), target.relative_to(store.root), progress)
    _demand_plain(model, target)
    for path in target.rglob("*"):
        _sync(path)
    files = tuple(_inventory(target, progress))
    return target, replace(manifest, files=files, conversion=Conversion(kind=model.convert, report=report))


def _demand_plain(model: ModelEntry, folder: Path) -> None:
    found = list(folder.rglob("*"))
    if any(path.is_symlink() or not (path.is_file() or path.is_dir()) for path in found):
        raise ConversionError(f"The conversion of {model.label} left something that is no plain file.")
    if not any(path.is_file() for path in found):
        raise ConversionError(f"The conversion of {model.label} left no files.")


def _seal(folder: Path, installed: Installed) -> None:
    """Write the manifest, and have all names on the disk."""
    write_manifest(folder, installed)
    for inner in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        sync_folder(inner)


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _sync(path: Path) -> None:
    """Have another process' file on the disk before it counts as a model."""
    if path.is_file():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _record(one: Checked) -> CheckedFile:
    return CheckedFile(one.file.path, one.digests.sha256, one.digests.size_bytes, one.checked_against)


def place(source: Path, target: Path) -> None:
    """A second name for the same bytes: the part stays until the model is in place, should this process die."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)


def _convert_pickles(folder: Path) -> None:
    """No pickled vocabulary gets into the models' folder: it becomes vocabulary.json, or the model is refused."""
    for pickled in sorted(folder.rglob("*.pkl")):
        convert_vocabulary(pickled, folder / "vocabulary.json")
        pickled.unlink()


def _inventory(folder: Path, progress: Progress) -> list[InstalledFile]:
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / NAME):
        digests = digests_of(path, check=progress.check)
        found.append(InstalledFile(path.relative_to(folder).as_posix(), digests.sha256, digests.size_bytes))
    return found
