"""POST /convert, and the process behind it, with a family of no model."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from service.common.config import Config
from service.common.conversion import Converter
from service.common.errors import AbsentError
from service.common.fields import Fields
from tests.processes import has_ended
from tests.service.conftest import StartFake, write_fake
from tests.service.fake_family import FAMILY
from tests.service.harness import PATIENCE_S, ROOT, Service, eventually, running

Event = tuple[str, dict[str, Any]]


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """WEIGHTS_DIR with `source`, which holds a file, and an empty `target`, as a download leaves them."""
    for name in ("source", "target"):
        (tmp_path / ".work" / name).mkdir(parents=True)
    (tmp_path / ".work/source/fake.json").write_text("{}")
    return tmp_path


def ask(service: Service, kind: str, **changes: object) -> requests.Response:
    body = {"kind": kind, "source": ".work/source", "target": ".work/target", **changes}
    return requests.post(f"{service.url}/convert", json=body, stream=True, timeout=PATIENCE_S)


def events(answer: requests.Response) -> Iterator[Event]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    name = ""
    for line in answer.iter_lines(decode_unicode=True):
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def test_it_works(start_fake: StartFake, folders: Path) -> None:
    service = start_fake(SERVICE_TOKEN="")
    assert list(events(ask(service, "copies"))) == [
        ("progress", {"progress": 0.0, "step": "reading"}),
        ("progress", {"progress": 0.5, "step": "checking"}),
        ("done", {"done": True, "report": {"bytes": 2, "secret": None}}),
    ]
    assert (folders / ".work/target/fake.json").read_text() == "{}"
    assert service.model_processes() == []


def test_the_token_guards_it_and_is_not_passed_on(start_fake: StartFake, folders: Path) -> None:
    service = start_fake(SERVICE_TOKEN="secret")
    assert ask(service, "copies").status_code == 401
    answer = requests.post(
        f"{service.url}/convert",
        json={"kind": "copies", "source": ".work/source", "target": ".work/target"},
        headers={"Authorization": "Bearer secret"},
        stream=True,
        timeout=PATIENCE_S,
    )
    assert list(events(answer))[-1][1]["report"]["secret"] is None


def test_what_libraries_print_is_no_line_of_the_protocol(start_fake: StartFake, folders: Path) -> None:
    assert list(events(ask(start_fake(), "prints"))) == [
        ("progress", {"progress": 1.0, "step": "more than all"}),
        ("done", {"done": True, "report": {"forged": False}}),
    ]


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("refuses", "source holds no model."),
        ("raises", "KeyError: 'model.weight'"),
        ("dies", "The conversion was ended by signal 9; was there too little memory?"),
    ],
)
def test_a_failure_is_a_sentence(start_fake: StartFake, folders: Path, kind: str, detail: str) -> None:
    service = start_fake()
    assert list(events(ask(service, kind)))[-1] == ("error", {"code": "failed", "detail": detail})
    assert list(events(ask(service, "copies")))[-1][0] == "done"  # the place is free again


def test_it_ends_when_the_reader_leaves_and_one_runs_at_a_time(start_fake: StartFake, folders: Path) -> None:
    service = start_fake()
    with contextlib.closing(ask(service, "hangs")) as answer:
        told = events(answer)  # kept: an abandoned reader of the stream closes the connection
        assert next(told)[0] == "progress"
        pid = int((folders / ".work/target/pid").read_text())
        (folders / ".work/other").mkdir()
        busy = ask(service, "copies", target=".work/other")
        assert (busy.status_code, busy.json()["code"]) == (503, "busy")
        assert int(busy.headers["Retry-After"]) > 0
    eventually(lambda: has_ended(pid))
    eventually(lambda: ask(service, "copies", target=".work/other").status_code == 200)


def test_it_ends_with_its_front(start_fake: StartFake, folders: Path) -> None:
    service = start_fake()
    told = events(ask(service, "hangs"))
    assert next(told)[0] == "progress"
    pid = int((folders / ".work/target/pid").read_text())
    for process in service.processes():
        if process.pid != pid:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
    eventually(lambda: has_ended(pid))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "unheard-of"}, "kind"),
        ({"kind": None}, "kind"),
        ({"source": "."}, "source"),
        ({"source": "../outside"}, "source"),
        ({"source": "/etc"}, "source"),
        ({"source": "link"}, "source"),
        ({"source": "a\0b"}, "source"),
        ({"source": 7}, "source"),
        ({"source": None}, "source"),
        ({"source": ".work/source/fake.json"}, "source"),
        ({"target": "nowhere"}, "target"),
        ({"target": ".work/source"}, "target"),
        ({"target": ".work"}, "target"),
        ({"target": "plain"}, "target"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_bad_requests(bare_fake: tuple[Service, Path], changes: dict[str, object], field: str) -> None:
    service, _ = bare_fake
    body = {"kind": "copies", "source": ".work/source", "target": ".work/target", **changes}
    answer = requests.post(f"{service.url}/convert", json=body, timeout=PATIENCE_S)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    assert answer.json()["field"] == field


@pytest.fixture(scope="module")
def bare_fake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Path]]:
    """One service for all refusals: none of them starts anything."""
    outside = tmp_path_factory.mktemp("outside")
    root = tmp_path_factory.mktemp("weights")
    for name in (".work/source", ".work/target"):
        (root / name).mkdir(parents=True)
    (root / ".work/source/fake.json").write_text("{}")
    (root / "link").symlink_to(outside)
    write_fake(root, "plain")
    with running("tests.service.fake_family", WEIGHTS_DIR=root) as service:
        yield service, root


def test_a_missing_library_is_named(folders: Path) -> None:
    family = dataclasses.replace(FAMILY, conversion_libraries=("json", "no_such_library"))
    config = Config.from_env({"WEIGHTS_DIR": str(folders)}, default_port=1)
    body = {"kind": "copies", "source": ".work/source", "target": ".work/target"}
    with pytest.raises(AbsentError, match="no_such_library is not installed: pip install -r service/fake/"):
        Converter(family, config).start(Fields(body))


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ([], "Give three arguments"),
        (["copies", "source"], "Give three arguments"),
        (["unheard-of", "source", "target"], "'unheard-of' is no conversion of fake"),
        (["copies", "nowhere", "target"], "nowhere is no folder"),
        (["copies", "source", "source"], "source is no empty folder"),
    ],
)
def test_wrong_arguments(folders: Path, arguments: list[str], error: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.service.fake_convert", *arguments],
        cwd=folders / ".work",
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert error in json.loads(ended.stdout)["error"]
