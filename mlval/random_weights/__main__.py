"""`python -m mlval.random_weights KIND OUT`: KIND is `convert` of a model in ml_models.json, `blip-large` or `gguf`."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable
from pathlib import Path

Maker = Callable[[Path], None]
"""Fills an empty folder with all files of a model; always the same ones."""

MAKERS = {
    "blip-huggingface": "mlval.random_weights.blip:make_huggingface",
    "blip-large": "mlval.random_weights.blip:make_large",
    "blip-original": "mlval.random_weights.blip:make_original",
    "vit-gpt2": "mlval.random_weights.vit_gpt2:make",
    "clip-huggingface": "mlval.random_weights.clip:make",
    "im2txt": "mlval.random_weights.im2txt:make_checkpoints",
    "im2txt-onnx": "mlval.random_weights.im2txt:make_onnx",
    "gguf": "mlval.random_gguf:make",
}


def make(kind: str, folder: Path) -> Path:
    """The folder, filled; what is already in it is not made again."""
    done = folder / ".complete"
    if not done.exists():
        folder.mkdir(parents=True, exist_ok=True)
        module, _, name = MAKERS[kind].partition(":")
        maker: Maker = getattr(importlib.import_module(module), name)
        maker(folder)
        done.touch()
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m mlval.random_weights", description=__doc__)
    parser.add_argument("kind", choices=sorted(MAKERS))
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    print(make(arguments.kind, arguments.out))


if __name__ == "__main__":
    main()
