"""Carry models to a machine without Internet: export a bundle, import a bundle or the original files."""

import os
import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path

from api.errors import InvalidError
from api.model_registry import ModelEntry, ModelFile, ModelRegistry
from api.model_store.assemble import Checked, Converter, assemble
from api.model_store.errors import NotInstalledError, UnverifiableError, WrongContentError, full_disk_named
from api.model_store.hashes import Digests, digests_of
from api.model_store.manifest import NAME, Installed, read_manifest
from api.model_store.progress import NO_PROGRESS, Progress
from api.model_store.store import ModelStore
from api.model_store.unpack import unpack


def export_bundle(store: ModelStore, model: ModelEntry, target: Path, *, progress: Progress = NO_PROGRESS) -> Path:
    """Write the installed model as a tar file and return its path; a folder as target gets `<id>.tar`.

    Raises NotInstalledError, and WrongContentError when the model is damaged.
    """
    target = target / f"{model.id}.tar" if target.is_dir() else target
    if damages := store.damages(model, progress=progress):
        raise WrongContentError(f"{model.label} is damaged ({damages[0].path}: {damages[0].why}); download it again.")
    partial = target.with_name(f".{target.name}.partial")
    try:
        with full_disk_named(), partial.open("wb") as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                for name in (NAME, *(one.path for one in _manifest(store, model).files)):
                    progress.check()
                    tar.add(store.folder(model) / name, f"{model.id}/{name}", recursive=False, filter=_plain)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)
    return target


def _manifest(store: ModelStore, model: ModelEntry) -> Installed:
    found = read_manifest(store.folder(model))
    if found is None:
        raise NotInstalledError(f"{model.label} is not installed.")
    return found


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o644
    return member


def import_files(
    store: ModelStore,
    registry: ModelRegistry,
    source: Path,
    *,
    model: ModelEntry | None = None,
    accept_unverified: bool = False,
    convert: Converter | None = None,
    progress: Progress = NO_PROGRESS,
) -> Installed:
    """Install from a bundle, a folder or a single file, without the network, and return what was installed.

    A bundle holds what its machine has converted; files as their source publishes them are converted here.

    source: a bundle of `export_bundle` (the tar, or its folder), or the files as the source publishes them. model:
    which one it is, when neither the bundle nor a file's hash or name tells. accept_unverified: the person vouches for
    files whose hash no public source gives. Raises InvalidError, DiskFullError and the errors of this package.
    """
    if not source.exists():
        raise InvalidError(f"{source} does not exist.")
    with full_disk_named():
        return _Import(store, registry, accept_unverified, convert, progress).run(source, model)


@dataclass(frozen=True, slots=True)
class _Import:
    """One import: where to, by whose leave, and who converts and hears about it."""

    store: ModelStore
    registry: ModelRegistry
    accept_unverified: bool
    convert: Converter | None
    progress: Progress

    def run(self, source: Path, model: ModelEntry | None) -> Installed:
        if source.is_file() and (bundled := _model_of_bundle(source, self.registry)):
            return self._bundle(bundled, source)
        manifest = read_manifest(source) if source.is_dir() else None
        if manifest:
            return self._folder(_known(self.registry, manifest.id), source, manifest)
        candidates = _plain_files(source)
        found = model or _guess(self.registry, candidates, self.progress)
        with self.store.lock(found):
            self.store.demand_space(sum(path.stat().st_size for path in candidates))
            checked = self._match(found, candidates)
            return assemble(self.store, found, checked, convert=self.convert, progress=self.progress)

    def _bundle(self, model: ModelEntry, source: Path) -> Installed:
        with self.store.lock(model):
            self.store.demand_space(2 * source.stat().st_size)
            opened = self.store.downloads(model) / "bundle"
            shutil.rmtree(opened, ignore_errors=True)
            try:
                limit = self.store.free_bytes()
                unpack(source, opened, strip=1, limit_bytes=limit, check=self.progress.check)
                manifest = read_manifest(opened)
                if manifest is None:
                    raise WrongContentError(f"{source.name} has no readable {NAME}.")
                return self._take_over(model, opened, manifest)
            finally:
                shutil.rmtree(opened, ignore_errors=True)

    def _folder(self, model: ModelEntry, source: Path, manifest: Installed) -> Installed:
        with self.store.lock(model):
            self.store.demand_space(manifest.size_bytes)
            return self._take_over(model, source, manifest)

    def _take_over(self, model: ModelEntry, folder: Path, manifest: Installed) -> Installed:
        """Install the files of a manifest; each must have its hash, and where the registry knows better, that one.

        What was converted elsewhere is not in the registry: there the bundle's own hashes count.
        """
        _demand_fitting(self.store, model, manifest)
        parts = self.store.downloads(model) / "copied"
        shutil.rmtree(parts, ignore_errors=True)
        checked = []
        wanted = {} if manifest.conversion else {file.path: file.sha256 for file in model.files if file.sha256}
        for one in manifest.files:
            copy = _copy(folder / one.path, parts / one.path)
            digests = digests_of(copy, check=self.progress.check)
            if digests.sha256 != wanted.get(one.path, one.sha256):
                raise WrongContentError(f"{one.path} in the bundle is damaged: its sha256 is not {one.sha256}.")
            file = ModelFile(one.path, "", one.sha256, one.size_bytes, verified=True)
            checked.append(Checked(file, copy, digests, "bundle"))
        return assemble(self.store, model, checked, convert=self.convert, progress=self.progress, bundled=manifest)

    def _match(self, model: ModelEntry, candidates: list[Path]) -> list[Checked]:
        """Find each file of the registry among the candidates, by path, by name, or when it is the only one."""
        parts = self.store.downloads(model) / "copied"
        shutil.rmtree(parts, ignore_errors=True)
        checked, missing = [], []
        for file in model.files:
            found = _find(file, candidates, only=len(model.files) == 1)
            if found is None:
                missing.append(file.path)
                continue
            copy = _copy(found, parts / file.path)
            digests = digests_of(copy, check=self.progress.check)
            origin = _check(file, digests, accept_unverified=self.accept_unverified)
            checked.append(Checked(file, copy, digests, origin))
        if missing:
            raise NotInstalledError(
                f"{model.label} also needs {', '.join(missing)}; put all its files into one folder."
            )
        return checked


def _model_of_bundle(source: Path, registry: ModelRegistry) -> ModelEntry | None:
    """Return the model if the file is a tar that starts with `<id>/installed.json`."""
    try:
        with tarfile.open(source, mode="r:") as tar:
            first = tar.next()
    except (tarfile.TarError, OSError):
        return None
    name = first.name if first else ""
    return _known(registry, name.removesuffix(f"/{NAME}")) if name.endswith(f"/{NAME}") else None


def _demand_fitting(store: ModelStore, model: ModelEntry, manifest: Installed) -> None:
    """Raise WrongContentError for a bundle of another model or version."""
    held = {file.path for file in manifest.files}
    if manifest.conversion:
        complete = manifest.conversion.kind == model.convert
    else:
        complete = all(file.unpack is not None or file.path in held for file in model.files)
    if manifest.id != model.id or not complete or not store.is_current(model, manifest):
        raise WrongContentError(
            f"The bundle holds {manifest.id} {manifest.revision}, made from other files than this version's list "
            f"of models names for {model.id} {model.revision}."
        )


def _check(file: ModelFile, digests: Digests, *, accept_unverified: bool) -> str:
    if file.sha256 is None:
        if not accept_unverified:
            raise UnverifiableError(
                f"No public source gives the hash of {file.path}. Its sha256 is {digests.sha256}: compare it with one "
                f"that you trust, and repeat with --accept-unverified."
            )
        return "person"
    if digests.sha256 != file.sha256:
        raise WrongContentError(f"{file.path} has the sha256 {digests.sha256} instead of {file.sha256}.")
    return "registry"


def _find(file: ModelFile, candidates: list[Path], *, only: bool) -> Path | None:
    for path in candidates:
        if path.as_posix().endswith(f"/{file.path}") or path.name == Path(file.path).name:
            return path
    return candidates[0] if only and len(candidates) == 1 else None


def _guess(registry: ModelRegistry, candidates: list[Path], progress: Progress) -> ModelEntry:
    """Tell the model by the hash of its largest file, else by a file name that only one model has."""
    if not candidates:
        raise InvalidError("There are no files to import.")
    largest = max(candidates, key=lambda path: path.stat().st_size)
    sha256 = digests_of(largest, check=progress.check).sha256
    known = [model for model in registry.models if any(file.sha256 == sha256 for file in model.files)]
    if not known:
        known = [model for model in registry.models if any(file.path == largest.name for file in model.files)]
    if len(known) != 1:
        raise InvalidError(f"Which model is {largest.name}? Name it with --model ID.")
    return known[0]


def _plain_files(source: Path) -> list[Path]:
    if source.is_file():
        return [source.absolute()]
    return sorted(path.absolute() for path in source.rglob("*") if path.is_file() and not path.is_symlink())


def _known(registry: ModelRegistry, model_id: str) -> ModelEntry:
    found = registry.get(model_id)
    if found is None or found.bundled:
        raise InvalidError(f"{model_id!r} is not a model that can be imported.")
    return found


def _copy(source: Path, target: Path) -> Path:
    """Copy first and look at the copy: what was checked is what gets installed."""
    if source.is_symlink() or not source.is_file():
        raise WrongContentError(f"{source.name} is missing, or is no plain file.")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    with target.open("rb") as file:
        os.fsync(file.fileno())
    return target
