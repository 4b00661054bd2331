import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.lib.tidy import same_words, tidy

WORDS = st.lists(st.sampled_from(["a", "the", "dog", "cat", "and", "in", ".", ",", "<unk>", "A"]), max_size=12).map(
    " ".join
)


@pytest.mark.parametrize(
    ("given_text", "wanted"),
    [
        ("<start> a man in a hat is sitting on a bench . <end>", "A man in a hat is sitting on a bench."),
        ("a book and a book", "A book."),
        ("a dog and a dog runs", "A dog runs."),
        ("a woman and a woman are posing", "A woman and another woman are posing."),
        ("a dog runs runs in the .", "A dog runs."),
        ("two dogs , one ball", "Two dogs, one ball."),
        ("what is that?", "What is that?"),
        ("a sign that says 5.5", "A sign that says 5.5."),
        ("  ", ""),
        ("<unk> .", ""),
        ("ein Hund am Strand", "Ein Hund am Strand."),
    ],
)
def test_examples(given_text: str, wanted: str) -> None:
    assert tidy(given_text) == wanted


@given(WORDS)
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(WORDS)
def test_no_word_is_invented(text: str) -> None:
    kept = set(tidy(text).lower().replace(".", " ").replace(",", " ").split())
    assert kept <= set(text.lower().replace(".", " ").replace(",", " ").split())


def test_what_is_said_twice_is_known_by_its_words() -> None:
    assert same_words("A dog, on a Bench.") == same_words("a dog on a bench")
    assert same_words("A dog.") != same_words("A cat.")
