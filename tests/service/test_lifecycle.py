"""A model comes when asked and goes when idle, and its memory goes with it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.service.conftest import StartFake
from tests.service.harness import Service, eventually, picture, running

MB = 2**20


def test_a_caption_loads_the_model_and_idleness_unloads_it(captioner_folder: Path) -> None:
    with running("service.im2txt.main", WEIGHTS_DIR=captioner_folder, IDLE_TIMEOUT_S=3) as service:
        before = service.health()
        assert before["state"] == "idle"
        assert before["model"] is None
        assert before["last_used_at"] is None
        rss_before = service.rss_bytes()

        answer = service.caption(model="tiny")
        assert answer.status_code == 200
        assert answer.json()["captions"][0]["text"]
        assert service.caption(model="tiny").json()["timings"]["load_s"] == 0

        after = service.wait_for_state("idle")
        assert service.model_processes() == []
        assert after["last_used_at"] is not None
        assert service.rss_bytes() - rss_before < 15 * MB


def test_twenty_rounds_leave_no_memory_behind(captioner_folder: Path) -> None:
    with running("service.im2txt.main", WEIGHTS_DIR=captioner_folder) as service:
        rss_before = service.rss_bytes()
        after_round = []
        for _ in range(20):
            assert service.caption(picture(size=(800, 600)), model="tiny").status_code == 200
            assert service.post("/unload").json()["state"] == "idle"
            after_round.append(service.rss_bytes())
        assert service.model_processes() == []
        assert after_round[-1] - rss_before < 15 * MB
        assert after_round[-1] - after_round[1] < 3 * MB


def test_the_front_stays_small(im2txt: Service) -> None:
    assert im2txt.caption(model="tiny").status_code == 200
    health = im2txt.health()
    assert health["front_rss_bytes"] < 60 * MB
    assert health["model_rss_bytes"] > 0
    assert health["rss_bytes"] == pytest.approx(im2txt.rss_bytes(), rel=0.2)


def test_large_uploads_leave_the_front_again(captioner_folder: Path) -> None:
    """Also those that end in an error, whose traceback refers to what the request held."""
    with running("service.im2txt.main", WEIGHTS_DIR=captioner_folder) as service:
        assert service.caption(model="tiny").status_code == 200
        before = service.health()["front_rss_bytes"]
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda seed: service.caption(bytes(8 * MB), model="tiny", seed=seed), range(16)))
        assert {answer.status_code for answer in answers} <= {422, 503}
        assert service.health()["front_rss_bytes"] - before < 15 * MB


def test_health_never_loads(start_fake: StartFake) -> None:
    service = start_fake()
    for _ in range(5):
        assert service.health()["state"] == "idle"
    assert service.model_processes() == []


def test_unload_waits_for_the_request_that_runs(start_fake: StartFake) -> None:
    service = start_fake(engine={"caption_s": 1.0})
    answers = []
    thread = threading.Thread(target=lambda: answers.append(service.caption()))
    thread.start()
    service.wait_for_state("ready")
    assert service.post("/unload").json()["state"] == "idle"
    thread.join()
    assert answers[0].status_code == 200


def test_an_engine_is_unloaded_in_order(start_fake: StartFake, trace: Callable[[], list[str]]) -> None:
    service = start_fake(IDLE_TIMEOUT_S=0.5)
    assert service.caption().status_code == 200
    eventually(lambda: not service.model_processes())
    assert trace()[-1] == "unloaded"


def test_use_postpones_the_unload(start_fake: StartFake) -> None:
    """The idle time counts from the end of the last request, not from the load."""
    service = start_fake(engine={"caption_s": 1.2}, IDLE_TIMEOUT_S=3)
    assert service.caption().status_code == 200
    (first,) = service.model_processes()
    for _ in range(3):
        assert service.caption().json()["timings"]["load_s"] == 0
    assert [process.pid for process in service.model_processes()] == [first.pid]


def test_loading_is_seen_while_it_lasts(start_fake: StartFake) -> None:
    service = start_fake(engine={"load_s": 3.0})
    thread = threading.Thread(target=service.caption)
    thread.start()
    assert service.wait_for_state("loading")["model"] == "plain"
    assert service.wait_for_state("ready")["device"] == "cpu"
    thread.join()


def test_a_request_may_change_the_idle_time(start_fake: StartFake) -> None:
    service = start_fake(IDLE_TIMEOUT_S=600)
    assert service.caption(idle_timeout_s=0.3).status_code == 200
    assert service.health()["idle_timeout_s"] == 0.3
    eventually(lambda: not service.model_processes())
