"""Processes that die take nothing with them but the requests in their hands."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import requests

from tests.processes import has_ended
from tests.service.conftest import StartFake, write_fake
from tests.service.harness import PATIENCE_S, ROOT, Service, eventually, free_port


def caption_in_background(service: Service) -> tuple[threading.Thread, list[requests.Response]]:
    answers: list[requests.Response] = []
    thread = threading.Thread(target=lambda: answers.append(service.caption()))
    thread.start()
    return thread, answers


def test_killing_the_model_under_a_request_fails_only_that(start_fake: StartFake, tmp_path: Path) -> None:
    service = start_fake(engine={"caption_s": 30})
    thread, answers = caption_in_background(service)
    service.wait_for_state("ready")
    (model,) = service.model_processes()
    eventually(lambda: (tmp_path / "plain" / "trace.txt").exists())
    model.kill()
    thread.join()
    assert answers[0].status_code == 503
    assert answers[0].json()["code"] == "failed"
    assert "signal 9" in answers[0].json()["detail"]
    assert int(answers[0].headers["Retry-After"]) >= 1
    assert "signal 9" in service.health()["why"]

    write_fake(tmp_path, "plain", caption_s=0)
    assert service.caption().status_code == 200
    assert service.health()["why"] is None


def test_a_model_killed_while_idle_is_started_anew(start_fake: StartFake) -> None:
    service = start_fake()
    assert service.caption().status_code == 200
    (model,) = service.model_processes()
    model.kill()
    # A request that is handed over while the kernel still ends the process fails with it, as it should.
    eventually(lambda: has_ended(model.pid))
    assert service.caption().status_code == 200


def test_a_model_that_dies_on_load(start_fake: StartFake, tmp_path: Path) -> None:
    service = start_fake(engine={"dies_on_load": True})
    answer = service.caption()
    assert answer.status_code == 503
    assert answer.json()["code"] == "failed"
    health = service.health()
    assert health["state"] == "failed"
    assert "while loading" in health["why"]
    write_fake(tmp_path, "plain")
    assert service.caption().status_code == 200
    assert service.health()["state"] == "ready"


def test_weights_that_do_not_load(start_fake: StartFake) -> None:
    service = start_fake(engine={"load_error": "model.bin is cut off."})
    answer = service.caption()
    assert answer.status_code == 503
    assert "model.bin is cut off." in answer.json()["detail"]
    assert service.health()["state"] == "failed"
    assert service.model_processes() == []


def test_an_engine_that_raises_fails_one_request(start_fake: StartFake) -> None:
    service = start_fake()
    body = {"messages": [{"role": "user", "content": "raise"}]}
    answer = service.post("/generate", json=body)
    assert answer.status_code == 500
    assert answer.json() == {"code": "internal", "detail": "ValueError: the engine raised"}
    (model,) = service.model_processes()
    assert service.caption().status_code == 200
    assert service.model_processes() == [model]


@pytest.mark.parametrize("victim", ["parent", "worker"])
def test_the_model_ends_with_a_killed_front(start_fake: StartFake, victim: str) -> None:
    service = start_fake(engine={"caption_s": 3})
    thread, _ = caption_in_background_quietly(service)
    service.wait_for_state("ready")
    (model,) = service.model_processes()
    parent, worker = model.parent().parent(), model.parent()  # type: ignore[union-attr]
    assert parent is not None and worker is not None
    (parent if victim == "parent" else worker).send_signal(signal.SIGKILL)
    eventually(lambda: has_ended(model.pid))
    thread.join()


def caption_in_background_quietly(service: Service) -> tuple[threading.Thread, list[object]]:
    """As above, for a service that will not answer."""
    outcomes: list[object] = []

    def caption() -> None:
        try:
            outcomes.append(service.caption())
        except requests.RequestException as error:
            outcomes.append(error)

    thread = threading.Thread(target=caption)
    thread.start()
    return thread, outcomes


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything(start_fake: StartFake, number: int) -> None:
    service = start_fake()
    assert service.caption().status_code == 200
    processes = service.processes()
    assert len(processes) >= 3
    os.kill(service.process.pid, number)
    assert service.process.wait(PATIENCE_S) == 0
    eventually(lambda: all(has_ended(process.pid) for process in processes))


def test_a_request_in_the_hands_of_a_stopping_service_is_answered(start_fake: StartFake) -> None:
    service = start_fake(engine={"caption_s": 1.5})
    thread, answers = caption_in_background(service)
    service.wait_for_state("ready")
    service.process.terminate()
    thread.join()
    assert answers[0].status_code == 200


@pytest.mark.parametrize(
    ("environment", "words"),
    [({"DEVICE": "tpu"}, "DEVICE must be one of"), ({"QUEUE_SIZE": "many"}, "QUEUE_SIZE must be a whole number")],
)
def test_a_bad_setting_stops_the_start_with_a_sentence(environment: dict[str, str], words: str) -> None:
    ended = _start_and_end({"PORT": str(free_port()), **environment})
    assert ended.returncode == 1
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_taken_port_stops_the_start_with_a_sentence(im2txt: Service) -> None:
    ended = _start_and_end({"PORT": im2txt.url.rpartition(":")[2]})
    assert ended.returncode == 1
    assert "cannot listen on 127.0.0.1" in ended.stderr
    assert "set PORT" in ended.stderr


def _start_and_end(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service.im2txt.main"],
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", ""), **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
