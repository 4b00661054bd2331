"""From ids of pieces to words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from service.common.errors import WeightsError
from service.common.pieces import Pieces

BERT = ["", "a", "dog", "##s", "##house", ".", ",", "-", "'", "s", "t", "shirt", "##ing", "&"]
GPT2 = ["", "a", "Ġdog", "s", "Ġ", "Ċ", "ĠHÃ¤user", "ĠÃ", "¤", "."]


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (["a", "dog"], "a dog"),
        (["a", "dog", "##s", "."], "a dogs."),
        (["dog", "##house", "##s", ",", "a", "dog"], "doghouses, a dog"),
        (["a", "dog", "'", "s", "shirt"], "a dog's shirt"),
        (["a", "t", "-", "shirt"], "a t-shirt"),
        (["a", "", "dog", ""], "a dog"),
        (["##s", "dog"], "s dog"),
        (["-", "dog"], "- dog"),
        (["a", "&", "dog"], "a & dog"),
        ([], ""),
    ],
)
def test_wordpieces(said: list[str], text: str) -> None:
    words = Pieces("wordpiece", tuple(BERT)).to_words([BERT.index(piece) for piece in said])
    assert " ".join(word for word, _ in words) == text


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (["a", "Ġdog", "s", "."], "a dogs."),
        (["Ġdog", "ĠHÃ¤user", "Ċ"], "dog Häuser"),
        (["a", "ĠÃ", "¤"], "a ä"),
        (["a", "ĠÃ"], "a \ufffd"),
        (["", "a", "Ġ", "Ġdog"], "a dog"),
    ],
)
def test_bytes(said: list[str], text: str) -> None:
    words = Pieces("bytes", tuple(GPT2)).to_words([GPT2.index(piece) for piece in said])
    assert " ".join(word for word, _ in words) == text


def test_places_lead_back_to_the_pieces() -> None:
    words = Pieces("wordpiece", tuple(BERT)).to_words([1, 0, 2, 3, 5])
    assert words == [("a", (0,)), ("dogs.", (2, 3, 4))]


def test_an_id_outside_says_nothing() -> None:
    assert Pieces("wordpiece", tuple(BERT)).to_words([1, 999, -1]) == [("a", (0,))]


@pytest.mark.parametrize(
    "body", [{"kind": "letters", "pieces": []}, {"kind": "bytes"}, {"kind": "bytes", "pieces": [1]}]
)
def test_files_that_are_refused(tmp_path: Path, body: dict[str, object]) -> None:
    path = tmp_path / "vocabulary.json"
    path.write_text(json.dumps({"format": 2, **body}))
    with pytest.raises(WeightsError):
        Pieces.load(path)
