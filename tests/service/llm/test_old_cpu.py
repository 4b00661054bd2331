"""llama.cpp runs on a CPU without SSE4 and AVX (see tests/service/test_qemu.py), and keeps to a schema there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.service.llm.conftest import needs_llama
from tests.service.test_qemu import QEMU, old_cpu

pytestmark = [
    needs_llama,
    pytest.mark.qemu,
    pytest.mark.skipif(QEMU is None, reason="qemu-x86_64 is not installed (Debian: apt-get install qemu-user)"),
]

CODE = """
import json, sys
from pathlib import Path
from service.common.options import GenerateOptions, Message
from service.llm.engine import Engine
engine = Engine(device="auto", threads=1)
engine.load(Path(sys.argv[1]))
schema = {"type": "object", "properties": {"caption": {"type": "string", "maxLength": 8}}, "required": ["caption"]}
options = GenerateOptions(max_tokens=60, json_schema=schema)
pieces = list(engine.generate([Message("user", "A dog.")], options))
print(json.dumps({"provider": engine.provider, "text": "".join(piece.text for piece in pieces)}))
"""


def test_the_probe_is_content() -> None:
    old_cpu("-m", "service.llm.probe")


@pytest.mark.parametrize("model", ["tiny", "hybrid"])
def test_it_writes(weights_dir: Path, model: str) -> None:
    said = json.loads(old_cpu("-c", CODE, str(weights_dir / model)))
    assert re.match(r"llama\.cpp on CPU \(x64\)", said["provider"])
    assert len(json.loads(said["text"])["caption"]) <= 8
