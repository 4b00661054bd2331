"""What counts as a hashtag."""

import unicodedata

import pytest

from api.lib.hashtags import MAX_TAG_LENGTH, hashtags_find


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("A #dog runs.", ["dog"]),
        ("#cat and #cats", ["cat", "cats"]),
        ("##dog, ###dog", ["dog"]),
        ("#Dog #dog #DOG", ["Dog"]),
        ("#Straße #STRASSE", ["Straße"]),
        ("#été #Ämter #狗 #हिन्दी #под_водой #2024", ["été", "Ämter", "狗", "हिन्दी", "под_водой", "2024"]),
        ("(#one)#two [#three]", ["one", "two", "three"]),
        ("#dog's #black-white #a.b", ["dog", "black", "a"]),
        ("word#none &#39; https://example.org/#top", []),
        ("# ## #_ #! #", []),
        ("", []),
        ("#" + "x" * MAX_TAG_LENGTH, ["x" * MAX_TAG_LENGTH]),
        ("#" + "x" * (MAX_TAG_LENGTH + 1), []),
        ("#new\nline #tab\t#end", ["new", "tab", "end"]),
    ],
)
def test_tags_of_a_text(text: str, titles: list[str]) -> None:
    assert list(hashtags_find(text).values()) == titles


def test_the_same_letters_in_another_encoding_are_the_same_tag() -> None:
    assert hashtags_find(unicodedata.normalize("NFD", "#été")) == hashtags_find("#été")


def test_the_key_is_case_folded() -> None:
    assert hashtags_find("#Straße") == {"strasse": "Straße"}


def test_a_long_text_takes_no_long_time() -> None:
    assert hashtags_find("#" * 100_000) == {}
    assert len(hashtags_find("#a " * 100_000)) == 1
