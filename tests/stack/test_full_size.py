"""Models of full size with random weights, by the REST API: chosen, fetched from a hub, converted, asked for a caption.

    [FULL_SIZE_WEIGHTS=FOLDER] [FULL_SIZE_MODELS="vit-gpt2 im2txt"] pytest -m full_size -s tests/stack/test_full_size.py

prints what each says, and the built-in model before them; FOLDER keeps the weights for the next run (5 GB). Theirs are
nonsense words, but files, sizes, conversions and the way through the product are the real ones.
"""

import dataclasses
import json
import mmap
import os
import pickle
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.model_registry import ModelEntry, Unpack, load_registry
from tests.factories import SAMPLES
from tests.hub import Hub, running_hub
from tests.model_store.entries import entry_file
from tests.processes import ROOT
from tests.stack.conftest import first_admin, running_stack
from tests.stack.test_models import Product, choose, draft_when_ready

pytestmark = [pytest.mark.full_size, pytest.mark.mlval]
# Of a conversion, and of an answer.
PATIENCE_S, ANSWER_S = 3 * 3600.0, 1800.0
LIST = ROOT / "ml_models.json"
MODELS = os.environ.get("FULL_SIZE_MODELS", "im2txt im2txt-onnx vit-gpt2 blip-base-coco blip-large").split()
# Makers of mlval.random_weights go by `convert` of an entry, which two sizes of one family share.
MAKERS = {"blip-large": "blip-large"}
NEED_TORCH = ("im2txt", "im2txt-onnx", "blip-original")


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Emptied at once, since it takes gigabytes."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def weights_of(model: ModelEntry, folder: Path) -> dict[str, Path]:
    """The files that a hub would have to serve for it."""
    from mlval.random_weights.__main__ import make

    kind = MAKERS.get(model.id, model.convert)
    source = Path(os.environ.get("FULL_SIZE_WEIGHTS", folder)) / kind
    if not source.is_dir() and kind in NEED_TORCH:
        pytest.importorskip("torch", reason="torch is not installed: run `make install-mlval`")
    make(kind, source)
    if model.service != "im2txt":
        return {path.name: path for path in source.iterdir() if not path.name.startswith(".")}
    archive = folder / model.files[0].path
    with tarfile.open(archive, "w:gz", compresslevel=0) as tar:
        for member in _unpack(model).members:
            tar.add(source / member if not member.endswith(".pkl") else _pickled(source, folder), f"im2txt/{member}")
    return {archive.name: archive}


def _pickled(source: Path, folder: Path) -> Path:
    words = json.loads((source / "vocabulary.json").read_text(encoding="utf-8"))["words"]
    path = folder / "vocab.pkl"
    path.write_bytes(pickle.dumps({word: number for number, word in enumerate(words)}))
    return path


def _unpack(model: ModelEntry) -> Unpack:
    found = model.files[0].unpack
    assert found is not None
    return found


def publish(model: ModelEntry, folder: Path) -> tuple[dict[str, Any], ModelEntry]:
    """What the hub has, by path, and the entry for it: that of the real list, with other addresses and hashes."""
    served, files = {}, []
    for name, path in weights_of(model, folder).items():
        with path.open("rb") as file:
            content: Any = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        served[f"{model.id}/{name}"] = content
        unpack = model.files[0].unpack
        files.append(dataclasses.replace(entry_file(f"{model.id}/{name}", content), path=name, unpack=unpack))
    return served, dataclasses.replace(model, files=tuple(files))


def write_list(path: Path, models: list[ModelEntry]) -> None:
    """The bundled models and these."""
    listed = json.loads(LIST.read_text(encoding="utf-8"))
    own = [{key: value for key, value in dataclasses.asdict(m).items() if value not in ("", {})} for m in models]
    listed["models"] = [one for one in listed["models"] if one["bundled"]] + own
    path.write_text(json.dumps(listed), encoding="utf-8")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def tell(product: Product, service: str, draft: dict[str, Any]) -> None:
    """Who said what, and what its model takes."""
    services = product.admin.call("GET", "/api/services/").json()["results"]
    health = next(one["health"] for one in services if one["name"] == service) or {}
    say(f"{draft['model']['id']} -> {draft['text']}  [{health.get('model_rss_bytes', 0) / 1e6:.0f} MB]")


@pytest.fixture(scope="module")
def product(folder: Path) -> Iterator[tuple[Product, Hub]]:
    """The administrator of a running product that knows the models, with one photo; and the hub that has them."""
    listed = load_registry(LIST).by_id
    with running_hub() as hub:
        models = []
        for model_id in MODELS:
            served, model = publish(listed[model_id], folder)
            hub.files |= served
            models.append(model)
        write_list(folder / "models.json", models)
        variables = {
            "MODEL_LIST": str(folder / "models.json"),
            "HF_ENDPOINT": hub.url,
            **dict.fromkeys(("CLIP_MODEL", "LLM_MODEL", "OCR_MODEL"), "none"),
            "SERVICE_TIMEOUT_S": str(ANSWER_S),
            "REQUEST_TIMEOUT_S": str(ANSWER_S),
        }
        with running_stack(folder / "data", patience_s=ANSWER_S, **variables) as stack:
            admin = first_admin(stack, patience_s=ANSWER_S)
            yield Product(admin, admin.upload(SAMPLES / "cat.jpg"), patience_s=PATIENCE_S), hub


def test_the_bundled_one(product: tuple[Product, Hub]) -> None:
    admin, _ = product
    status, body = admin.draft()
    assert (status, body["drafts"][0]["model"]["id"]) == (200, "bundled"), body
    tell(admin, "im2txt", body["drafts"][0])


@pytest.mark.parametrize("model_id", MODELS)
def test_a_caption_by_the_rest_api(product: tuple[Product, Hub], model_id: str) -> None:
    admin, hub = product
    started = time.monotonic()
    choose(admin, model_id)
    body, said = draft_when_ready(admin, hub, every_s=2.0)
    assert "model_downloading" in said
    draft = body["drafts"][0]
    assert draft["model"]["id"] == model_id and len(draft["text"].split()) > 1
    tell(admin, load_registry(LIST).by_id[model_id].service, draft)
    say(f"  chosen, fetched, converted and asked in {time.monotonic() - started:.0f} s")
    say(f"  its conversion: {json.dumps(admin.model(model_id)['conversion'])}")
