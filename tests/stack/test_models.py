"""Other models are chosen, fetched from a hub, converted and used, all over HTTP; then the hub is unplugged."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.factories import SAMPLES
from tests.hub import Hub, running_hub
from tests.processes import ROOT
from tests.stack.conftest import Browserless, first_admin, running_stack
from tests.stack.own_models import HAS_LLAMA, Published, language_model, publish, telling_llm, write_list

pytestmark = pytest.mark.stack
PATIENCE_S = 240.0
SENTENCE = {"caption": "{sentence}, on a fine day.", "keywords": []}


@pytest.fixture
def published(tmp_path: Path) -> Published:
    return publish(tmp_path, llm=language_model(tmp_path, predictable=json.dumps(SENTENCE).encode()))


@pytest.fixture
def variables(published: Published, tmp_path: Path) -> Iterator[dict[str, str]]:
    """What the product has to be told: the list of models, and where their language model's service is."""
    with ExitStack() as stack:
        llm = {} if HAS_LLAMA else stack.enter_context(telling_llm(tmp_path / "data"))
        yield write_list(tmp_path, published.models) | llm


class Product:
    """The signed-in administrator of a running product, with one photo."""

    def __init__(self, admin: Browserless, photo: str, *, patience_s: float = PATIENCE_S) -> None:
        self.admin, self.photo, self.patience_s = admin, photo, patience_s

    def post(self, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
        answer = self.admin.call("POST", path, json=body)
        return answer.status_code, answer.json()

    def draft(self, **wanted: Any) -> tuple[int, dict[str, Any]]:
        return self.post(f"/api/photos/{self.photo}/captions/", count=1, **wanted)

    def model(self, model_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.admin.call("GET", f"/api/models/{model_id}/").json()
        return found


def choose(product: Product, model_id: str) -> None:
    costs = product.admin.call("GET", "/api/models/costs/").json()
    cost = next(one for one in costs["results"] if one["id"] == model_id)
    assert cost["ram_bytes"] <= costs["machine"]["memory_budget_bytes"] and cost["warning"] == ""
    status, body = product.post(f"/api/models/{model_id}/choose/")
    assert (status, body["id"], body["disk_bytes"]) == (200, model_id, cost["disk_bytes"])
    assert product.admin.call("GET", "/api/sitesettings").json()[cost["setting"]] == model_id


def draft_when_ready(product: Product, hub: Hub, *, every_s: float = 0.1) -> tuple[dict[str, Any], set[str]]:
    """Ask for a draft until the model is there; returns the answer and what was said before it."""
    said: set[str] = set()
    deadline = time.monotonic() + product.patience_s
    while True:
        status, body = product.draft()
        if status == 200:
            return body, said
        assert status == 409, body
        assert body["code"] in {"model_downloading", "model_converting"}, body
        assert 0 <= body["percentage"] <= 100 and body["job_id"]
        said.add(body["code"])
        hub.delay_s = 0  # it was slow until somebody saw it
        assert time.monotonic() < deadline, body
        time.sleep(every_s)


def rewrite_when_ready(product: Product, draft: int) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        status, body = product.draft(from_draft=draft, rewrite=True, force=True)
        assert status == 200, body
        rewrite: dict[str, Any] = body["rewrite"]
        if rewrite["state"] != "unavailable" or not rewrite["code"].startswith("model_"):
            return rewrite
        assert rewrite["code"] == "model_downloading", rewrite
        assert time.monotonic() < deadline, rewrite
        time.sleep(0.2)


def install_when_ready(product: Product, model_id: str) -> list[str]:
    """Start a download and watch it to its end; returns the states that were seen."""
    status, body = product.post(f"/api/models/{model_id}/download/")
    assert status == 202, body
    seen = [body["state"]]
    deadline = time.monotonic() + PATIENCE_S
    while seen[-1] in {"downloading", "converting"}:
        assert time.monotonic() < deadline
        time.sleep(0.05)
        seen.append(product.model(model_id)["state"])
    return list(dict.fromkeys(seen))


def assert_usable(product: Product) -> None:
    """A caption by the chosen captioner, compared with the photo by the chosen scorer, said differently by the LLM."""
    status, body = product.draft(force=True)
    assert status == 200, body
    draft = body["drafts"][0]
    assert draft["model"]["id"] == "tiny-im2txt" and draft["text"]
    rewrite = rewrite_when_ready(product, draft["id"])
    # Random weights write noise, which the guard holds back.
    assert rewrite["state"] in {"ok", "held_back"}, rewrite
    assert rewrite["caption"]["rewriter"]["id"] == "tiny-llm"
    if not HAS_LLAMA:
        assert rewrite["caption"]["text"].endswith(", on a fine day.")


def test_models_from_a_hub(published: Published, variables: dict[str, str], tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    with running_hub() as hub:
        hub.files = published.files
        variables = {**variables, "HF_ENDPOINT": hub.url}
        with running_stack(data_dir, **variables) as stack:
            admin = first_admin(stack)
            product = Product(admin, admin.upload(SAMPLES / "cat.jpg"))

            choose(product, "tiny-im2txt")
            hub.delay_s = 0.3
            body, said = draft_when_ready(product, hub)
            assert "model_downloading" in said
            assert body["drafts"][0]["model"]["id"] == "tiny-im2txt"
            assert product.model("tiny-im2txt")["conversion"]
            kinds = {job["job_type_str"] for job in admin.call("GET", "/api/jobs/?page_size=50").json()["results"]}
            assert {"Download Models", "Convert Models"} <= kinds

            choose(product, "tiny-clip")
            assert install_when_ready(product, "tiny-clip")[-1] == "installed"
            choose(product, "tiny-llm")
            rewrite_when_ready(product, body["drafts"][0]["id"])
            assert_usable(product)

            # The hub is unplugged while everything runs.
            hub.files, hub.other = {}, {}
            asked = len(hub.requests)
            assert_usable(product)
            assert len(hub.requests) == asked
            stack.stop()

    # And it stays away.
    with running_stack(data_dir, **variables) as stack:
        admin = Browserless(stack.url, "ada", "correct horse battery").sign_in()
        assert_usable(Product(admin, product.photo))
        assert_verified(data_dir, variables)


def assert_verified(data_dir: Path, variables: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "models", "verify"],
        cwd=ROOT,
        env={**os.environ, **variables, "DATA_DIR": str(data_dir)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert {line.split(":")[0] for line in done.stdout.splitlines()} == {"tiny-im2txt", "tiny-clip", "tiny-llm"}
    assert all("whole" in line for line in done.stdout.splitlines())
