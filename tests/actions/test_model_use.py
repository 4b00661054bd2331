"""The memory budget, with real services whose models really take memory, and callers in processes of their own."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from api.actions.model_use import memory_use, model_use
from api.clients.caption import caption_image
from api.errors import ConflictError, ServiceUnavailableError
from api.model_registry import ModelEntry
from tests.factories import SAMPLES
from tests.model_store.entries import entry, entry_file
from tests.processes import ROOT
from tests.service.conftest import write_fake
from tests.service.harness import Service, running

pytestmark = pytest.mark.django_db(transaction=True)
MB = 10**6
BALLAST = 150 * MB
NEEDS = 230 * MB
"""The ballast, and the interpreter with what it imports."""
BUDGET = 400 * MB
"""More than one of them, less than two."""
MODEL = entry(entry_file("x", b"x"), model_id="plain", label="First", ram_bytes=NEEDS)
SECOND = replace(MODEL, service="blip", label="Second")
PICTURE = (SAMPLES / "cat.jpg").read_bytes()

CALLER = """
import sys
import django
django.setup()
from django.conf import settings
from django.db import connection
name, first, second, times = sys.argv[1:]
connection.settings_dict["NAME"] = name
settings.SERVICE_URLS |= {"im2txt": first, "blip": second}
settings.MEMORY_WAIT_S = 120.0
from tests.actions.test_model_use import MODEL, SECOND, caption
for number in range(int(times)):
    print(caption(MODEL if number % 2 else SECOND), flush=True)
"""


def caption(model: ModelEntry) -> str:
    with model_use(model) as use:
        return caption_image(PICTURE, use=use, options={}).captions[0].text


@pytest.fixture
def services(tmp_path: Path) -> Iterator[tuple[Service, Service]]:
    """Two families that do not fit beside each other."""
    with ExitStack() as stack:
        found = []
        for name in ("first", "second"):
            folder = tmp_path / name
            folder.mkdir()
            write_fake(folder, "plain", name=name, allocate_bytes=BALLAST, caption_s=0.3)
            found.append(
                stack.enter_context(running("tests.service.fake_family", WEIGHTS_DIR=folder, SERVICE_TOKEN=""))
            )
        yield found[0], found[1]


@pytest.fixture(autouse=True)
def budget(settings: Settings, services: tuple[Service, Service], tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9"
    settings.SERVICE_URLS = dict.fromkeys(settings.SERVICE_URLS, nowhere)
    settings.SERVICE_URLS |= {"im2txt": services[0].url, "blip": services[1].url}
    known = tuple(replace(service, available=True) for service in settings.MODEL_REGISTRY.services)
    settings.MODEL_REGISTRY = replace(settings.MODEL_REGISTRY, services=known)
    settings.DATA_DIR = tmp_path
    settings.SITE_SETTING_OVERRIDES = {"MEMORY_BUDGET": str(BUDGET), "IDLE_TIMEOUT_S": 300.0}


class Peak:
    """The most that the models of both services held at one moment."""

    def __init__(self, services: tuple[Service, Service]) -> None:
        self._services = services
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.bytes = 0

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.02):
            self.bytes = max(self.bytes, sum(s.health()["model_rss_bytes"] for s in self._services))


def test_two_that_do_not_fit_take_turns(services: tuple[Service, Service]) -> None:
    with Peak(services) as peak:
        assert caption(MODEL).startswith("first")
        assert services[0].health()["idle_timeout_s"] == 300
        assert caption(SECOND).startswith("second")
        assert services[0].health()["state"] == "idle"
        assert caption(MODEL).startswith("first")
        assert services[1].health()["state"] == "idle"
    assert BALLAST < peak.bytes <= BUDGET


def test_two_that_fit_both_stay(services: tuple[Service, Service], settings: Settings) -> None:
    settings.SITE_SETTING_OVERRIDES = {"MEMORY_BUDGET": "600 MB", "IDLE_TIMEOUT_S": 300.0}
    caption(MODEL)
    caption(SECOND)
    assert [service.health()["state"] for service in services] == ["ready", "ready"]


def test_processes_that_want_both_at_once(
    services: tuple[Service, Service], settings: Settings, tmp_path: Path
) -> None:
    """Three processes ask for both in turn; all are served, and the budget holds all the time."""
    arguments = [connection.settings_dict["NAME"], services[0].url, services[1].url, "4"]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "librephotos.settings",
        "DATA_DIR": str(tmp_path),
        "MEMORY_BUDGET": str(BUDGET),
        "IDLE_TIMEOUT_S": "300",
    }
    with Peak(services) as peak:
        callers = [
            subprocess.Popen(
                [sys.executable, "-c", CALLER, *arguments],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(3)
        ]
        answers = [caller.communicate(timeout=300) for caller in callers]
    for caller, (said, errors) in zip(callers, answers, strict=True):
        assert caller.returncode == 0, errors
        assert [line.split()[0] for line in said.splitlines()] == ["second", "first", "second", "first"]
    assert BALLAST < peak.bytes <= BUDGET


def test_one_at_work_is_never_unloaded(services: tuple[Service, Service], settings: Settings) -> None:
    settings.MEMORY_WAIT_S = 0.3
    with model_use(MODEL) as use:
        caption_image(PICTURE, use=use, options={})
        with pytest.raises(ServiceUnavailableError) as caught:
            caption(SECOND)
        assert caught.value.code == "memory_busy"
        assert caught.value.retry_after_s
        assert caught.value.extra == {"needed_bytes": NEEDS, "budget_bytes": BUDGET}
        assert services[0].health()["state"] == "ready"
    assert caption(SECOND).startswith("second")


def test_who_waits_is_served_when_the_other_is_through(services: tuple[Service, Service], settings: Settings) -> None:
    settings.MEMORY_WAIT_S = 180.0
    said: list[str] = []

    def other() -> None:
        try:
            said.append(caption(SECOND))
        finally:
            connection.close()

    with model_use(MODEL):
        thread = threading.Thread(target=other)
        thread.start()
        time.sleep(0.5)
        assert said == []
    thread.join(180)
    assert said[0].startswith("second")


def test_a_killed_caller_blocks_nobody(services: tuple[Service, Service], settings: Settings, tmp_path: Path) -> None:
    program = (
        "import sys, time\nfrom pathlib import Path\nfrom api.lib.turns import Turns\n"
        "turns = Turns(Path(sys.argv[1]))\n"
        f"with turns.turn(deadline=time.monotonic() + 30): place = turns.enter('im2txt', {NEEDS})\n"
        "print('in', flush=True)\ntime.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "turns")], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert process.stdout is not None and process.stdout.readline() == b"in\n"
    settings.MEMORY_WAIT_S = 0.3
    with pytest.raises(ServiceUnavailableError):
        caption(SECOND)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert caption(SECOND).startswith("second")


def test_one_that_can_never_fit_is_refused_with_numbers(services: tuple[Service, Service], settings: Settings) -> None:
    settings.SITE_SETTING_OVERRIDES = {"MEMORY_BUDGET": "100 MB"}
    with pytest.raises(ConflictError) as caught:
        caption(MODEL)
    assert caught.value.code == "memory_budget"
    assert caught.value.extra == {"needed_bytes": NEEDS, "budget_bytes": 100 * MB}
    assert "230 MB" in caught.value.detail and "100 MB" in caught.value.detail
    assert services[0].health()["state"] == "idle"


def test_a_cgroup_is_the_machine(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """80 % of a container of 250 MB is too little, whatever the machine has."""
    settings.SITE_SETTING_OVERRIDES = {}
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text("0::/\n")
    (tmp_path / "proc/meminfo").write_text("MemTotal: 8000000 kB\nMemAvailable: 8000000 kB\n")
    (tmp_path / "memory.max").write_text(f"{250 * MB}\n")
    monkeypatch.setattr("api.lib.machine.PROC", tmp_path / "proc")
    monkeypatch.setattr("api.lib.machine.CGROUPS", tmp_path)
    with pytest.raises(ConflictError) as caught:
        caption(MODEL)
    assert caught.value.extra["budget_bytes"] == 200 * MB


def test_other_work_counts_too(services: tuple[Service, Service], settings: Settings) -> None:
    """As a conversion, which is no model of a service."""
    settings.MEMORY_WAIT_S = 0.2
    caption(MODEL)
    with memory_use("conversion", 300 * MB, label="A conversion"):
        assert services[0].health()["state"] == "idle"
        with pytest.raises(ServiceUnavailableError):
            caption(MODEL)
    caption(MODEL)
