"""The graphs and our search say what the pinned transformers says, token for token.

The contract that a new version of transformers has to keep: raise the pin, run this.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mlval.random_weights.blip import TINY, write_original
from service.blip.architecture import Architecture
from service.blip.graphs import Blip, write_decoder, write_encoder
from service.common.cached_decoder import CaptionGraphs, DecoderShape
from service.common.checkpoint import read_checkpoint
from service.common.options import CaptionOptions
from service.common.state_dict import StateDict
from service.common.token_search import Rules, search
from service.common.transformer_captioner import TransformerCaptioner
from tests.service.blip.conftest import IMAGES, convert

WHY = "not installed: run `make install-blip`"
torch = pytest.importorskip("torch", reason=f"torch is {WHY}")
transformers = pytest.importorskip("transformers", reason=f"transformers is {WHY}")

START, END = TINY.words - 2, 3
PROMPT = (START, 4, 5, 6)
# More would wait for each other at every operator of a model that small.
torch.set_num_threads(1)


@pytest.fixture(scope="module")
def theirs(published: Path) -> Any:
    """transformers' own model of the published files, read by transformers."""
    return transformers.BlipForConditionalGeneration.from_pretrained(published).eval()


@pytest.fixture(scope="module")
def ours(published: Path, theirs: Any, tmp_path_factory: pytest.TempPathFactory) -> CaptionGraphs:
    """Our graphs of the same weights in fp32."""
    folder = tmp_path_factory.mktemp("fp32")
    architecture = Architecture.of(theirs.config.to_dict())
    model = Blip.read(StateDict(read_checkpoint(published / "model.safetensors")), architecture)
    write_encoder(folder / "encoder.onnx", model, int8=False)
    write_decoder(folder / "decoder.onnx", model, int8=False)
    shape = DecoderShape(TINY.text_layers, TINY.text_heads, TINY.text_width // TINY.text_heads)
    return CaptionGraphs(folder, shape, device="cpu", threads=1)


@pytest.fixture(scope="module")
def pixels() -> NDArray[np.float32]:
    """Of four colours, with noise."""
    random = np.random.default_rng(3)
    colours = random.standard_normal((4, 3, 1, 1), np.float32) * 2
    return colours + random.standard_normal((4, 3, TINY.image, TINY.image), np.float32)


def say_theirs(model: Any, pixels: NDArray[np.float32], rules: Rules, width: int) -> list[list[tuple[int, ...]]]:
    """`generate` for each picture alone, as its documentation has it: what was said after the prompt."""
    said = []
    for picture in pixels:
        found = model.generate(
            torch.from_numpy(picture[None]),
            input_ids=torch.tensor([[*rules.prompt, rules.end]]),
            num_beams=width,
            num_return_sequences=width,
            max_new_tokens=rules.max_tokens,
            min_new_tokens=rules.min_tokens,
            no_repeat_ngram_size=rules.no_repeat,
            length_penalty=rules.length_exponent,
        )
        rows = [row[len(rules.prompt) :] for row in found.tolist()]
        said.append([tuple(row[: row.index(rules.end) + 1] if rules.end in row else row) for row in rows])
    return said


def test_the_encoders_agree(theirs: Any, ours: CaptionGraphs, pixels: NDArray[np.float32]) -> None:
    with torch.inference_mode():
        features = theirs.vision_model(torch.from_numpy(pixels)).last_hidden_state.numpy()
    np.testing.assert_allclose(ours.features(pixels), features, atol=2e-5)


@pytest.mark.parametrize("width", [1, 3, 5])
@pytest.mark.parametrize(
    "wishes",
    [
        {"max_tokens": 12},
        {"max_tokens": 12, "prompt": (START,)},
        {"max_tokens": 1},
        {"max_tokens": 14, "min_tokens": 5},
        {"max_tokens": 14, "no_repeat": 2},
        {"max_tokens": 10, "length_exponent": 0.4},
        {"max_tokens": 10, "length_exponent": 2.0},
    ],
    ids=str,
)
def test_the_captions_agree(
    theirs: Any,
    ours: CaptionGraphs,
    pixels: NDArray[np.float32],
    width: int,
    wishes: dict[str, Any],
) -> None:
    rules = Rules(**{"prompt": PROMPT, "end": END, **wishes})
    found = search(ours.look(pixels), len(pixels), width=width, rules=rules)
    assert [[beam.ids for beam in beams] for beams in found] == say_theirs(theirs, pixels, rules, width)


def test_captions_differ_and_end(ours: CaptionGraphs, pixels: NDArray[np.float32]) -> None:
    """Otherwise the tests above would prove little."""
    rules = Rules(prompt=PROMPT, end=END, max_tokens=12)
    said = [beams[0].ids for beams in search(ours.look(pixels), len(pixels), width=3, rules=rules)]
    assert len(set(said)) > 2, said
    assert any(ids[-1] == END for ids in said)
    assert len({len(ids) for ids in said}) > 1


def test_both_runtimes_say_the_same(tmp_path: Path) -> None:
    """From Salesforce's checkpoint, through the conversion's own folders."""
    import json

    from service.blip.convert import read_source, write_folder
    from service.blip.torch_captioner import TorchCaptioner

    source_folder = write_original(tmp_path / "source", TINY, seed=5)
    (tmp_path / "converted").mkdir()
    status, lines = convert("blip-original", source_folder, tmp_path / "converted")
    assert status == 0, lines
    report = lines[-1]["report"]
    assert report["fp32_with_pytorch"]["captions"] == 1.0
    assert report["int8_with_fp32"]["cosine"] >= 0.99
    config = json.loads((tmp_path / "converted" / "transformers.json").read_text())
    tensors = read_checkpoint(tmp_path / "converted" / "model.safetensors")
    source = read_source(source_folder, config, tensors)
    (tmp_path / "fp32").mkdir()
    write_folder(tmp_path / "fp32", source, Blip.read(StateDict(tensors), source.architecture), int8=False)
    graphs = TransformerCaptioner("cpu", 1)
    graphs.load(tmp_path / "fp32")
    pytorch = TorchCaptioner("cpu")
    pytorch.load(tmp_path / "converted")
    for options in (CaptionOptions(num_beams=1), CaptionOptions(num_captions=3, explain=True)):
        for one, other in zip(graphs.caption(IMAGES, options), pytorch.caption(IMAGES, options), strict=True):
            assert [caption.text for caption in one] == [caption.text for caption in other]
            for first, second in zip(one, other, strict=True):
                assert first.log_probability == pytest.approx(second.log_probability, abs=1e-3)
                assert first.word_log_probabilities == pytest.approx(second.word_log_probabilities, abs=1e-3)
    drawn = CaptionOptions(temperature=1.0, num_captions=3, seed=4)
    assert pytorch.caption(IMAGES[:2], drawn)[1] == pytorch.caption(IMAGES[1:2], drawn)[0]


def test_the_bench_of_batches_runs_pytorch_without_a_card(blip_folder: Path) -> None:
    from mlval.bench.blip_batches import measure_here

    found = measure_here("pytorch", blip_folder / "tiny", "cpu", [1, 2], 6)
    assert found["provider"] == "PyTorch"
    assert found["batch_2"] > 0


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_on_cuda(blip_folder: Path) -> None:
    """Half precision says nearly the same, in batches as alone, and gives its memory back."""
    from service.blip.engine import Engine

    engine, on_cpu = Engine("cuda"), Engine("cpu")
    engine.load(blip_folder / "tiny")
    on_cpu.load(blip_folder / "tiny")
    assert (engine.device, engine.provider) == ("cuda", "PyTorch")
    assert engine.vram_bytes() > 0
    options = CaptionOptions(num_beams=3)
    together = engine.caption(IMAGES, options)
    assert [engine.caption([image], options)[0][0].text for image in IMAGES] == [own[0].text for own in together]
    engine.unload()
    assert torch.cuda.memory_allocated() == 0
