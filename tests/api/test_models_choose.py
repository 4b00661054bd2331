"""GET /api/models/costs/, POST /api/models/<id>/choose/, and choosing through /api/sitesettings."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from api.lib.machine import machine_memory
from api.selectors.site_settings import site_setting
from tests.contracts.check import assert_error
from tests.hub import Hub
from tests.model_store.entries import entry, entry_file
from tests.model_store.settings import use_models

pytestmark = pytest.mark.django_db
URL = "/api/sitesettings"
COSTS = "/api/models/costs/"
FILE = entry_file("model.onnx", b"x" * 1000)
QUALITY = {"dataset": "COCO", "metric": "CIDEr", "value": 1.5, "source": "a paper"}
SMALL = entry(FILE, quality=QUALITY)
HUGE = entry(FILE, model_id="huge", label="Huge", ram_bytes=10**15, librephotos_name="huge_model")
ON_GPU = entry(FILE, model_id="on-gpu", label="On GPU", vram_bytes=6 * 10**9)


@pytest.fixture(autouse=True)
def models(settings: Settings, tmp_path: Path) -> None:
    settings.SERVICE_URLS = dict.fromkeys(settings.SERVICE_URLS, "http://127.0.0.1:9")
    use_models(settings, Hub(url="http://127.0.0.1:9"), tmp_path / "models", SMALL, HUGE, ON_GPU)


def cost(client: APIClient, model_id: str) -> dict[str, Any]:
    return next(one for one in client.get(COSTS).json()["results"] if one["id"] == model_id)


def test_the_costs_of_every_choice(root_client: APIClient, settings: Settings) -> None:
    body = root_client.get(COSTS).json()
    memory = machine_memory()
    machine = body["machine"]
    assert machine["ram_bytes"] == memory.total_bytes
    assert machine["memory_budget_bytes"] == memory.total_bytes * 8 // 10
    assert machine["disk_free_bytes"] > 0
    assert (machine["gpu"], machine["vram_bytes"], machine["vram_free_bytes"]) == ("", 0, 0)
    choices = settings.MODEL_REGISTRY.choices
    offered = {*choices("caption"), *choices("llm"), *choices("clip"), *choices("ocr")} - {"none"}
    assert {one["id"] for one in body["results"]} == offered
    assert cost(root_client, "bundled") == {
        "id": "bundled",
        "setting": "captioning_model",
        "label": "Built-in (small)",
        "ram_bytes": 200_000_000,
        "vram_bytes": 0,
        "download_bytes": 0,
        "disk_bytes": 0,
        "installed": True,
        "service_why": "The service im2txt cannot be reached.",
        "service_reason": {"code": "unreachable", "detail": "The service im2txt cannot be reached.", "values": {}},
        "languages": ["en"],
        "quality": settings.MODEL_REGISTRY.get("bundled").quality,
        "warnings": [],
        "warning": "",
        "active": True,
    }
    tiny = cost(root_client, "tiny")
    assert (tiny["disk_bytes"], tiny["installed"], tiny["quality"], tiny["warning"]) == (1000, False, QUALITY, "")


def test_a_service_that_lacks_a_library(root_client: APIClient, settings: Settings) -> None:
    reason = {"code": "no_library", "detail": "Not started. The library x is not installed.", "values": {}}
    settings.SERVICES_LEFT_OUT = {"im2txt": reason}
    assert cost(root_client, "tiny")["service_why"] == reason["detail"]
    assert cost(root_client, "tiny")["service_reason"] == reason


def test_a_model_beyond_the_budget_has_a_warning(root_client: APIClient) -> None:
    found = cost(root_client, "huge")
    assert [warning["code"] for warning in found["warnings"]] == ["memory_budget"]
    assert found["warning"].startswith("Huge needs 1000000.0 GB of memory, and models may take ")


def test_a_model_that_fits_the_budget_but_not_what_is_free(root_client: APIClient, settings: Settings) -> None:
    settings.SITE_SETTING_OVERRIDES = {"MEMORY_BUDGET": "100%"}
    nearly_all = replace(HUGE, id="nearly-all", ram_bytes=machine_memory().total_bytes)
    settings.MODEL_REGISTRY = replace(settings.MODEL_REGISTRY, models=(*settings.MODEL_REGISTRY.models, nearly_all))
    assert [warning["code"] for warning in cost(root_client, "nearly-all")["warnings"]] == ["ram"]


def test_a_full_disk(root_client: APIClient, settings: Settings) -> None:
    settings.MIN_FREE_BYTES = 10**15
    assert [warning["code"] for warning in cost(root_client, "tiny")["warnings"]] == ["disk"]
    assert cost(root_client, "bundled")["warning"] == ""


@pytest.fixture
def gpu_of_4_gb(settings: Settings) -> Iterator[None]:
    """A service on a machine with a GPU, as its /health tells."""

    class Health(BaseHTTPRequestHandler):
        def log_message(self, *_args: Any) -> None:
            pass

        def do_GET(self) -> None:
            gpu = {"name": "Tesla T4", "total_bytes": 4 * 10**9, "free_bytes": 3 * 10**9}
            health = {"state": "idle", "model_rss_bytes": 0, "vram_bytes": 0, "gpu": gpu, "memory_limit_bytes": 10**9}
            body = json.dumps(health).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Health)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    settings.SERVICE_URLS = {**settings.SERVICE_URLS, "im2txt": f"http://127.0.0.1:{server.server_address[1]}"}
    yield
    server.shutdown()
    server.server_close()


@pytest.mark.usefixtures("gpu_of_4_gb")
def test_too_little_vram(root_client: APIClient) -> None:
    machine = root_client.get(COSTS).json()["machine"]
    assert (machine["gpu"], machine["vram_bytes"], machine["vram_free_bytes"]) == ("Tesla T4", 4 * 10**9, 3 * 10**9)
    found = cost(root_client, "on-gpu")
    assert found["warning"] == "On GPU needs 6.0 GB of VRAM, and 3.0 GB are free on its Tesla T4."
    assert cost(root_client, "tiny")["warning"] == ""


@pytest.mark.usefixtures("gpu_of_4_gb")
def test_more_than_its_container_may_use(root_client: APIClient, settings: Settings) -> None:
    larger = replace(HUGE, id="larger", ram_bytes=1_500_000_000)
    settings.MODEL_REGISTRY = replace(settings.MODEL_REGISTRY, models=(*settings.MODEL_REGISTRY.models, larger))
    said = cost(root_client, "larger")["warnings"][-1]
    assert said == {
        "code": "service_limit",
        "detail": "Huge needs 1.5 GB of memory, and its service im2txt is limited to 1.0 GB.",
    }


def test_the_apis_own_limit_says_nothing_of_services_elsewhere(
    root_client: APIClient, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text("0::/\n")
    (tmp_path / "proc/meminfo").write_text("MemTotal: 8000000 kB\nMemAvailable: 6000000 kB\n")
    (tmp_path / "memory.max").write_text("500000000\n")
    monkeypatch.setattr("api.lib.machine.PROC", tmp_path / "proc")
    monkeypatch.setattr("api.lib.machine.CGROUPS", tmp_path)
    machine = root_client.get(COSTS).json()["machine"]
    assert (machine["ram_bytes"], machine["ram_limited_by"]) == (500_000_000, "cgroup")
    settings.SERVICE_URLS = {**settings.SERVICE_URLS, "im2txt": "http://im2txt.invalid:8000"}
    machine = root_client.get(COSTS).json()["machine"]
    assert (machine["ram_bytes"], machine["ram_limited_by"]) == (8_192_000_000, "machine")
    assert machine["memory_budget_bytes"] == 8_192_000_000 * 8 // 10


def test_choosing_answers_with_the_cost(root_client: APIClient) -> None:
    answer = root_client.post("/api/models/tiny/choose/", {})
    assert answer.status_code == 200
    assert answer.json() == {k: v for k, v in cost(root_client, "tiny").items() if k != "active"}
    assert site_setting("CAPTIONING_MODEL") == "tiny"
    assert cost(root_client, "tiny")["active"]


def test_choosing_through_the_settings_does_too(root_client: APIClient) -> None:
    answer = root_client.post(URL, {"captioning_model": "tiny", "skip_patterns": "x"})
    assert answer.status_code == 200
    assert [one["id"] for one in answer.json()["costs"]] == ["tiny"]
    assert root_client.post(URL, {"captioning_model": "none"}).json()["costs"] == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (URL, {"captioning_model": "huge", "skip_patterns": "x"}),
        (URL, {"captioning_model": "huge_model", "confirm": False}),
        ("/api/models/huge/choose/", {}),
    ],
)
def test_too_much_has_to_be_confirmed(root_client: APIClient, path: str, body: dict[str, Any]) -> None:
    before = root_client.get(URL).json()
    answer = root_client.post(path, body)
    assert answer.status_code == 409
    assert_error(answer.json(), code="confirm_needed")
    assert "Huge needs" in answer.json()["errors"][0]["message"]
    assert [one["ram_bytes"] for one in answer.json()["costs"]] == [10**15]
    assert root_client.get(URL).json() == before

    answer = root_client.post(path, {**body, "confirm": True})
    assert answer.status_code == 200
    assert root_client.get(URL).json()["captioning_model"] == "huge"
    # Saving the whole page again is no new choice.
    assert root_client.post(URL, {"captioning_model": "huge"}).status_code == 200


def test_what_librephotos_calls_it(root_client: APIClient) -> None:
    answer = root_client.post(URL, {"captioning_model": "huge_model", "confirm": True})
    assert answer.json()["captioning_model"] == "huge"


@pytest.mark.parametrize("name", ["CAPTIONING_MODEL", "MEMORY_BUDGET", "IDLE_TIMEOUT_S"])
def test_the_environment_locks_it(root_client: APIClient, settings: Settings, name: str) -> None:
    settings.SITE_SETTING_OVERRIDES = {name: {"CAPTIONING_MODEL": "none", "MEMORY_BUDGET": "50%"}.get(name, 5.0)}
    values = {"CAPTIONING_MODEL": "tiny", "MEMORY_BUDGET": "60%", "IDLE_TIMEOUT_S": 6}
    answer = root_client.post(URL, {name.lower(): values[name], "confirm": True})
    assert_error(answer.json(), code="locked")
    if name == "CAPTIONING_MODEL":
        assert root_client.post("/api/models/tiny/choose/", {"confirm": True}).json()["code"] == "locked"


def test_the_budget(root_client: APIClient) -> None:
    total = machine_memory().total_bytes
    for text, expected in (("50%", total // 2), ("6 GB", 6 * 10**9), ("1GiB", 2**30)):
        assert root_client.post(URL, {"memory_budget": text}).json()["memory_budget"] == text
        assert root_client.get(COSTS).json()["machine"]["memory_budget_bytes"] == expected
    for text in ("", "0", "120%", "much"):
        answer = root_client.post(URL, {"memory_budget": text})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "memory_budget")
    assert site_setting("MEMORY_BUDGET") == "1GiB"


def test_unknown_and_others(root_client: APIClient, owner_client: APIClient, anonymous: APIClient) -> None:
    assert root_client.post("/api/models/nothing/choose/", {}).status_code == 404
    assert root_client.post("/api/models/tiny/choose/", {"confirm": "perhaps"}).status_code == 400
    for client, status in ((owner_client, 403), (anonymous, 401)):
        assert client.get(COSTS).status_code == status
        assert client.post("/api/models/tiny/choose/", {}).status_code == status
    assert site_setting("CAPTIONING_MODEL") == "bundled"
