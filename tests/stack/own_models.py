"""A list of models of the tests' own, and the hub that has them: all tiny, some to be converted first."""

import contextlib
import dataclasses
import hashlib
import importlib.util
import io
import json
import os
import pickle
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from api.model_registry import ModelEntry, Unpack
from tests.model_store.entries import entry, entry_file
from tests.processes import ROOT
from tests.service.clip_score.tiny_clip import write_source as write_clip
from tests.service.harness import running
from tests.service.im2txt.test_convert import write_source as write_im2txt

HAS_LLAMA = (ROOT / "service/llm/main.py").exists() and all(
    importlib.util.find_spec(name) for name in ("llama_cpp", "gguf")
)


@dataclasses.dataclass
class Published:
    """What the hub has, and the entries that a list of models needs for it."""

    files: dict[str, bytes]
    models: list[ModelEntry]

    def add(self, model_id: str, files: dict[str, bytes], **values: Any) -> None:
        listed = []
        for name, content in files.items():
            self.files[f"{model_id}/{name}"] = content
            listed.append(dataclasses.replace(entry_file(f"{model_id}/{name}", content), path=name))
        self.models.append(entry(*listed, model_id=model_id, label=f"Tiny {model_id}", **values))


def publish(folder: Path, *, llm: dict[str, bytes]) -> Published:
    """LibrePhotos' captioner in its archive, CLIP as Hugging Face serves it, and a language model of these files."""
    found = Published({}, [])
    im2txt = write_im2txt(folder / "im2txt")
    words = json.loads((im2txt / "vocabulary.json").read_text())["words"]
    (im2txt / "vocabulary.json").unlink()
    (im2txt / "data").mkdir()
    (im2txt / "data/vocab.pkl").write_bytes(pickle.dumps({word: number for number, word in enumerate(words)}))
    found.add("tiny-im2txt", {"im2txt.tar.gz": _archive(im2txt)}, convert="im2txt")
    archive = found.models[0].files[0]
    unpack = Unpack(1, ("models/encoder-10-1000.ckpt", "models/decoder-10-1000.ckpt", "data/vocab.pkl"))
    found.models[0] = dataclasses.replace(found.models[0], files=(dataclasses.replace(archive, unpack=unpack),))
    clip = {path.name: path.read_bytes() for path in write_clip(folder / "clip").iterdir()}
    found.add("tiny-clip", clip, task="clip", service="clip_score", convert="clip-huggingface")
    found.add("tiny-llm", llm, task="llm", service="llm")
    return found


def _archive(folder: Path) -> bytes:
    """As published: everything below one folder."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as tar:
        tar.add(folder, "im2txt")
    return written.getvalue()


def language_model(folder: Path, *, predictable: bytes) -> dict[str, bytes]:
    """Random weights for llama.cpp where that is installed, else what the tests' own service is to say."""
    if not HAS_LLAMA:
        return {"say.json": predictable}
    from mlval.random_gguf import TINY, write_gguf

    write_gguf(folder / "tiny.gguf", dataclasses.replace(TINY, context=8192))
    return {"tiny.gguf": (folder / "tiny.gguf").read_bytes()}


def write_list(folder: Path, models: list[ModelEntry]) -> dict[str, str]:
    """Write a list of the bundled models and these; returns the variables that make the product use it."""
    listed = json.loads((ROOT / "ml_models.json").read_text())
    for service in listed["services"]:
        service["available"] = (ROOT / "service" / service["name"] / "main.py").exists() or service["name"] == "llm"
    kept = [model for model in listed["models"] if model["bundled"]]
    own = [{key: value for key, value in dataclasses.asdict(model).items() if value != ""} for model in models]
    listed["models"] = kept + own
    (folder / "models.json").write_text(json.dumps(listed))
    return {"MODEL_LIST": str(folder / "models.json"), "MIN_FREE_BYTES": "0"}


@contextlib.contextmanager
def telling_llm(data_dir: Path) -> Iterator[dict[str, str]]:
    """The tests' own language model's service for a product that is to be started on the data folder."""
    token = hashlib.sha256(os.urandom(32)).hexdigest()
    data_dir.mkdir()
    (data_dir / "service_token").write_text(token)
    with running("tests.service.fake_llm", WEIGHTS_DIR=data_dir / "models", SERVICE_TOKEN=token) as llm:
        yield {"LLM_URL": llm.url}
