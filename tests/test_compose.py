"""The compose files keep what they promise; tests/containers brings them up for real."""

import json
import re
import runpy
from typing import Any

import pytest
import yaml
from babel.core import get_global
from django.conf import settings

from api.lib.captioning.content import LANGUAGES
from tests.processes import ROOT
from tests.test_docs import ENV_CALL

COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
DOCUMENT: dict[str, Any] = yaml.safe_load(COMPOSE)
SERVICES: dict[str, dict[str, Any]] = DOCUMENT["services"]
VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")
GIB = 2**30
BUILD: dict[str, Any] = runpy.run_path(str(ROOT / "docker" / "build_images.py"))
MODEL_SERVICES: dict[str, dict[str, Any]] = {
    block["build"]["args"]["MODEL"]: block
    for block in SERVICES.values()
    if "MODEL" in block.get("build", {}).get("args", {})
}
SERVICE_VARIABLE = re.compile(r'''(?:_(?:text|choice|integer|number|secret)\(env, |env\.get\()"(\w+)"''')
"""How a model service reads its settings."""
NOT_OURS = {"db", "redis"}
FIXED = {
    "DATABASE_PASSWORD",
    "SERVICE_TOKEN",
    "GIT_HASH",
    "IMAGE_TAG",
    "HOST",
    "PORT",
    "MEDIA_SENDER",
    "BEHIND_PROXY",
} | {"SERVICES_LEFT_OUT"}
"""What containers get from files of secrets, from the image, or have no use for."""


def limit_bytes(service: str) -> int:
    match = VARIABLE.fullmatch(SERVICES[service]["mem_limit"])
    assert match is not None and match[1].endswith("_MEMORY"), service
    number, unit = match[2][:-1], match[2][-1]
    return int(number) * {"m": 2**20, "g": GIB}[unit]


def running(*profiles: str) -> list[str]:
    """What runs all the time with these profiles."""
    return [
        name
        for name, block in SERVICES.items()
        if block.get("restart") != "no" and set(block.get("profiles", profiles[:1] or ["-"])) & {*profiles, "-"}
    ]


def test_memory_is_what_the_file_says() -> None:
    default = sum(limit_bytes(name) for name in running())
    smaller = default + limit_bytes("blip") + limit_bytes("ocr")
    larger = default + limit_bytes("llm")
    said = re.search(r"sum to ([\d.]+) GiB, .* to ([\d.]+), with llm instead to\n# (\d+\.\d)", COMPOSE)
    assert said is not None
    assert [f"{size / GIB:.1f}" for size in (default, smaller, larger)] == list(said.groups())
    assert max(default, smaller, larger) < 8 * 10**9


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_locked_down(name: str) -> None:
    block = SERVICES[name]
    assert block["read_only"] is True and block["cap_drop"] == ["ALL"]
    assert block["security_opt"] == ["no-new-privileges:true"]
    assert block["logging"]["options"] == {"max-size": "10m", "max-file": "3"}
    assert "mem_limit" in block and block["restart"] in ("unless-stopped", "no")
    assert ("ports" in block) == (name == "web")
    assert ("outside" in block["networks"]) == (name in {"web", "worker"})
    if name not in NOT_OURS:
        assert block["user"] == "${PUID:-1000}:${PGID:-1000}"


def test_the_inner_network_has_no_internet() -> None:
    assert DOCUMENT["networks"]["inside"] == {"internal": True}


def test_everything_waits_for_what_it_needs() -> None:
    def conditions(name: str) -> dict[str, str]:
        return {other: how["condition"] for other, how in SERVICES[name]["depends_on"].items()}

    assert conditions("web") == {"api": "service_healthy"}
    for name in ("api", "worker"):
        assert conditions(name)["prepare"] == "service_completed_successfully"
    assert conditions("prepare") == {"db": "service_healthy"}


def test_services_are_those_of_the_registry() -> None:
    known = {service.name for service in settings.MODEL_REGISTRY.services}
    assert known <= set(MODEL_SERVICES)
    environment = SERVICES["api"]["environment"]
    for name in known:
        assert VARIABLE.sub(r"\2", environment[f"{name.upper()}_URL"]) == f"http://{name}:8000"
    bundled = {model.service for model in settings.MODEL_REGISTRY.models if model.bundled}
    defaults = {name for name, block in MODEL_SERVICES.items() if "profiles" not in block}
    assert defaults and defaults <= bundled, "what starts by default works without a download"


def test_every_variable_is_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    given = dict(re.findall(r"^#?(\w+)=(.*?)(?:[ \t]+#.*)?$", example, re.MULTILINE))
    for name, default in VARIABLE.findall(COMPOSE):
        assert name in given, f".env.example lacks {name}"
        if name.endswith("_MEMORY"):
            assert given[name] == default, name


def test_every_setting_reaches_the_containers() -> None:
    """A setting that settings.py reads is passed on: add it to the list in docker-compose.yml."""
    read = set(settings.CONSTANCE_CONFIG)
    for file in ("settings.py", "site_settings.py", "worker_health.py"):
        read |= set(ENV_CALL.findall((ROOT / "librephotos" / file).read_text(encoding="utf-8")))
    given = set(SERVICES["api"]["environment"])
    given |= {name.removesuffix("_FILE") for name in given if name.endswith("_FILE")}
    assert read - given - FIXED == set()


def test_every_setting_of_a_service_is_in_the_example_and_reaches_it() -> None:
    example = set(re.findall(r"^#?(\w+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    for name, block in MODEL_SERVICES.items():
        read: set[str] = set()
        for file in (ROOT / "service" / "common" / "config.py", ROOT / "service" / name / "settings.py"):
            read |= set(SERVICE_VARIABLE.findall(file.read_text(encoding="utf-8"))) if file.exists() else set()
        assert {"THREADS", "SERVICE_TOKEN"} < read <= example, sorted(read - example)
        given = {variable.removesuffix("_FILE") for variable in block["environment"]}
        assert read - given - {"HOST", "PORT", "WEIGHTS_DIR", "PREFIX_DIR"} == set(), name


def test_images_that_compose_builds_know_their_version() -> None:
    for name, block in SERVICES.items():
        if "build" in block:
            arguments = block["build"]["args"]
            assert arguments["VERSION"] == "${TAG:-latest}" and arguments["GIT_HASH"] == "${GIT_HASH:-}", name


def test_bake_and_gpu_know_the_same_services() -> None:
    bake = (ROOT / "docker-bake.hcl").read_text(encoding="utf-8")
    families = [json.loads(found) for found in re.findall(r"matrix\s+= \{ model = (\[.*?\])", bake)]
    built = set(MODEL_SERVICES)
    assert built <= set(families[0])
    gpu = yaml.safe_load((ROOT / "docker-compose.gpu.yml").read_text(encoding="utf-8"))["services"]
    assert set(families[1]) == set(gpu) <= built
    for name, block in gpu.items():
        assert block["image"] == SERVICES[name]["image"] + "-cuda"


def test_images_know_what_is_decided_elsewhere() -> None:
    dockerfile = (ROOT / "docker" / "backend.Dockerfile").read_text(encoding="utf-8")
    assert set(re.findall(r"! -name (\w+)\.plzma", dockerfile)) == LANGUAGES
    # Haitian builds on what Babel knows of French in Haiti; no other language needs a file of one country.
    needed = {parent for child, parent in get_global("parent_exceptions").items() if "_" not in child and "_" in parent}
    assert set(re.findall(r"! -name (\w+)\.dat", dockerfile)) == needed
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", "")
    said = re.search(r"^LLAMA_CMAKE_ARGS := (.*)$", makefile, re.MULTILINE)
    assert said is not None
    wanted = said[1].split()
    arguments = BUILD["BUILD_ARGUMENTS"]["llm"]
    assert arguments["CMAKE_ARGS"].split() == wanted
    compose = SERVICES["llm"]["build"]["args"]
    assert {name: compose[name] for name in arguments} == arguments
    bake = (ROOT / "docker-bake.hcl").read_text(encoding="utf-8")
    given = f"{arguments['CMAKE_ARGS']} {arguments['CMAKE_ARGS_ARM64']}"
    assert re.findall(r"-D[A-Z_]+=[\w/]+", bake) == given.split()


def test_cuda_takes_the_builds_that_bring_it() -> None:
    """No vendor's base image: what CUDA needs comes with the wheels."""
    program = runpy.run_path(str(ROOT / "docker" / "requirements_for.py"))
    gpu = yaml.safe_load((ROOT / "docker-compose.gpu.yml").read_text(encoding="utf-8"))["services"]
    for name in gpu:
        folder = ROOT / "service" / name
        cpu, cuda = (program["requirements"](device, folder) for device in ("cpu", "cuda"))
        changed = {line for line in cuda if line not in cpu}
        version = next(line.partition("==")[2] for line in cpu if line.startswith("onnxruntime=="))
        own = folder / "requirements.cuda.txt"
        torch = set(re.findall(r"^\w+==.*$", own.read_text(encoding="utf-8"), re.MULTILINE)) if own.exists() else set()
        assert changed == {f"onnxruntime-gpu[cuda,cudnn]=={version}"} | torch, name
        assert not any(line.startswith(("onnxruntime==", "--extra-index-url")) for line in cuda)
