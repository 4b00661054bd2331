"""Answers that come piece by piece, from a family that common/ has never heard of."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
import requests

from tests.service.conftest import StartFake
from tests.service.harness import PATIENCE_S, Service, eventually


def body(content: str, **options: object) -> dict[str, object]:
    return {"messages": [{"role": "user", "content": content}], **options}


def events(answer: requests.Response) -> Iterator[tuple[str, dict[str, object]]]:
    """Each server-sent event as (name, data)."""
    name = ""
    for line in answer.iter_lines(chunk_size=1, decode_unicode=True):
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def stream(service: Service, request: dict[str, object]) -> requests.Response:
    return requests.post(f"{service.url}/generate", json={**request, "stream": True}, stream=True, timeout=PATIENCE_S)


def test_one_answer(start_fake: StartFake) -> None:
    service = start_fake()
    answer = service.post("/generate", json=body("a b", max_tokens=3)).json()
    assert answer["text"] == "a b a "
    assert answer["finish_reason"] == "length"
    assert answer["prompt_words"] == 2
    assert answer["model"] == "plain"
    assert set(answer["timings"]) == {"queue_s", "load_s", "infer_s"}


def test_a_stream(start_fake: StartFake) -> None:
    service = start_fake()
    with stream(service, body("a b", max_tokens=3)) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        got = list(events(answer))
    assert got[:3] == [("token", {"text": "a "}), ("token", {"text": "b "}), ("token", {"text": "a "})]
    name, done = got[3]
    assert name == "done"
    assert done["text"] == "a b a "
    assert done["finish_reason"] == "length"
    assert len(got) == 4


def test_pieces_arrive_while_the_model_still_works(start_fake: StartFake, trace: Callable[[], list[str]]) -> None:
    service = start_fake(engine={"piece_s": 0.2})
    with stream(service, body("word", max_tokens=1000)) as answer:
        assert next(events(answer)) == ("token", {"text": "word "})
        assert trace() == []


def test_a_reader_who_leaves_stops_the_work(start_fake: StartFake, trace: Callable[[], list[str]]) -> None:
    service = start_fake(engine={"piece_s": 0.02})
    with stream(service, body("word", max_tokens=30_000)) as answer:
        next(events(answer))
    eventually(lambda: trace() == ["closed"])
    assert service.post("/generate", json=body("next", max_tokens=1)).status_code == 200


def test_a_caller_of_one_answer_who_leaves_stops_the_work(
    start_fake: StartFake, trace: Callable[[], list[str]]
) -> None:
    service = start_fake(engine={"piece_s": 0.02})
    assert service.caption().status_code == 200
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{service.url}/generate", json=body("word", max_tokens=30_000), timeout=5)
    eventually(lambda: trace() == ["captioning 1", "closed"])


def test_a_reader_who_leaves_before_the_first_piece(start_fake: StartFake, trace: Callable[[], list[str]]) -> None:
    service = start_fake(engine={"prompt_s": 60})
    with stream(service, body("word")):
        service.wait_for_state("ready")
    eventually(lambda: trace() == ["closed"])
    assert len(service.model_processes()) == 1


def test_a_deadline_in_a_stream(start_fake: StartFake, trace: Callable[[], list[str]]) -> None:
    service = start_fake(engine={"piece_s": 0.05})
    assert service.caption().status_code == 200
    with stream(service, body("word", max_tokens=30_000, deadline_s=5)) as answer:
        name, error = list(events(answer))[-1]
    assert name == "error"
    assert error["code"] == "deadline"
    eventually(lambda: trace() == ["captioning 1", "closed"])


def test_a_crash_in_a_stream(start_fake: StartFake) -> None:
    service = start_fake()
    with stream(service, body("a b crash")) as answer:
        got = list(events(answer))
    assert [name for name, _ in got] == ["token", "token", "error"]
    assert got[-1][1]["code"] == "failed"
    assert service.post("/generate", json=body("next", max_tokens=1)).status_code == 200


def test_a_failing_load_in_a_stream(start_fake: StartFake) -> None:
    service = start_fake(engine={"load_error": "cut off"})
    with stream(service, body("a")) as answer:
        ((name, error),) = list(events(answer))
    assert name == "error"
    assert error["code"] == "failed"


@pytest.mark.parametrize(
    ("request_body", "field"),
    [
        (b"", "body"),
        (b"[]", "body"),
        (b"\xff\xfe", "body"),
        (b"{}", "messages"),
        (b'{"messages": []}', "messages"),
        (b'{"messages": ["hello"]}', "messages"),
        (b'{"messages": [{"role": "god", "content": "a"}]}', "messages"),
        (b'{"messages": [{"role": "user", "content": 5}]}', "messages"),
        (b'{"messages": [{"role": "user", "content": "a"}], "max_tokens": 0}', "max_tokens"),
        (b'{"messages": [{"role": "user", "content": "a"}], "stop": "x"}', "stop"),
        (b'{"messages": [{"role": "user", "content": "a"}], "json_schema": 5}', "json_schema"),
        (b'{"messages": [{"role": "user", "content": "a"}], "grammar": "x", "json_schema": {}}', "grammar"),
    ],
)
def test_malformed_bodies(start_fake_once: Service, request_body: bytes, field: str) -> None:
    answer = start_fake_once.post("/generate", data=request_body)
    assert answer.status_code == 400
    assert answer.json()["field"] == field


@pytest.fixture(scope="module")
def start_fake_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    from tests.service.conftest import write_fake
    from tests.service.harness import running

    folder = tmp_path_factory.mktemp("fake")
    write_fake(folder, "plain")
    with running("tests.service.fake_family", WEIGHTS_DIR=folder) as service:
        yield service
