"""Nothing reports to anybody: ONNX Runtime's wheels do by default, and keep an id on the disk for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import ROOT

MODEL = ROOT / "service" / "im2txt" / "bundled" / "encoder.onnx"
RUN = f"""
import {{}}
import onnxruntime
onnxruntime.InferenceSession({str(MODEL)!r}, providers=["CPUExecutionProvider"])
"""


@pytest.mark.parametrize("package", ["service.common.onnx_runtime", "mlval"])
def test_a_session_leaves_no_trace(tmp_path: Path, package: str) -> None:
    # It is silent where it believes that it is tested, so nothing may look like that.
    kept = {name: value for name, value in os.environ.items() if "CI" not in name and not name.startswith("ORT_")}
    environment = {**kept, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", RUN.format(package)], cwd=ROOT, env=environment, check=True, timeout=300)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
