"""The llm family over HTTP, as the product uses it."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.service.harness import Service, eventually, running
from tests.service.llm.conftest import needs_llama
from tests.service.test_streaming import events

pytestmark = needs_llama

LLAMA = importlib.util.find_spec("llama_cpp")
HAS_CUDA = LLAMA is not None and any(Path(str(LLAMA.origin)).parent.glob("lib/libggml-cuda*.so"))
SYSTEM = {"role": "system", "content": "You make short captions. Never guess a name. " * 5}


def body(content: str, **options: Any) -> dict[str, Any]:
    return {"model": "tiny", "messages": [SYSTEM, {"role": "user", "content": content}], **options}


def test_one_answer(llm: Service) -> None:
    answer = llm.post("/generate", json=body("A dog.", max_tokens=8)).json()
    assert set(answer) == {"text", "finish_reason", "pieces", "model", "device", "timings"}
    times = {"queue_s", "load_s", "infer_s", "first_token_s"}
    assert set(answer["timings"]) == times | {"prompt_tokens", "evaluated_tokens", "answer_tokens"}
    assert answer["model"] == "tiny"
    assert answer["device"] == "cpu"


def test_a_stream_of_json(llm: Service) -> None:
    schema = {
        "type": "object",
        "properties": {"caption": {"type": "string", "maxLength": 30}},
        "required": ["caption"],
    }
    request = body("A dog.", json_schema=schema, temperature=1.5, max_tokens=200, stream=True)
    with requests.post(f"{llm.url}/generate", json=request, stream=True, timeout=180) as answer:
        *tokens, (name, done) = list(events(answer))
    assert name == "done"
    assert "".join(str(data["text"]) for _, data in tokens) == done["text"]
    assert len(json.loads(str(done["text"]))["caption"]) <= 30


def test_the_second_request_starts_where_it_differs(llm: Service) -> None:
    llm.post("/generate", json=body("One.", max_tokens=1))
    second = llm.post("/generate", json=body("A dog.", max_tokens=1)).json()["timings"]
    assert second["evaluated_tokens"] < 60 < second["prompt_tokens"]


def test_what_is_kept_outlives_the_model(llm: Service) -> None:
    llm.post("/generate", json=body("One.", max_tokens=1))
    assert llm.post("/unload").json()["state"] == "idle"
    again = llm.post("/generate", json=body("A dog.", max_tokens=1)).json()["timings"]
    assert again["load_s"] > 0
    assert again["evaluated_tokens"] < 60 < again["prompt_tokens"]


def test_a_reader_who_leaves_stops_the_work(llm: Service) -> None:
    request = body("Go on.", grammar="root ::= [a-z]+", max_tokens=800, stream=True)
    with requests.post(f"{llm.url}/generate", json=request, stream=True, timeout=180) as answer:
        next(events(answer))
    started = time.monotonic()
    assert llm.post("/generate", json=body("Next.", max_tokens=1)).status_code == 200
    assert len(llm.model_processes()) == 1
    assert time.monotonic() - started < 60


def test_too_long_a_conversation(llm: Service) -> None:
    answer = llm.post("/generate", json=body("x" * 5000))
    assert answer.status_code == 422
    assert answer.json()["code"] == "context_overflow"
    assert "1024" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("options", "field"),
    [({"grammar": "root ::= ("}, "grammar"), ({"json_schema": {"type": "string", "pattern": "a"}}, "json_schema")],
)
def test_what_cannot_bind_an_answer(llm: Service, options: dict[str, Any], field: str) -> None:
    answer = llm.post("/generate", json=body("A dog.", **options))
    assert answer.status_code == 400
    assert answer.json()["field"] == field


def test_two_models_take_turns(llm: Service) -> None:
    for model in ("hybrid", "tiny", "hybrid"):
        answer = llm.post("/generate", json={**body("A dog.", max_tokens=2), "model": model})
        assert answer.json()["model"] == model
        assert llm.health()["model"] == model
    assert "several" in llm.post("/generate", json={"messages": [SYSTEM]}).json()["detail"].lower()


def test_health(llm: Service) -> None:
    llm.post("/generate", json=body("A dog.", max_tokens=1))
    health = llm.health()
    assert health["models"] == ["hybrid", "tiny"]
    assert health["provider"].startswith("llama.cpp on CPU (")
    assert health["front_rss_bytes"] < 120_000_000  # of two processes, shared pages counted twice


def test_a_damaged_model_fails_and_a_good_one_still_works(weights_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "cut").mkdir()
    (tmp_path / "good").mkdir()
    whole = (weights_dir / "tiny" / "tiny.gguf").read_bytes()
    (tmp_path / "cut" / "a.gguf").write_bytes(whole[:-5000])
    shutil.copy(weights_dir / "tiny" / "tiny.gguf", tmp_path / "good")
    with running("service.llm.main", WEIGHTS_DIR=tmp_path, PREFIX_DIR=tmp_path / "kept") as service:
        answer = service.post("/generate", json={**body("A dog."), "model": "cut"})
        assert answer.status_code == 503
        assert answer.json()["code"] == "failed"
        assert "a.gguf cannot be loaded" in answer.json()["detail"]
        assert service.health()["state"] == "failed"
        assert service.post("/generate", json={**body("A dog.", max_tokens=1), "model": "good"}).status_code == 200
        assert service.health()["state"] == "ready"


def test_a_wrong_setting(weights_dir: Path, tmp_path: Path) -> None:
    with running("service.llm.main", WEIGHTS_DIR=weights_dir, CONTEXT_TOKENS="few", PREFIX_DIR=tmp_path) as service:
        answer = service.post("/generate", json=body("A dog."))
        assert "CONTEXT_TOKENS" in answer.json()["detail"]


@pytest.mark.cuda
@pytest.mark.skipif(shutil.which("nvidia-smi") is None, reason="needs a CUDA device")
@pytest.mark.skipif(not HAS_CUDA, reason="needs make install-llm LLAMA_MORE_CMAKE_ARGS=-DGGML_CUDA=ON")
def test_on_cuda(weights_dir: Path, tmp_path: Path) -> None:
    """It keeps to a schema there too, and the card's memory returns with the model."""
    with running(
        "service.llm.main", WEIGHTS_DIR=weights_dir, PREFIX_DIR=tmp_path, DEVICE="auto", PATH=os.environ["PATH"]
    ) as service:
        assert service.health()["vram_bytes"] == 0
        schema = {"enum": ["a dog", "a cat"]}
        answer = service.post("/generate", json=body("A dog.", json_schema=schema, max_tokens=30)).json()
        assert (answer["device"], json.loads(answer["text"]) in schema["enum"]) == ("cuda", True)
        assert service.health()["vram_bytes"] > 0
        service.post("/unload")
        eventually(lambda: not service.model_processes())
        eventually(lambda: service.health()["vram_bytes"] == 0)


def test_memory_comes_back(llm: Service) -> None:
    llm.post("/generate", json=body("A dog.", max_tokens=1))
    assert llm.model_processes()
    llm.post("/unload")
    eventually(lambda: not llm.model_processes())
    assert llm.health()["vram_bytes"] == 0
