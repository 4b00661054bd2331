"""More callers than places; callers who leave; callers in a hurry."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.service.conftest import StartFake
from tests.service.harness import Service, eventually, picture


def test_fifty_at_once_on_eight_places(start_fake: StartFake) -> None:
    service = start_fake(engine={"caption_s": 0.15}, QUEUE_SIZE=8, MAX_BATCH=1)
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: service.caption(), range(50)))
    statuses = {answer.status_code for answer in answers}
    assert statuses == {200, 503}
    for answer in answers:
        if answer.status_code == 503:
            assert answer.json()["code"] == "busy"
            assert int(answer.headers["Retry-After"]) >= 1
    assert sum(answer.status_code == 200 for answer in answers) >= 8
    assert service.caption().status_code == 200


def test_health_answers_while_all_places_are_taken(start_fake: StartFake, trace: Callable[[], list[str]]) -> None:
    service = start_fake(engine={"caption_s": 30}, QUEUE_SIZE=2, MAX_BATCH=1)
    callers = [leaving_caller(service)]
    eventually(lambda: trace() == ["captioning 1"])
    callers += [leaving_caller(service) for _ in range(2)]
    eventually(lambda: service.health()["queue_length"] == 2)
    assert service.caption().status_code == 503
    assert service.health()["state"] in ("loading", "ready")
    for caller in callers:
        caller.close()


def test_equal_requests_share_a_batch(start_fake: StartFake, trace: Callable[[], list[str]]) -> None:
    service = start_fake(engine={"load_s": 6.0}, MAX_BATCH=4)
    with ThreadPoolExecutor(7) as pool:
        first = pool.submit(service.caption)
        service.wait_for_state("loading")
        others = [pool.submit(service.caption) for _ in range(4)]
        different = pool.submit(service.caption, seed=7)
        texts = [answer.result().json()["captions"][0]["text"] for answer in [first, *others, different]]
    assert texts[0].endswith("of 1")
    assert texts[1:5] == ["fake 40x30 of 4"] * 4
    assert texts[5].endswith("of 1")
    # Which of the last two came first is for their threads to settle.
    assert sorted(trace()) == ["captioning 1", "captioning 1", "captioning 4"]


def test_a_batch_answers_each_its_own(start_fake: StartFake) -> None:
    """A broken picture in a batch fails its own request only."""
    service = start_fake(engine={"load_s": 6.0}, MAX_BATCH=8)
    images = [picture(size=(10 + index, 5)) for index in range(4)]
    images[2] = images[2][:40]
    with ThreadPoolExecutor(5) as pool:
        pool.submit(service.caption, seed=1)
        service.wait_for_state("loading")
        answers = list(pool.map(service.caption, images))
    assert [answer.status_code for answer in answers] == [200, 200, 422, 200]
    for index in (0, 1, 3):
        assert answers[index].json()["captions"][0]["text"].startswith(f"fake {10 + index}x5 ")


@pytest.mark.parametrize("afterwards", [b"", b"\r\nGET /health"], ids=["at once", "with more to read"])
def test_a_caller_who_leaves_frees_the_model(
    start_fake: StartFake, trace: Callable[[], list[str]], afterwards: bytes
) -> None:
    service = start_fake(engine={"caption_s": 30})
    caller = leaving_caller(service)
    caller.sendall(afterwards)
    eventually(lambda: trace() == ["captioning 1"])
    (model,) = service.model_processes()
    caller.close()
    eventually(lambda: trace()[-1] == "stopped")
    assert service.model_processes() == [model]


def test_a_caller_who_leaves_the_queue_frees_the_place(start_fake: StartFake, trace: Callable[[], list[str]]) -> None:
    service = start_fake(engine={"caption_s": 600}, QUEUE_SIZE=1, MAX_BATCH=1)
    first = leaving_caller(service)
    eventually(lambda: trace() == ["captioning 1"])
    second = leaving_caller(service)
    eventually(lambda: service.health()["queue_length"] == 1)
    second.close()
    eventually(lambda: service.health()["queue_length"] == 0)
    first.close()
    assert service.caption(max_words=1).status_code == 200


def test_a_passed_deadline(start_fake: StartFake, trace: Callable[[], list[str]]) -> None:
    service = start_fake(engine={"caption_s": 600})
    load(service)
    answer = service.caption(deadline_s=5.0)
    assert answer.status_code == 503
    assert answer.json()["code"] == "deadline"
    eventually(lambda: trace()[1:] == ["captioning 1", "stopped"])


def test_the_services_own_limit_is_a_deadline_too(start_fake: StartFake) -> None:
    service = start_fake(engine={"caption_s": 30}, REQUEST_TIMEOUT_S=0.5)
    assert service.caption(deadline_s=3600).json()["code"] == "deadline"


def test_a_deadline_that_passes_in_the_queue(start_fake: StartFake, trace: Callable[[], list[str]]) -> None:
    service = start_fake(engine={"caption_s": 600}, MAX_BATCH=1)
    first = leaving_caller(service)
    eventually(lambda: trace() == ["captioning 1"])
    assert service.caption(deadline_s=0.2).json()["code"] == "deadline"
    first.close()
    assert service.caption(max_words=1).status_code == 200
    assert trace() == ["captioning 1", "stopped", "captioning 1"]


def test_a_deadline_of_zero_does_no_work(start_fake: StartFake) -> None:
    service = start_fake()
    assert service.caption(deadline_s=0).json()["code"] == "deadline"
    assert service.model_processes() == []


def test_a_model_that_does_not_stop_is_ended(start_fake: StartFake, trace: Callable[[], list[str]]) -> None:
    service = start_fake(engine={"caption_s": 600, "ignores_stop": True}, CANCEL_GRACE_S=0.5)
    load(service)
    assert service.caption(deadline_s=5).json()["code"] == "deadline"
    eventually(lambda: not service.model_processes())
    eventually(lambda: "did not stop" in (service.health()["why"] or ""))


def load(service: Service) -> None:
    """Have the model there, so that a short deadline is about the caption alone."""
    assert service.caption(max_words=1).status_code == 200


def leaving_caller(service: Service) -> socket.socket:
    """A caption request whose answer is never read; closing the socket is leaving."""
    host, _, port = service.url.removeprefix("http://").partition(":")
    body = _multipart(picture(), {})
    head = (
        f"POST /caption HTTP/1.1\r\nHost: {host}\r\nContent-Type: multipart/form-data; boundary=xx\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    caller = socket.create_connection((host, int(port)))
    caller.sendall(head.encode() + body)
    time.sleep(0.05)
    return caller


def _multipart(image: bytes, options: dict[str, object]) -> bytes:
    return (
        b'--xx\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\n'
        + image
        + b'\r\n--xx\r\nContent-Disposition: form-data; name="options"\r\n\r\n'
        + json.dumps(options).encode()
        + b"\r\n--xx--\r\n"
    )


def test_a_deadline_that_passes_while_loading(start_fake: StartFake) -> None:
    """The load goes on, for the next caller."""
    service = start_fake(engine={"load_s": 6.0})
    assert service.caption(deadline_s=3.0).json()["code"] == "deadline"
    (first,) = service.model_processes()
    assert service.caption().status_code == 200
    assert service.model_processes() == [first]
