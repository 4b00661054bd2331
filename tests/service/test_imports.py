"""The front stays light: no library of a model is imported in it."""

from __future__ import annotations

import subprocess
import sys

import psutil
import pytest

from tests.service.harness import ROOT, Service

HEAVY = ["onnxruntime", "torch", "numpy", "PIL", "llama_cpp", "transformers", "onnx", "django", "api"]


@pytest.mark.parametrize(
    "module",
    [
        "service.common.app",
        "service.common.serve",
        "service.im2txt.main",
        "service.clip_score.main",
        "service.llm.main",
    ],
)
def test_a_fresh_interpreter_imports_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_a_front_that_has_served_maps_no_heavy_library(im2txt: Service) -> None:
    """Looks at the running processes themselves, after a caption and a refused picture."""
    assert im2txt.caption(model="tiny").status_code == 200
    assert im2txt.caption(b"no picture", model="tiny").status_code == 422
    models = {process.pid for process in im2txt.model_processes()}
    for process in im2txt.processes():
        try:
            mapped = " ".join(mapping.path for mapping in process.memory_maps())
        except psutil.NoSuchProcess:
            continue
        is_heavy = any(f"/{name}/" in mapped for name in ("onnxruntime", "numpy", "PIL", "torch"))
        assert is_heavy == (process.pid in models)


def test_the_engine_imports_no_web_framework() -> None:
    code = (
        "import sys, service.im2txt.engine, service.clip_score.engine; print({'flask', 'gunicorn'} & set(sys.modules))"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "set()"
