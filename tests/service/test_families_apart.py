"""Converted models of all families lie in one folder, and each service sees its own."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from mlval.random_weights import blip, vit_gpt2
from service.common.family import Family, resolve
from service.common.model_folders import ModelFolders
from tests.service.clip_score.tiny_clip import write_source as write_clip
from tests.service.im2txt.test_convert import write_source as write_im2txt
from tests.service.tiny_models import write_captioner

SOURCES = {
    ("blip", "blip-huggingface"): lambda folder: blip.write_huggingface(folder, blip.TINY),
    ("vit_gpt2", "vit-gpt2"): lambda folder: vit_gpt2.write(folder, vit_gpt2.TINY),
    ("im2txt", "im2txt"): write_im2txt,
    ("clip_score", "clip-huggingface"): write_clip,
}


def family(name: str) -> Family:
    found = importlib.import_module(f"service.{name}.main").FAMILY
    assert isinstance(found, Family)
    return found


@pytest.fixture(scope="module")
def weights_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of each family under the family's name, and one of im2txt that somebody put together by hand."""
    folder = tmp_path_factory.mktemp("weights")
    for (name, kind), write in SOURCES.items():
        source = write(folder / "sources" / name)
        (folder / name.replace("_", "-")).mkdir()
        convert = resolve(family(name).conversions[kind])
        convert(source, folder / name.replace("_", "-"), lambda fraction, step: None)
    write_captioner(folder / "by-hand")
    return folder


@pytest.mark.parametrize(
    ("name", "own"),
    [("blip", ["blip"]), ("vit_gpt2", ["vit-gpt2"]), ("im2txt", ["by-hand", "im2txt"]), ("clip_score", ["clip-score"])],
)
def test_each_sees_its_own(weights_dir: Path, name: str, own: list[str]) -> None:
    found = ModelFolders(family(name), weights_dir).complete_ids()
    assert [model for model in found if not model.startswith("bundled")] == own
