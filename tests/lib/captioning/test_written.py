"""A language model's answer, whole and while it is being written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.lib.captioning.written import CaptionReader, UnreadableAnswerError, Written, read_answer


def test_it_works() -> None:
    text = json.dumps({"caption": " Ana\n on a bench. ", "keywords": ["bench", " bench", "", "Lisbon"]})
    assert read_answer(text) == Written("Ana on a bench.", ("bench", "Lisbon"))
    assert read_answer('{"caption": "Ana."}') == Written("Ana.")


@pytest.mark.parametrize(
    "text",
    [
        "", "Here you are", "[]", "null", '{"caption": null}', '{"keywords": []}', '{"caption": "a", "keywords": "b"}',
        '{"caption": "a", "keywords": [1]}', '{"caption": "a"', "[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_not_the_answer(text: str) -> None:
    with pytest.raises(UnreadableAnswerError):
        read_answer(text)


def test_half_a_letter_is_no_text() -> None:
    assert read_answer('{"caption": "a \\ud83d b", "keywords": ["\\udc00"]}') == Written("a b")


@given(st.text(max_size=40), st.booleans(), st.lists(st.integers(1, 7), min_size=1, max_size=12))
def test_pieces_give_the_same_as_the_whole(caption: str, ascii_only: bool, sizes: list[int]) -> None:
    """However the JSON is cut, also inside of escapes and pairs of them."""
    caption = caption.encode("utf-8", "ignore").decode()
    text = json.dumps({"caption": caption, "keywords": ['a "caption": "b"']}, ensure_ascii=ascii_only)
    reader, told, at, turn = CaptionReader(), "", 0, 0
    while at < len(text):
        size = sizes[turn % len(sizes)]
        told += reader.add(text[at : at + size])
        assert caption.startswith(told)
        at, turn = at + size, turn + 1
    assert told == caption


def test_nothing_is_told_of_what_is_no_caption() -> None:
    reader = CaptionReader()
    assert [reader.add(piece) for piece in ("Sure! ", "{", '"keywords": ["a"]}')] == ["", "", ""]
