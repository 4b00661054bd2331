"""mlval stands beside the product: no Django, and of `api` only the pure helpers in `api.lib`.

But for `mlval/bench/`, which measures the product itself.
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "mlval"


def test_no_import_of_django_or_api() -> None:
    found = []
    for path in ROOT.rglob("*.py"):
        if "bench" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names = [name for name in names if not name.startswith("api.lib.")]
            found += [f"{path.name}: {n}" for n in names if n.split(".")[0] in {"django", "api", "librephotos"}]
    assert not found


def test_no_file_is_longer_than_an_evening() -> None:
    long = [path.name for path in ROOT.rglob("*.py") if len(path.read_text(encoding="utf-8").splitlines()) > 310]
    assert not long
