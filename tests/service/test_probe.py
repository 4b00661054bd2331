"""Libraries that do not work on this computer are found out in a process of their own."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from tests.service.conftest import write_fake
from tests.service.harness import running


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        pytest.param(
            "illegal",
            "built for a newer processor",
            marks=pytest.mark.skipif(platform.machine() != "x86_64", reason="the instruction is one of x86-64"),
        ),
        ("complains", "The library is too old."),
    ],
)
def test_libraries_that_do_not_work(tmp_path: Path, what: str, sentence: str) -> None:
    write_fake(tmp_path, "plain")
    with running("tests.service.probed_family", WEIGHTS_DIR=tmp_path, FAKE_PROBE=what) as service:
        health = service.wait_for_state("absent")  # without any request
        assert sentence in health["why"]
        answer = service.caption()
        assert answer.status_code == 503
        assert answer.json()["code"] == "absent"
        assert sentence in answer.json()["detail"]
        assert service.model_processes() == []
        assert service.process.poll() is None


def test_a_request_waits_for_the_answer(tmp_path: Path) -> None:
    write_fake(tmp_path, "plain")
    with running("tests.service.probed_family", WEIGHTS_DIR=tmp_path, FAKE_PROBE="slow") as service:
        assert service.health()["state"] == "idle"
        assert service.caption().status_code == 200
