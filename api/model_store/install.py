"""Install a model: download what is missing, verify all of it, put it in place as a whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from api.model_registry import ModelEntry, ModelFile
from api.model_store.assemble import Checked, Converter, finish, made_folder, make, place
from api.model_store.errors import WrongContentError, full_disk_named
from api.model_store.hashes import Expected, digests_of
from api.model_store.http import fetch as fetch_part
from api.model_store.http import open_session
from api.model_store.manifest import Installed, read_manifest
from api.model_store.progress import NO_PROGRESS, Meter, Progress
from api.model_store.sources import expected_content
from api.model_store.store import ModelStore, damages_in


@dataclass(frozen=True, slots=True)
class _Plan:
    file: ModelFile
    expected: Expected
    part: Path


def install(
    store: ModelStore, model: ModelEntry, *, convert: Converter | None = None, progress: Progress = NO_PROGRESS
) -> Installed:
    """Return the installed model; downloads what is not there yet, and converts it where the entry says so.

    Asks the network only when the local files are not whole or not those of the registry. A second process waits for
    the first and then finds the model there. Raises the errors of api.model_store.errors and DiskFullError; what came
    by then stays and the next call goes on with it.
    """
    with _at_work(store, model, progress):
        if found := _whole(store, model):
            return found
        return finish(store, model, _made(store, model, progress), convert=convert, progress=progress)


def fetch(store: ModelStore, model: ModelEntry, *, progress: Progress = NO_PROGRESS) -> None:
    """Do the first half of `install` for a model that has to be converted: have its verified files beside the models.

    `install` then needs no network. Raises as `install` does.
    """
    with _at_work(store, model, progress):
        if _whole(store, model) is None:
            _made(store, model, progress)


@contextmanager
def _at_work(store: ModelStore, model: ModelEntry, progress: Progress) -> Iterator[None]:
    """Hold the model's lock for the block; while another process does, show how far it is."""

    def waiting() -> None:
        # The bytes are somebody else's, but they are the same bytes.
        progress.check()
        progress.advance(min(store.partial_bytes(model), model.download_bytes or 0))

    progress.target(model.download_bytes or 0)
    with full_disk_named(), store.lock(model, waiting=waiting):
        store.recover(model)
        yield


def _whole(store: ModelStore, model: ModelEntry) -> Installed | None:
    """Return what is installed when every byte of it is as it should be."""
    found = store.installed(model)
    return found if found and store.is_current(model, found) and not store.damages(model) else None


def _made(store: ModelStore, model: ModelEntry, progress: Progress) -> Path:
    """Return the folder of the verified, unpacked files; one that a killed process left is looked at and used."""
    folder = made_folder(store, model)
    left = read_manifest(folder)
    if left and left.id == model.id and store.is_current(model, left) and not damages_in(folder, left):
        return folder
    with open_session() as session:
        checked = _download(session, store, model, progress)
    return make(store, model, checked, progress=progress)


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
        place(file, plan.part)


def _get(session: requests.Session, store: ModelStore, model: ModelEntry, plan: _Plan, meter: Meter) -> Checked:
    url = store.sources.address(model, plan.file)
    # Twice: a part that went bad on the disk, or was glued together from two files, is fetched again from its start.
    for _ in range(2):
        fetch_part(
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


def _sweep(folder: Path, wanted: set[str]) -> None:
    """Parts of another revision are of no use any more."""
    for part in folder.glob("*.part"):
        if part.name not in wanted:
            part.unlink()


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0
