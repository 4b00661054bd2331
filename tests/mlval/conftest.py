"""Everything here but the bundled model's test needs what `make install-mlval` installs."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the folder's tests `mlval`, and skip them, saying how to get them, where torch is missing."""
    missing = [name for name in ("torch", "pycocoevalcap", "matplotlib") if importlib.util.find_spec(name) is None]
    for item in items:
        if HERE not in item.path.parents or item.path.name == "test_bundled.py":
            continue
        item.add_marker(pytest.mark.mlval)
        if missing:
            reason = f"{' and '.join(missing)} not installed: run `make install-mlval`"
            item.add_marker(pytest.mark.skip(reason=reason))
