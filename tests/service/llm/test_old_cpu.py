"""llama.cpp runs on a CPU without SSE4 and AVX (see tests/service/test_qemu.py), and keeps to a schema there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.service.harness import ROOT
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


def here(*arguments: str) -> str:
    """What `python ARGUMENTS` prints on this CPU."""
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout


def test_the_probe_is_content() -> None:
    old_cpu("-m", "service.llm.probe")


@pytest.mark.parametrize("model", ["tiny", "hybrid"])
def test_it_writes(weights_dir: Path, model: str) -> None:
    then: dict[str, Any] = json.loads(old_cpu("-c", CODE, str(weights_dir / model)))
    # x64: the first of several backends. built-in: there is only one, as in CI.
    assert re.match(r"llama\.cpp on CPU \((x64|built-in)\)", then["provider"])
    assert len(json.loads(then["text"])["caption"]) <= 8
    now: dict[str, Any] = json.loads(here("-c", CODE, str(weights_dir / model)))
    # Another backend adds up in another order, which may decide between two tokens that are equally likely.
    if now["provider"] == then["provider"]:
        assert now["text"] == then["text"]
