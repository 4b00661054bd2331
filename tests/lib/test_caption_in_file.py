"""What a file is to say."""

import pytest

from api.lib.caption_in_file import CaptionInFile, Written, caption_into

NEVER = Written()


def test_a_caption_with_tags_joins_what_is_there() -> None:
    found = CaptionInFile("old", ("lake", "2024"))
    wanted, ours = caption_into(found, text="At the #Lake with #Ana", before=NEVER)
    assert wanted == CaptionInFile("At the #Lake with #Ana", ("lake", "2024", "Ana"))
    assert ours == Written("At the #Lake with #Ana", ("Ana",))


def test_only_our_own_keywords_leave() -> None:
    found = CaptionInFile("x", ("lake", "Ana", "Bert"))
    wanted, ours = caption_into(found, text="#bert", before=Written("x", ("Ana", "Bert")))
    assert wanted == CaptionInFile("#bert", ("lake", "Bert"))
    assert ours.tags == ("Bert",)


@pytest.mark.parametrize(
    ("text", "before", "expected"),
    [
        ("", NEVER, ""),  # a decision
        (None, NEVER, "theirs"),  # nobody decided
        (None, Written("ours"), "theirs"),  # somebody else wrote it since
        (None, Written("theirs"), ""),  # ours, and taken back
    ],
)
def test_without_a_caption(text: str | None, before: Written, expected: str) -> None:
    assert caption_into(CaptionInFile("theirs"), text=text, before=before)[0].description == expected


def test_twice_is_once() -> None:
    once, ours = caption_into(CaptionInFile(), text="#a b", before=NEVER)
    assert caption_into(once, text="#a b", before=ours) == (once, ours)
