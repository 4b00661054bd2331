"""Every folder under service/ answers the same questions; a new one is found by itself."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from service.common.family import Family, resolve
from tests.service.harness import ROOT, Service, running

FOLDERS = sorted(path.parent.name for path in (ROOT / "service").glob("*/main.py"))


def family(folder: str) -> Family:
    found = importlib.import_module(f"service.{folder}.main").FAMILY
    assert isinstance(found, Family)
    return found


def imported_modules(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every module that a file in the folder imports, with the file."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((path, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield path, node.module or "."


def test_there_are_families() -> None:
    assert {"im2txt", "clip_score"} <= set(FOLDERS)


@pytest.fixture(scope="module", params=FOLDERS)
def bare(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Family, Service]]:
    """The service of each folder, without any weights but what ships with the code."""
    found = family(request.param)
    with running(f"service.{request.param}.main", WEIGHTS_DIR=tmp_path_factory.mktemp("empty")) as service:
        yield found, service


@pytest.mark.parametrize("folder", FOLDERS)
class TestFolder:
    def test_it_has_the_same_files(self, folder: str) -> None:
        for name in ("main.py", "engine.py", "requirements.txt", "README.md"):
            assert (ROOT / "service" / folder / name).is_file(), f"service/{folder}/{name} is missing"

    def test_main_holds_no_logic(self, folder: str) -> None:
        text = (ROOT / "service" / folder / "main.py").read_text(encoding="utf-8")
        assert "def " not in text
        assert family(folder).name == folder

    def test_its_port_is_its_own(self, folder: str) -> None:
        ports = [family(other).default_port for other in FOLDERS]
        assert ports.count(family(folder).default_port) == 1

    def test_its_tasks_have_parsers_and_runners(self, folder: str) -> None:
        tasks = family(folder).tasks
        assert tasks
        for task in tasks:
            assert callable(resolve(task.parse))
            assert callable(resolve(task.runner))

    def test_its_engine_has_the_methods_of_the_contract(self, folder: str) -> None:
        engine_class = pytest.importorskip(family(folder).engine.partition(":")[0]).Engine
        methods = {"/caption": ["caption"], "/generate": ["generate"], "/read": ["read"]}
        embed = ["embed_images", "embed_texts"]
        for task in family(folder).tasks:
            for method in ["load", "unload", *methods.get(task.path, embed)]:
                assert callable(getattr(engine_class, method))
        engine = engine_class(device="cpu", threads=1)
        engine.unload()
        engine.unload()

    def test_it_imports_no_other_family_and_no_django(self, folder: str) -> None:
        others = set(FOLDERS) - {folder}
        for path, module in imported_modules(ROOT / "service" / folder):
            parts = module.split(".")
            assert parts[0] not in ("django", "rest_framework", "api", "librephotos", "mlval"), f"{path}: {module}"
            assert not (parts[0] == "service" and parts[1:2] and parts[1] in others), f"{path}: {module}"

    def test_its_requirements_are_pinned(self, folder: str) -> None:
        lines = (ROOT / "service" / folder / "requirements.txt").read_text(encoding="utf-8").splitlines()
        assert lines[0] == "-r ../common/requirements.txt"
        for line in lines[1:]:
            assert re.match(r"(#|$|--|[a-z0-9._-]+(\[[a-z0-9,]+\])?==)", line, re.IGNORECASE), line


def test_common_names_no_family() -> None:
    for path, module in imported_modules(ROOT / "service" / "common"):
        assert not any(module.startswith(f"service.{folder}") for folder in FOLDERS), f"{path}: {module}"


def test_health_has_the_same_fields(bare: tuple[Family, Service]) -> None:
    _, service = bare
    health = service.health()
    assert set(health) == {
        "state",
        "model",
        "models",
        "device",
        "provider",
        "why",
        "last_used_at",
        "idle_timeout_s",
        "rss_bytes",
        "front_rss_bytes",
        "model_rss_bytes",
        "vram_bytes",
        "queue_length",
        "queue_size",
        "conversions",
        "gpu",
        "memory_limit_bytes",
        "why_not_cuda",
        "reason",
        "reason_not_cuda",
    }
    assert health["state"] in ("absent", "idle")
    assert (health["state"] == "absent") == (health["models"] == [])
    if health["state"] == "absent":
        assert health["why"].endswith(".") or "pip install" in health["why"]
        assert health["reason"]["detail"] == health["why"] and health["reason"]["code"]
    assert service.model_processes() == []


def test_each_task_refuses_an_empty_request(bare: tuple[Family, Service]) -> None:
    found, service = bare
    for task in found.tasks:
        answer = service.post(task.path)
        assert answer.status_code == 400
        assert answer.json()["code"] == "malformed"
        assert requests.get(service.url + task.path, timeout=180).status_code == 405


def test_unload_and_metrics_are_there(bare: tuple[Family, Service]) -> None:
    _, service = bare
    assert service.post("/unload").json()["state"] in ("absent", "idle")
    assert "photo_service_queue_length" in requests.get(f"{service.url}/metrics", timeout=180).text
