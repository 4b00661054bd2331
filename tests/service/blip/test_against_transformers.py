"""The graphs and our search say what transformers said, by stored answers: transformers is not needed for this.

In LibrePhotos BLIP was broken for a year, since transformers had moved what it was called by. Here a raised pin fails
until the new version has given the same answers.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from service.blip.convert import read_huggingface, write_folder
from service.blip.graphs import Blip
from service.common.cached_decoder import CaptionGraphs, DecoderShape
from service.common.state_dict import StateDict
from service.common.token_search import search
from tests.service.blip.tiny_blip import END, WISHES, draw_pixels, golden, read_theirs, rules_of, say_theirs
from tests.service.harness import ROOT

WHY = "not installed: run `make install-blip`"


@pytest.fixture(scope="module")
def ours(published: Path, tmp_path_factory: pytest.TempPathFactory) -> CaptionGraphs:
    """Our graphs of the published weights in fp32."""
    folder, source = tmp_path_factory.mktemp("fp32"), read_huggingface(published)
    own = source.architecture
    write_folder(folder, source, Blip.read(StateDict(source.tensors), own), int8=False)
    shape = DecoderShape(own.text_layers, own.text_heads, own.text_width // own.text_heads)
    return CaptionGraphs(folder, shape, device="cpu", threads=1)


@pytest.fixture(scope="module")
def theirs(published: Path) -> Any:
    """transformers' own model of the same files."""
    torch = pytest.importorskip("torch", reason=f"torch is {WHY}")
    pytest.importorskip("transformers", reason=f"transformers is {WHY}")
    torch.set_num_threads(1)  # more would wait for each other at every operator of a model that small
    return read_theirs(published)


@pytest.fixture(scope="module")
def pixels() -> NDArray[np.float32]:
    return draw_pixels()


def say_ours(ours: CaptionGraphs, pixels: NDArray[np.float32], wishes: dict[str, Any], width: int) -> Any:
    found = search(ours.look(pixels), len(pixels), width=width, rules=rules_of(wishes))
    return [[list(beam.ids) for beam in beams] for beams in found]


@pytest.mark.parametrize("number", range(len(WISHES)), ids=lambda number: str(WISHES[number]))
def test_the_captions_are_those_of_transformers(ours: CaptionGraphs, pixels: NDArray[np.float32], number: int) -> None:
    expected = golden()["captions"][number]
    assert [say_ours(ours, pixels, WISHES[number], width) for width in (1, 3)] == expected


@pytest.mark.parametrize("file", ["service/blip/requirements.cuda.txt", "requirements.mlval.txt"])
def test_they_are_those_of_the_pinned_version(file: str) -> None:
    (pinned,) = re.findall(r"^transformers==(\S+)$", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
    assert golden()["transformers"] == pinned, "run `python -m tests.service.blip.tiny_blip` with the new version"


def test_captions_differ_and_end() -> None:
    """Otherwise the tests here would prove little."""
    greedy, beams = golden()["captions"][0]
    best = [tuple(own[0]) for own in (*greedy, *beams)]
    assert len(set(best)) > 2
    assert any(ids[-1] == END for ids in best)
    assert len({len(ids) for ids in best}) > 1


def test_the_encoders_agree(theirs: Any, ours: CaptionGraphs, pixels: NDArray[np.float32]) -> None:
    import torch

    with torch.inference_mode():
        features = theirs.vision_model(torch.from_numpy(pixels)).last_hidden_state.numpy()
    np.testing.assert_allclose(ours.features(pixels), features, atol=2e-5)


@pytest.mark.parametrize("width", [1, 3, 5])
@pytest.mark.parametrize("wishes", WISHES, ids=str)
def test_the_captions_agree(
    theirs: Any, ours: CaptionGraphs, pixels: NDArray[np.float32], width: int, wishes: dict[str, Any]
) -> None:
    """With the installed transformers, without what was stored."""
    assert say_ours(ours, pixels, wishes, width) == say_theirs(theirs, pixels, rules_of(wishes), width)
