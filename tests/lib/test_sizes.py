"""Byte counts as people read and write them."""

import pytest

from api.lib.sizes import share_or_bytes, size_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("80%", 800),
        ("80 %", 800),
        ("12.5%", 125),
        ("100%", 1000),
        ("6000000000", 6 * 10**9),
        ("6 GB", 6 * 10**9),
        ("6gb", 6 * 10**9),
        ("1.5GiB", 3 * 2**29),
        (" 512 MiB ", 2**29),
    ],
)
def test_what_is_understood(text: str, expected: int) -> None:
    assert share_or_bytes(text, 1000) == expected


@pytest.mark.parametrize("text", ["", "0", "0%", "101%", "-5", "80 percent", "6 XB", "1e9", "nan", "%", "GB"])
def test_what_is_not(text: str) -> None:
    with pytest.raises(ValueError, match="neither a percentage"):
        share_or_bytes(text, 1000)


def test_said() -> None:
    assert [size_text(n) for n in (1, 340 * 10**6, 5_800_000_000)] == ["1 MB", "340 MB", "5.8 GB"]
