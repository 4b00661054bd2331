"""Which services `make run` starts, and what it says about the others."""

import contextlib
import dataclasses
import http.client
import importlib
import json
import os
import shlex
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from api.model_registry import ModelRegistry, load_registry
from librephotos.launch import api_command, services_left_out
from service.common.installed import look
from tests.processes import ROOT, free_port, wait_for


@pytest.fixture
def registry() -> ModelRegistry:
    return load_registry(ROOT / "ml_models.json")


def test_those_of_bundled_models_are_started(registry: ModelRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CAPTIONING_MODEL", "LLM_MODEL", "CLIP_MODEL"):
        monkeypatch.delenv(name, raising=False)
    assert not services_left_out(registry).keys() & {model.service for model in registry.models if model.bundled}


@pytest.mark.parametrize(
    ("name", "task"), [("CAPTIONING_MODEL", "caption"), ("LLM_MODEL", "llm"), ("CLIP_MODEL", "clip")]
)
def test_what_the_environment_switches_off_is_not(
    registry: ModelRegistry, monkeypatch: pytest.MonkeyPatch, name: str, task: str
) -> None:
    monkeypatch.setenv(name, "none")
    found = services_left_out(registry)
    for service in registry.services:
        if service.available and service.task == task:
            assert found[service.name] == {
                "code": "switched_off",
                "detail": f"Not started: {name} is none in the environment.",
                "values": {"name": name},
            }


def test_what_lacks_a_library_is_not(registry: ModelRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("service.im2txt.main")
    monkeypatch.setattr(module, "FAMILY", dataclasses.replace(module.FAMILY, libraries=("json", "no_such_library")))
    detail = "The library no_such_library is not installed: pip install -r service/im2txt/requirements.txt"
    values = {"library": "no_such_library", "hint": "pip install -r service/im2txt/requirements.txt"}
    said = {"code": "no_library", "detail": detail, "values": values}
    assert look(["im2txt"]) == {"im2txt": said}
    monkeypatch.setattr(subprocess, "check_output", lambda *_a, **_k: json.dumps({"im2txt": said, "clip_score": None}))
    known = tuple(replace(one, available=one.name in {"im2txt", "clip_score"}) for one in registry.services)
    assert services_left_out(replace(registry, services=known)) == {
        "im2txt": {"code": "no_library", "detail": f"Not started. {detail}", "values": values}
    }


def test_a_connection_outlives_a_pause() -> None:
    """As on a phone, or of a script that looks every two seconds, which is when gunicorn closed it by default."""
    port = free_port()
    process = subprocess.Popen(shlex.split(api_command("127.0.0.1", port)), cwd=ROOT, env=os.environ)
    try:
        wait_for(f"http://127.0.0.1:{port}/nothing", process=process)
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=180)) as connection:
            opened = set()
            for pause_s in (0, 4):
                time.sleep(pause_s)
                connection.request("GET", "/nothing")
                connection.getresponse().read()
                assert connection.sock is not None
                opened.add(connection.sock)
            assert len(opened) == 1
    finally:
        process.terminate()
        process.wait(timeout=180)


def test_looking_imports_no_library() -> None:
    program = (
        "import sys; from service.common.installed import look; look(['im2txt', 'clip_score']); "
        "sys.exit(bool({'onnxruntime', 'numpy', 'flask', 'torch'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=os.environ, check=False).returncode == 0


@pytest.mark.django_db
def test_the_administrator_is_told(root_client: APIClient, settings: Settings) -> None:
    settings.SERVICE_URLS = dict.fromkeys(settings.SERVICE_URLS, "http://127.0.0.1:9")
    reason = {"code": "no_library", "detail": "Not started. The library x is not installed.", "values": {}}
    settings.SERVICES_LEFT_OUT = {"im2txt": reason}
    found = {one["name"]: one for one in root_client.get("/api/services/").json()["results"]}
    assert (found["im2txt"]["state"], found["im2txt"]["health"]) == ("absent", None)
    assert found["im2txt"]["why"] == "Not started. The library x is not installed."
    assert found["im2txt"]["reason"] == reason
    assert found["clip_score"]["state"] == "unreachable"
    assert "cannot be reached" in found["clip_score"]["why"]
