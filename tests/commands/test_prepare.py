"""What runs before everything else may run twice at once, as orchestrators do."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from api.management.commands.prepare import _make


def test_many_look_at_one_folder_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(_make, [tmp_path / "data"] * 400))
    assert list((tmp_path / "data").iterdir()) == []


def test_what_cannot_be_a_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    with pytest.raises(CommandError, match="data cannot be written: File exists. Fix its owner or set DATA_DIR."):
        _make(tmp_path / "data")
