"""The BLIP family: the engine over a converted folder, the service over HTTP, and what the conversion refuses."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from mlval.random_weights.blip import TINY
from service.blip.engine import Engine
from service.common.errors import CancelledError, WeightsError
from service.common.options import CaptionOptions
from tests.service.blip.conftest import IMAGES, convert
from tests.service.harness import ROOT, Service, running

OPTIONS = [
    CaptionOptions(),
    CaptionOptions(num_beams=1, max_words=4),
    CaptionOptions(num_captions=4, explain=True),
    CaptionOptions(temperature=1.0, num_captions=3, seed=7),
]


@pytest.fixture(scope="module")
def engine(blip_folder: Path) -> Engine:
    engine = Engine(device="cpu", threads=1)
    engine.load(blip_folder / "tiny")
    return engine


@pytest.fixture(scope="module")
def blip(blip_folder: Path) -> Iterator[Service]:
    with running("service.blip.main", WEIGHTS_DIR=blip_folder) as service:
        yield service


@pytest.fixture
def own_folder(blip_folder: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return Path(shutil.copytree(blip_folder / "tiny", tmp_path / "copy"))


def test_after_load_it_says_where_it_runs(engine: Engine) -> None:
    assert (engine.device, engine.provider, engine.input_size) == ("cpu", "CPUExecutionProvider", TINY.image)
    assert engine.vram_bytes() == 0


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_a_batch_gives_what_each_picture_alone_gives(engine: Engine, options: CaptionOptions) -> None:
    together = engine.caption(IMAGES, options)
    assert together == [engine.caption([image], options)[0] for image in IMAGES]
    assert len({captions[0].text for captions in together}) > 1
    for captions in together:
        assert 1 <= len(captions) <= options.num_captions
        assert all(len(caption.words) <= (options.max_words or 20) for caption in captions)
        assert all(caption.text and "[" not in caption.text and "##" not in caption.text for caption in captions)


def test_explain_gives_a_probability_for_each_word(engine: Engine) -> None:
    (caption,) = engine.caption(IMAGES[:1], CaptionOptions(explain=True))[0]
    assert caption.word_log_probabilities is not None
    assert len(caption.word_log_probabilities) == len(caption.words)
    assert all(log_prob < 0 for log_prob in caption.word_log_probabilities)
    assert sum(caption.word_log_probabilities) >= caption.log_probability - 1e-4  # its end counts too
    assert caption.attention is None


def test_it_stops_when_nobody_waits(engine: Engine) -> None:
    for options in OPTIONS:
        with pytest.raises(CancelledError):
            engine.caption(IMAGES, options, stop=lambda: True)


def test_unload_is_safe_twice(blip_folder: Path) -> None:
    engine = Engine(device="cpu", threads=1)
    engine.load(blip_folder / "tiny")
    engine.unload()
    engine.unload()
    with pytest.raises(RuntimeError):
        engine.caption(IMAGES, CaptionOptions())


@pytest.mark.parametrize("name", ["config.json", "vocabulary.json", "encoder.onnx", "decoder.onnx.data"])
@pytest.mark.parametrize("damage", ["missing", "cut"])
def test_damaged_folders_are_refused(own_folder: Path, name: str, damage: str) -> None:
    path = own_folder / name
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(WeightsError):
        Engine(device="cpu", threads=1).load(own_folder)


@pytest.mark.parametrize(
    ("name", "value"),
    [("prompt", []), ("prompt", ["a"]), ("precision", "int4"), ("layers", 3), ("max_tokens", 0), ("resize", "stretch")],
)
def test_wrong_settings_are_refused(own_folder: Path, name: str, value: object) -> None:
    config = json.loads((own_folder / "config.json").read_text())
    (own_folder / "config.json").write_text(json.dumps({**config, name: value}))
    with pytest.raises(WeightsError):
        Engine(device="cpu", threads=1).load(own_folder)


def test_on_a_cpu_it_imports_no_torch(blip_folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from service.blip.engine import Engine\n"
        f"Engine('cpu', 1).load(Path({str(blip_folder / 'tiny')!r}))\n"
        "print(sorted({'torch', 'transformers', 'onnx', 'flask'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_over_http(blip: Service) -> None:
    file = io.BytesIO()
    IMAGES[0].save(file, "PNG")
    body = blip.caption(file.getvalue(), num_captions=2, num_beams=3).json()
    assert body["model"] == "tiny"
    assert body["device"] == "cpu"
    assert len(body["captions"]) == 2
    assert body["captions"][0]["text"]
    assert blip.caption(b"no picture").status_code == 422
    assert blip.caption(file.getvalue(), model="other").json()["code"] == "absent"
    assert blip.health()["state"] == "ready"
    assert blip.post("/unload").json()["state"] == "idle"
    assert blip.model_processes() == []


def test_the_service_converts(published: Path, tmp_path: Path) -> None:
    """Where the weights were downloaded to, and through the front, as the job does."""
    shutil.copytree(published, tmp_path / "sources" / "new")
    (tmp_path / "new").mkdir()
    with running("service.blip.main", WEIGHTS_DIR=tmp_path) as service:
        body = {"kind": "blip-huggingface", "source": "sources/new", "target": "new"}
        answer = service.post("/convert", json=body)
        assert "event: done" in answer.text, answer.text
        assert service.caption(model="new").status_code == 200


def spoil(folder: Path, name: str) -> None:
    path = folder / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def change(folder: Path, name: str, **values: object) -> None:
    path = folder / name
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


REFUSED = {
    "half the weights": lambda folder: spoil(folder, "model.safetensors"),
    "no weights": lambda folder: (folder / "model.safetensors").unlink(),
    "a damaged config": lambda folder: spoil(folder, "config.json"),
    "another model": lambda folder: change(folder, "config.json", model_type="bert"),
    "another size": lambda folder: change(folder, "config.json", vision_config={}),
    "a size that is none": lambda folder: change(folder, "config.json", text_config={"hidden_size": -1}),
    "heads that do not fit": lambda folder: change(folder, "config.json", text_config={"num_attention_heads": 7}),
    "another activation": lambda folder: change(folder, "config.json", text_config={"hidden_act": "relu"}),
    "no words": lambda folder: (folder / "vocab.txt").unlink(),
    "too many words": lambda folder: (folder / "vocab.txt").write_text("word\n" * 1000),
    "other words": lambda folder: (folder / "vocab.txt").write_text("mot\n" * 50),
    "no preprocessing": lambda folder: change(folder, "preprocessor_config.json", image_mean="grey"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_conversion_refuses(published: Path, tmp_path: Path, name: str) -> None:
    source = Path(shutil.copytree(published, tmp_path / "source"))
    REFUSED[name](source)
    status, lines = convert("blip-huggingface", source, tmp_path / "target")
    assert status == 1
    assert list(lines[-1]) == ["error"]
    assert " " in lines[-1]["error"]


def test_an_original_needs_one_checkpoint(published: Path, tmp_path: Path) -> None:
    status, lines = convert("blip-original", published, tmp_path / "target")
    assert status == 1
    assert ".pth" in lines[-1]["error"]


def test_the_bench_of_batches_runs_without_a_card(blip_folder: Path) -> None:
    """It is meant for a CUDA device, and must not have rotted when there is one."""
    from mlval.bench.blip_batches import measure_apart

    found = measure_apart("onnxruntime", blip_folder / "tiny", "cpu", [1, 2], 6)
    assert found.pop("provider") == "CPUExecutionProvider"
    assert set(found) == {"load_s", "batch_1", "batch_2", "memory_mb"}
    assert all(figure > 0 for figure in found.values())


def test_a_tall_picture(engine: Engine) -> None:
    assert engine.caption([Image.new("RGB", (1, 3000))], CaptionOptions())[0][0].text
