import pytest

from api.lib.prefix_match import folded_words, goes_on


@pytest.mark.parametrize(
    ("name", "typed", "expected"),
    [
        ("Lisbon, Portugal", "lis", True),
        ("Lisbon, Portugal", "por lis", True),
        ("Zürich", "ZUR", True),
        ("Lisbon, Portugal", "isb", False),
        ("Anna", "an an", False),
        ("Anna Anders", "an an", True),
        ("Anna", "", False),
        ("", "a", False),
    ],
)
def test_goes_on(name: str, typed: str, expected: bool) -> None:
    assert goes_on(name, folded_words(typed)) is expected
