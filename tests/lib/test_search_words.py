"""Words as search compares them."""

import pytest

from api.lib.search_words import MAX_WORD_LENGTH, fold, index_forms, indexed, query_forms, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("IMG_0815.jpg", ["img", "0815", "jpg"]),
        ("#Straßen-Fest, 100%", ["straßen", "fest", "100"]),
        ("dog's dog’s", ["dogs", "dogs"]),
        ("e\u0301te\u0301", ["été"]),
        ("東京タワー 2024", ["東", "京", "タ", "ワ", "ー", "2024"]),
        ("a\0b 😀 ½ \"' \\ :* &|!()", ["a", "b", "½"]),
        ("x" * 1000, ["x" * MAX_WORD_LENGTH]),
        ("", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert list(words_of(text)) == words


@pytest.mark.parametrize(
    ("word", "folded"),
    [("Été", "ete"), ("Straße", "strasse"), ("Łódź", "lodz"), ("smørrebrød", "smorrebrod"), ("½", "12"), ("ﬁn", "fin")],
)
def test_fold(word: str, folded: str) -> None:
    assert fold(word) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [("dogs", "dog"), ("running", "runs"), ("beaches", "beach"), ("hunden", "hund"),
     ("häuser", "haus"), ("strasse", "straßen")],
)  # fmt: skip
def test_words_with_the_same_stem_find_each_other(one: str, other: str) -> None:
    assert set(query_forms(one)) & set(index_forms(other))
    assert set(query_forms(other)) & set(index_forms(one))


def test_umlauts_may_be_spelled_out() -> None:
    assert "zuerich" in index_forms("zürich")


def test_what_is_indexed_is_letters_and_digits_only() -> None:
    every = "".join(map(chr, (*range(1, 0x3400), *range(0xF900, 0x11000), *range(0x1F300, 0x1F700))))
    text = indexed(list(every), max_words=100_000)
    assert all(word.isalnum() for word in text.split(" "))


def test_a_long_text_is_cut() -> None:
    assert len(indexed([" ".join(f"w{number}" for number in range(1000))], max_words=100).split()) == 100
