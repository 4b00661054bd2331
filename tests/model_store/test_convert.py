"""Models whose files have to be converted before they count as a model."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.model_registry import ModelEntry
from api.model_store import (
    ConversionError,
    ModelStore,
    NotInstalledError,
    Progress,
    WrongContentError,
    export_bundle,
    fetch,
    import_files,
    install,
)
from tests.hub import Hub
from tests.model_store.entries import entry, entry_file, nothing_installed, registry

CONTENT = bytes(range(256)) * 100
MODEL = entry(entry_file("weights.bin", CONTENT), entry_file("config.json", b"{}"), convert="reverse")
REPORT = {"cosine": 0.999}


@pytest.fixture(autouse=True)
def files(hub: Hub) -> None:
    hub.files = {"weights.bin": CONTENT, "config.json": b"{}"}


class Reverse:
    """A conversion; `fails` before it has done anything of use."""

    def __init__(self, store: ModelStore, *, fails: bool = False) -> None:
        self.store, self.fails, self.calls = store, fails, 0

    def __call__(self, model: ModelEntry, source: Path, target: Path, progress: Progress) -> dict[str, Any]:
        self.calls += 1
        made = self.store.root / target
        assert not source.is_absolute() and not target.is_absolute() and list(made.iterdir()) == []
        (made / "half").write_bytes(b"half of it")
        if self.fails:
            raise RuntimeError("the power went")
        (made / "half").unlink()
        (made / "model.onnx").write_bytes((self.store.root / source / "weights.bin").read_bytes()[::-1])
        shutil.copy(self.store.root / source / "config.json", made / "config.json")
        (made / "config.json").write_text('{"format": 1}')
        return REPORT


def test_it_works(store: ModelStore, hub: Hub) -> None:
    installed = install(store, MODEL, convert=Reverse(store))
    assert (store.folder(MODEL) / "model.onnx").read_bytes() == CONTENT[::-1]
    assert sorted(file.path for file in installed.files) == ["config.json", "model.onnx"]
    assert sorted(file.path for file in installed.downloads) == ["config.json", "weights.bin"]
    assert installed.conversion is not None
    assert (installed.conversion.kind, installed.conversion.report) == ("reverse", REPORT)
    assert store.installed(MODEL) == installed
    assert store.damages(MODEL) == []
    assert not store.downloads(MODEL).exists()

    hub.requests.clear()
    again = Reverse(store)
    assert install(store, MODEL, convert=again) == installed
    assert (hub.requests, again.calls) == ([], 0)


def test_fetched_first_and_converted_without_the_hub(store: ModelStore, hub: Hub) -> None:
    fetch(store, MODEL)
    assert nothing_installed(store) and store.installed(MODEL) is None
    assert store.partial_bytes(MODEL) == len(CONTENT) + 2
    assert not list(store.downloads(MODEL).glob("*.part"))
    hub.files, hub.statuses = {}, hub.statuses
    hub.requests.clear()
    install(store, MODEL, convert=Reverse(store))
    assert hub.requests == []
    assert store.damages(MODEL) == []


def test_a_conversion_that_fails_leaves_no_model_and_keeps_the_download(store: ModelStore, hub: Hub) -> None:
    with pytest.raises(RuntimeError):
        install(store, MODEL, convert=Reverse(store, fails=True))
    assert nothing_installed(store) and store.installed(MODEL) is None
    hub.requests.clear()
    install(store, MODEL, convert=Reverse(store))
    assert hub.requests == []
    assert not (store.folder(MODEL) / "half").exists()


def test_a_download_that_went_bad_meanwhile_is_fetched_again(store: ModelStore, hub: Hub) -> None:
    fetch(store, MODEL)
    weights = store.downloads(MODEL) / "made/weights.bin"
    weights.unlink()
    weights.write_bytes(CONTENT[::-1])
    install(store, MODEL, convert=Reverse(store))
    assert (store.folder(MODEL) / "model.onnx").read_bytes() == CONTENT[::-1]


def test_the_old_model_stays_until_the_new_one_is_made(store: ModelStore, hub: Hub) -> None:
    install(store, MODEL, convert=Reverse(store))
    newer = replace(MODEL, revision="2")
    with pytest.raises(RuntimeError):
        install(store, newer, convert=Reverse(store, fails=True))
    assert store.damages(MODEL) == []
    install(store, newer, convert=Reverse(store))
    assert store.installed(newer).revision == "2"  # type: ignore[union-attr]


def test_files_of_a_version_that_could_not_convert(store: ModelStore, hub: Hub) -> None:
    """They lie in the model's place as they were downloaded: no model, and no reason to fetch them again."""
    install(store, replace(MODEL, convert=""))
    assert store.installed(MODEL) is None
    hub.requests.clear()
    install(store, MODEL, convert=Reverse(store))
    assert hub.bodies("weights.bin") == 0
    assert store.damages(MODEL) == []
    assert not (store.folder(MODEL) / "weights.bin").exists()


def test_nobody_to_convert(store: ModelStore) -> None:
    with pytest.raises(ConversionError):
        install(store, MODEL)
    assert nothing_installed(store)


def test_a_conversion_that_leaves_a_link_or_nothing(store: ModelStore) -> None:
    def links(_model: ModelEntry, _source: Path, target: Path, _progress: Progress) -> dict[str, Any]:
        (store.root / target / "model.onnx").symlink_to("/etc/passwd")
        return {}

    def nothing(_model: ModelEntry, _source: Path, _target: Path, _progress: Progress) -> dict[str, Any]:
        return {}

    for convert in (links, nothing):
        with pytest.raises(ConversionError):
            install(store, MODEL, convert=convert)
        assert nothing_installed(store)


def test_carried_to_a_machine_that_cannot_convert(store: ModelStore, tmp_path: Path) -> None:
    install(store, MODEL, convert=Reverse(store))
    bundle = export_bundle(store, MODEL, tmp_path)
    other = ModelStore(tmp_path / "other")
    installed = import_files(other, registry(MODEL), bundle)
    assert installed.conversion is not None and installed.conversion.report == REPORT
    assert other.damages(MODEL) == []
    assert (other.folder(MODEL) / "model.onnx").read_bytes() == CONTENT[::-1]

    with pytest.raises(WrongContentError):
        import_files(other, registry(replace(MODEL, convert="another")), bundle)


def test_the_sources_own_files_are_converted_here(store: ModelStore, tmp_path: Path) -> None:
    folder = tmp_path / "carried"
    folder.mkdir()
    (folder / "weights.bin").write_bytes(CONTENT)
    (folder / "config.json").write_bytes(b"{}")
    store.root.mkdir()
    import_files(store, registry(MODEL), folder, model=MODEL, convert=Reverse(store))
    assert (store.folder(MODEL) / "model.onnx").read_bytes() == CONTENT[::-1]
    with pytest.raises(NotInstalledError):
        (folder / "config.json").unlink()
        import_files(store, registry(MODEL), folder, model=MODEL, convert=Reverse(store))
