"""What transformers' `generate` says with the tiny BLIP of conftest.py, for several rules.

    python -m tests.service.blip.tiny_blip      # renews golden_tiny_blip.json (needs torch and transformers)

So the ordinary suite compares with transformers without having it, and fails when its pin is raised until this was run:
the captions must be the same as before.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlval.random_weights.blip import END, TINY
from service.common.token_search import Rules

GOLDEN = Path(__file__).parent / "golden_tiny_blip.json"
START = TINY.words - 2
PROMPT = (START, 4, 5, 6)
WISHES: tuple[dict[str, Any], ...] = (
    {"max_tokens": 12},
    {"max_tokens": 12, "prompt": (START,)},
    {"max_tokens": 1},
    {"max_tokens": 14, "min_tokens": 5},
    {"max_tokens": 14, "no_repeat": 2},
    {"max_tokens": 10, "length_exponent": 0.4},
    {"max_tokens": 10, "length_exponent": 2.0},
)

Said = list[list[list[int]]]
"""For each picture the ids of its captions, best first."""


def rules_of(wishes: dict[str, Any]) -> Rules:
    return Rules(**{"prompt": PROMPT, "end": END, **wishes})


def draw_pixels() -> NDArray[np.float32]:
    """Of four colours, with noise."""
    random = np.random.default_rng(3)
    colours = random.standard_normal((4, 3, 1, 1), np.float32) * 2
    return colours + random.standard_normal((4, 3, TINY.image, TINY.image), np.float32)


def read_theirs(folder: Path) -> Any:
    """transformers' own model of the published files, read by transformers."""
    from transformers import BlipForConditionalGeneration

    return BlipForConditionalGeneration.from_pretrained(folder).eval()


def say_theirs(model: Any, pixels: NDArray[np.float32], rules: Rules, width: int) -> Said:
    """`generate` for each picture alone, as its documentation has it: what was said after the prompt."""
    import torch

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
        said.append([row[: row.index(rules.end) + 1] if rules.end in row else row for row in rows])
    return said


def golden() -> dict[str, Any]:
    """`transformers`: its version; `captions`: for each of WISHES what it says with one beam and with three."""
    return dict(json.loads(GOLDEN.read_text(encoding="utf-8")))


def main() -> None:
    import tempfile

    import torch
    import transformers

    from mlval.random_weights.blip import write_huggingface

    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as name:
        model = read_theirs(write_huggingface(Path(name), TINY))
    captions = [[say_theirs(model, draw_pixels(), rules_of(wishes), width) for width in (1, 3)] for wishes in WISHES]
    lines = ",\n".join(json.dumps(each, separators=(",", ":")) for each in captions)
    GOLDEN.write_text(
        f'{{"transformers": "{transformers.__version__}", "captions": [\n{lines}\n]}}\n', encoding="utf-8"
    )


if __name__ == "__main__":
    main()
