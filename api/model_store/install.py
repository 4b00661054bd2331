"""Install a model: download what is missing, verify all of it, put it in place as a whole."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import requests

from api.model_registry import ModelEntry, ModelFile
from api.model_store.errors import UnsafeArchiveError, WrongContentError, full_disk_named
from api.model_store.hashes import Digests, Expected, digests_of
from api.model_store.http import fetch, open_session
from api.model_store.manifest import NAME, CheckedFile, Installed, InstalledFile, write_manifest
from api.model_store.progress import NO_PROGRESS, Meter, Progress
from api.model_store.sources import expected_content
from api.model_store.store import ModelStore, sync_folder
from api.model_store.unpack import unpack
from api.model_store.vocabulary import convert_vocabulary


@dataclass(frozen=True, slots=True)
class Checked:
    """A file of the registry that lies on the disk with the right content."""

    file: ModelFile
    path: Path
    digests: Digests
    checked_against: str


@dataclass(frozen=True, slots=True)
class _Plan:
    file: ModelFile
    expected: Expected
    part: Path


def install(store: ModelStore, model: ModelEntry, *, progress: Progress = NO_PROGRESS) -> Installed:
    """Return the installed model; downloads what is not there yet.

    Asks the network only when the local files are not whole or not those of the registry. A second process waits for
    the first and then finds the model there. Raises the errors of api.model_store.errors and DiskFullError; what came
    by then stays and the next call goes on with it.
    """

    def waiting() -> None:
        # The bytes are somebody else's, but they are the same bytes.
        progress.check()
        progress.advance(min(store.partial_bytes(model), model.download_bytes or 0))

    progress.target(model.download_bytes or 0)
    with full_disk_named(), store.lock(model, waiting=waiting):
        store.recover(model)
        found = store.installed(model)
        if found and store.is_current(model, found) and not store.damages(model):
            return found
        with open_session() as session:
            checked = _download(session, store, model, progress)
        return assemble(store, model, checked, progress=progress)


def _download(session: requests.Session, store: ModelStore, model: ModelEntry, progress: Progress) -> list[Checked]:
    folder = store.downloads(model)
    folder.mkdir(parents=True, exist_ok=True)
    meter = Meter(progress, model.download_bytes or 0)
    plans = []
    for file in model.files:
        expected = expected_content(session, store.sources, model, file, sleep=meter.sleep)
        plans.append(_Plan(file, expected, folder / expected.part_name))
    _sweep(folder, {plan.part.name for plan in plans})
    for plan in plans:
        _reuse(store.folder(model), plan)
    meter = Meter(progress, sum(plan.expected.size_bytes or 0 for plan in plans))
    store.demand_space(sum(max(0, (plan.expected.size_bytes or 0) - _size(plan.part)) for plan in plans))
    meter.add(sum(_size(plan.part) for plan in plans))
    checked = [_get(session, store, model, plan, meter) for plan in plans]
    meter.finish()
    return checked


def _reuse(installed: Path, plan: _Plan) -> None:
    """Take a file of the installed folder for a part when its length fits; its content is looked at like any other's.

    Only whole ones: writing on would change the installed file.
    """
    file = installed / plan.file.path
    if plan.part.exists() or file.is_symlink() or not file.is_file():
        return
    if file.stat().st_size == plan.expected.size_bytes:
        _place(file, plan.part)


def _get(session: requests.Session, store: ModelStore, model: ModelEntry, plan: _Plan, meter: Meter) -> Checked:
    url = store.sources.address(model, plan.file)
    # Twice: a part that went bad on the disk, or was glued together from two files, is fetched again from its start.
    for _ in range(2):
        fetch(
            session,
            url,
            plan.part,
            size_bytes=plan.expected.size_bytes,
            limit_bytes=store.free_bytes() + _size(plan.part),
            meter=meter,
        )
        if plan.expected.size_bytes is None:
            meter.grow(_size(plan.part))
        digests = digests_of(plan.part, check=meter.check)
        if digests.fit(plan.expected):
            return Checked(plan.file, plan.part, digests, plan.expected.origin)
        meter.add(-digests.size_bytes)
        plan.part.unlink()
    raise WrongContentError(
        f"{url} does not have the content that the {plan.expected.origin} promises: its "
        f"{plan.expected.kind} is not {plan.expected.digest}."
    )


def assemble(
    store: ModelStore,
    model: ModelEntry,
    checked: Sequence[Checked],
    *,
    progress: Progress = NO_PROGRESS,
    downloads: tuple[CheckedFile, ...] | None = None,
) -> Installed:
    """Make the model's folder from verified files and put it in place. For those who hold the lock.

    downloads: what the files were made from, when that happened on another machine.
    """
    made = store.downloads(model) / "made"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    for one in checked:
        progress.check()
        if one.file.unpack is None:
            _place(one.path, made / one.file.path)
            continue
        unpack(one.path, made, strip=one.file.unpack.strip, limit_bytes=store.free_bytes(), check=progress.check)
        missing = [name for name in one.file.unpack.members if not (made / name).is_file()]
        if missing:
            raise UnsafeArchiveError(f"{one.file.path} lacks {', '.join(missing)}.")
    _convert_pickles(made)
    installed = Installed(
        id=model.id,
        revision=model.revision,
        installed_at=datetime.now(UTC).isoformat(timespec="seconds"),
        files=tuple(_inventory(made, progress)),
        downloads=tuple(map(_record, checked)) if downloads is None else downloads,
    )
    write_manifest(made, installed)
    for folder in (made, *(path for path in made.rglob("*") if path.is_dir())):
        sync_folder(folder)
    progress.check()
    store.swap_in(model, made)
    store.discard_downloads(model)
    return installed


def _record(one: Checked) -> CheckedFile:
    return CheckedFile(one.file.path, one.digests.sha256, one.digests.size_bytes, one.checked_against)


def _place(source: Path, target: Path) -> None:
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


def _sweep(folder: Path, wanted: set[str]) -> None:
    """Parts of another revision are of no use any more."""
    for part in folder.glob("*.part"):
        if part.name not in wanted:
            part.unlink()


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0
