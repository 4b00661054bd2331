"""ml_models.json keeps its own promises."""

import copy
import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from api.model_registry import OFF, ModelRegistry, RegistryError, is_safe_path, load_registry
from tests.processes import ROOT

FILE = ROOT / "ml_models.json"
DOCUMENT: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def registry() -> ModelRegistry:
    return load_registry(FILE)


def test_it_fits_its_schema() -> None:
    schema = json.loads((ROOT / "docs/ml_models.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(DOCUMENT, schema, cls=jsonschema.Draft202012Validator)


def test_a_service_is_available_when_its_folder_is_there(registry: ModelRegistry) -> None:
    for service in registry.services:
        assert service.available == (ROOT / "service" / service.name / "main.py").exists(), service.name


def conversions(service: str) -> set[str]:
    """What the family can convert; nothing where there is no such family yet."""
    if not (ROOT / "service" / service / "main.py").exists():
        return set()
    return set(importlib.import_module(f"service.{service}.main").FAMILY.conversions)


def test_what_has_to_be_converted_is_offered_when_it_can_be(registry: ModelRegistry) -> None:
    """Strike out `"available": false` of an entry in the commit that adds its conversion."""
    for model in registry.models:
        if model.convert:
            assert model.available == (model.convert in conversions(model.service)), model.id


def test_ports_are_used_once(registry: ModelRegistry) -> None:
    ports = [service.port for service in registry.services]
    assert len(set(ports)) == len(ports)


def test_defaults_work_without_a_download(registry: ModelRegistry) -> None:
    for task in ("caption", "llm", "clip"):
        defaults = [model for model in registry.for_task(task) if model.default]
        assert len(defaults) <= 1
        assert all(model.bundled and registry.is_available(model) for model in defaults)


def test_choices_are_what_can_be_used(registry: ModelRegistry) -> None:
    for task in ("caption", "llm", "clip"):
        *ids, off = registry.choices(task)
        assert off == OFF
        for model_id in ids:
            model = registry.get(model_id)
            assert model is not None and registry.is_available(model)


def test_the_families_are_there(registry: ModelRegistry) -> None:
    names = {model.librephotos_name for model in registry.models if model.librephotos_name}
    assert names == {"im2txt", "im2txt_onnx", "blip_base_capfilt_large", "mistral-7b-instruct-v0.2.Q5_K_M"}
    assert {model.task for model in registry.models if model.recommended} == {"caption", "llm", "clip"}
    llms = registry.for_task("llm")
    assert all(model.licence == "Apache-2.0" for model in llms)
    assert any(len(model.languages) > 5 for model in llms)


def test_hubs_are_pinned_to_a_revision(registry: ModelRegistry) -> None:
    for model in registry.models:
        for file in model.files:
            assert "/resolve/main/" not in file.url, file.url


def test_the_shipped_models_are_of_the_revision_that_the_list_names(registry: ModelRegistry) -> None:
    """Drafts are told apart by it: new weights under an old name would be taken for the old ones."""
    for model in registry.models:
        if model.bundled and model.source.startswith("service/"):
            config = json.loads((ROOT / model.source).with_name("config.json").read_text(encoding="utf-8"))
            assert config["version"] == model.revision, model.id


def test_docs_name_every_model(registry: ModelRegistry) -> None:
    text = (ROOT / "docs/models.md").read_text(encoding="utf-8")
    assert [model.id for model in registry.models if f"`{model.id}`" not in text] == []


def test_it_is_read_without_django() -> None:
    program = (
        "import sys; from pathlib import Path; import api.model_registry, api.model_store; "
        "api.model_registry.load_registry(Path('ml_models.json')); sys.exit('django' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


CHANGES: dict[str, Any] = {
    "another format": lambda d: d.update(format=2),
    "an id twice": lambda d: d["models"].append(copy.deepcopy(d["models"][0])),
    "the reserved id": lambda d: d["models"][2].update(id=OFF),
    "an id that is a path": lambda d: d["models"][2].update(id="../evil"),
    "an unknown task": lambda d: d["models"][2].update(task="video"),
    "an unknown service": lambda d: d["models"][2].update(service="nowhere"),
    "an unknown field": lambda d: d["models"][2].update(colour="red"),
    "a missing field": lambda d: d["models"][2].pop("label"),
    "no files": lambda d: d["models"][2].update(files=[]),
    "a bundled one with files": lambda d: d["models"][2].update(bundled=True),
    "a path that leads out": lambda d: d["models"][2]["files"][0].update(path="../evil"),
    "an absolute path": lambda d: d["models"][2]["files"][0].update(path="/etc/passwd"),
    "a path twice": lambda d: d["models"][2]["files"].append(d["models"][2]["files"][0]),
    "no hash, yet verified": lambda d: d["models"][2]["files"][0].update(sha256=None, verified=True),
    "a short hash": lambda d: d["models"][2]["files"][0].update(sha256="abc"),
    "plain http": lambda d: d["models"][2]["files"][0].update(url="http://example.org/a"),
    "a size of nothing": lambda d: d["models"][2]["files"][0].update(size_bytes=0),
    "a member that leads out": lambda d: d["models"][2]["files"][0]["unpack"].update(members=["../evil"]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_mistakes_are_found(tmp_path: Path, name: str) -> None:
    document = copy.deepcopy(DOCUMENT)
    CHANGES[name](document)
    (tmp_path / "models.json").write_text(json.dumps(document))
    with pytest.raises(RegistryError):
        load_registry(tmp_path / "models.json")


@pytest.mark.parametrize("content", ["", "{", "[]"])
def test_a_broken_file(tmp_path: Path, content: str) -> None:
    (tmp_path / "models.json").write_text(content)
    with pytest.raises(RegistryError):
        load_registry(tmp_path / "models.json")


@pytest.mark.parametrize("path", ["a", "a/b.c", "A-1_2/x"])
def test_safe_paths(path: str) -> None:
    assert is_safe_path(path)


@pytest.mark.parametrize("path", ["", ".", "..", "a/..", "../a", "/a", ".a", "a/.b", "a\\b", "a\0b"])
def test_unsafe_paths(path: str) -> None:
    assert not is_safe_path(path)
