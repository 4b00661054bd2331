"""Who may import whom, and a few promises that nothing but a test keeps."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.module_loading import import_string

ROOT = Path(__file__).resolve().parent.parent

# Small modules right in api/ that everything may use.
BASE = {"errors", "model_registry"}
MAY_IMPORT = {
    "models": {"models"},
    "lib": {"lib"},
    "clients": {"clients", "lib"},
    "model_store": {"model_store", "lib"},
    "selectors": {"selectors", "models", "lib", "clients", "model_store"},
    "actions": {"actions", "selectors", "models", "lib", "clients", "model_store"},
    "jobs": {"jobs", "actions", "selectors", "models", "lib", "model_store"},
    # Constants and shapes only; a serializer makes no query, see below.
    "serializers": {"serializers", "selectors", "models", "lib", "actions"},
    "views": {
        "views", "serializers", "selectors", "actions", "models", "lib", "clients",
        "authentication", "exception_handler", "pagination", "permissions", "throttles",
    },
    "management": {"management", "jobs", "actions", "selectors", "models", "lib", "clients", "model_store"},
}  # fmt: skip
HEAVY = {"torch", "transformers", "onnxruntime", "llama_cpp", "flask"}


def sources(folder: str) -> list[Path]:
    return [path for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts]


def imports(path: Path) -> Iterator[str]:
    """Yield the dotted name of every module that a file imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            # `from api import x` imports api.x
            bare = node.module in {"api", "service", "api.actions", "api.selectors"}
            yield from (f"{node.module}.{alias.name}" for alias in node.names) if bare else [str(node.module)]


def api_layer(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "api" and len(parts) > 1 else None


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_layers_of_the_api(layer: str) -> None:
    allowed = MAY_IMPORT[layer] | BASE
    for path in sources(f"api/{layer}"):
        found = {api_layer(module) for module in imports(path)} - {None}
        assert found <= allowed, f"{path.relative_to(ROOT)} imports {found - allowed}"


def test_every_layer_is_listed() -> None:
    folders = {path.parent.name for path in (ROOT / "api").glob("*/__init__.py")}
    assert folders - {"migrations"} == set(MAY_IMPORT)


def test_the_api_imports_no_service_and_no_runtime_of_models() -> None:
    for path in (*sources("api"), *sources("librephotos")):
        found = {module.split(".")[0] for module in imports(path)}
        assert not found & (HEAVY | {"service", "mlval"}), path


def test_services_know_neither_django_nor_each_other() -> None:
    for path in sources("service"):
        family = path.relative_to(ROOT / "service").parts[0].removesuffix(".py")
        for module in imports(path):
            parts = module.split(".")
            assert parts[0] not in {"django", "rest_framework", "api", "librephotos", "mlval"}, path
            if parts[0] == "service" and len(parts) > 1:
                assert parts[1] in {family, "common"}, f"{path} imports {module}"
                assert family != "common" or parts[1] == "common", f"{path} imports {module}"


def test_models_run_outside_of_training_code() -> None:
    """What serves never imports what trains."""
    for path in sources("service"):
        if path.name not in {"train.py", "evaluate.py"}:
            assert not {module for module in imports(path) if module.endswith((".train", ".evaluate"))}, path


@pytest.mark.parametrize("layer", ["views", "serializers"])
def test_views_and_serializers_make_no_queries(layer: str) -> None:
    for path in sources(f"api/{layer}"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.Attribute) and node.attr == "objects"), f"{path}:{node.lineno}"


def test_models_override_no_save_and_nobody_listens_to_signals() -> None:
    for path in sources("api"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not {module for module in imports(path) if module.endswith(("signals", "dispatch"))}, path
        if path.parent.name == "models":
            functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
            assert not functions & {"save", "delete"}, path


def job_names() -> list[str]:
    """Every text in api/ that names an entry point of a job."""
    found = set()
    for path in sources("api"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.update(re.findall(r"^api\.jobs\.\w+\.\w+$", node.value))
    return sorted(found)


@pytest.mark.parametrize("name", job_names())
def test_jobs_that_are_named_exist(name: str) -> None:
    assert callable(import_string(name))


def test_jobs_are_named_at_all() -> None:
    assert job_names()


def test_starting_the_api_loads_no_runtime_of_models() -> None:
    code = (
        "import sys, librephotos.wsgi, django.urls; django.urls.get_resolver().url_patterns;"
        f"print(sorted({HEAVY!r} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=180, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("folder", ["api", "librephotos", "service"])
def test_files_stay_small_enough_to_be_read(folder: str) -> None:
    """Near 300 lines a file asks to be split by responsibility."""
    long = {path.relative_to(ROOT).as_posix(): lines for path in sources(folder) if (lines := _length(path)) > 320}
    assert not long


def _length(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())
