"""On a CPU without SSE4, AVX and AVX2, BLIP says what it says here."""

from __future__ import annotations

import json
from pathlib import Path

from service.blip.engine import Engine
from service.common.options import CaptionOptions
from tests.service.blip.conftest import IMAGES
from tests.service.test_qemu import old_cpu, pytestmark

__all__ = ["pytestmark"]

CODE = """
import json, sys
from pathlib import Path
from tests.service.blip.test_old_cpu import say
print(json.dumps(say(Path(sys.argv[1]))))
"""


def say(folder: Path) -> list[str]:
    engine = Engine("cpu", 1)
    engine.load(folder)
    return [captions[0].text for captions in engine.caption(IMAGES[:3], CaptionOptions(num_beams=3))]


def test_it_says_the_same(blip_folder: Path) -> None:
    assert json.loads(old_cpu("-c", CODE, str(blip_folder / "tiny"))) == say(blip_folder / "tiny")
