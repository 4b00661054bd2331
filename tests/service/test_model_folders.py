"""From an id to a folder, and the sentence when there is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from service.common.errors import AbsentError, MalformedError
from service.common.family import Family
from service.common.model_folders import ModelFolders
from service.common.tasks import CAPTION

FAMILY = Family("fake", "a:B", (CAPTION,), 1, required_files=("config.json", "*.gguf"))


def install(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "config.json").touch()
    (folder / "any-name.gguf").touch()


def test_complete_models_are_found(tmp_path: Path) -> None:
    install(tmp_path / "b-model")
    install(tmp_path / "a.model_1")
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "config.json").touch()
    (tmp_path / "a-file").touch()
    folders = ModelFolders(FAMILY, tmp_path)
    assert folders.complete_ids() == ["a.model_1", "b-model"]
    assert folders.find("b-model") == tmp_path / "b-model"
    assert folders.why_absent() is None
    with pytest.raises(AbsentError, match=r"no \*\.gguf"):
        folders.find("half")


@pytest.mark.parametrize(
    "model", ["", ".", "..", "a/b", "../a", "/etc", "A", "-a", "a b", "a\n", "a\0", "ä", "a" * 101]
)
def test_what_is_no_id(tmp_path: Path, model: str) -> None:
    with pytest.raises(MalformedError) as refusal:
        ModelFolders(FAMILY, tmp_path).find(model)
    assert refusal.value.field == "model"


def test_a_missing_library_is_absent(tmp_path: Path) -> None:
    install(tmp_path / "model")
    family = replace(FAMILY, libraries=("json", "no_such_library"))
    folders = ModelFolders(family, tmp_path)
    assert "pip install -r service/fake/requirements.txt" in str(folders.why_absent())
    with pytest.raises(AbsentError, match="no_such_library"):
        folders.find("model")


def test_the_bundled_model_comes_first(tmp_path: Path) -> None:
    install(tmp_path / "here" / "bundled")
    install(tmp_path / "weights" / "other")
    folders = ModelFolders(replace(FAMILY, bundled=tmp_path / "here" / "bundled"), tmp_path / "weights")
    assert folders.default_id() == "bundled"
    assert folders.complete_ids() == ["bundled", "other"]
    assert folders.find("bundled") == tmp_path / "here" / "bundled"


def test_the_bundled_model_has_one_true_id(tmp_path: Path) -> None:
    install(tmp_path / "bundled")
    family = replace(FAMILY, bundled=tmp_path / "bundled", bundled_id="bundled-fake")
    folders = ModelFolders(family, tmp_path / "none")
    assert folders.default_id() == folders.true_id("bundled") == folders.true_id("bundled-fake") == "bundled-fake"
    assert folders.find("bundled-fake") == folders.find("bundled") == tmp_path / "bundled"
    assert ModelFolders(FAMILY, tmp_path).true_id("bundled") == "bundled"


def test_no_weights_folder_at_all(tmp_path: Path) -> None:
    folders = ModelFolders(FAMILY, tmp_path / "none")
    assert folders.complete_ids() == []
    assert "Download a model" in str(folders.why_absent())
    with pytest.raises(AbsentError):
        folders.default_id()


@pytest.mark.parametrize("config", ["", "{", "[]", "{}", '{"family": 7}', "[" * 100_000, '{"family": "fake"}'])
def test_a_config_that_names_no_other_family(tmp_path: Path, config: str) -> None:
    install(tmp_path / "model")
    (tmp_path / "model" / "config.json").write_text(config)
    assert ModelFolders(FAMILY, tmp_path).complete_ids() == ["model"]


def test_the_models_of_another_family_are_not_ours(tmp_path: Path) -> None:
    """Though their files have the same names."""
    install(tmp_path / "theirs")
    (tmp_path / "theirs" / "config.json").write_text('{"family": "other"}')
    folders = ModelFolders(FAMILY, tmp_path)
    assert folders.complete_ids() == []
    assert "Download a model" in str(folders.why_absent())
    with pytest.raises(AbsentError, match="theirs holds a model of the service other"):
        folders.find("theirs")
