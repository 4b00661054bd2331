"""The guard on our labelled rewrites; the table is in docs/drafts.md."""

from pathlib import Path

import pytest

from mlval.guard import judge, read_cases, report, run

CASES = Path(__file__).parents[2] / "cases" / "guard.jsonl"


def test_every_bad_case_is_held_back_and_every_good_one_let_through() -> None:
    judged = judge(read_cases(CASES))
    assert len(judged) >= 60
    assert not [item.case.rewritten for item in judged if item.is_wrong]


def test_each_held_back_case_has_a_reason() -> None:
    assert all(item.verdict.reason for item in judge(read_cases(CASES)) if not item.verdict.ok)


def test_the_table_names_counts_and_confusions() -> None:
    table = run(CASES)
    assert "precision" in table
    assert "confused: 0" in table


def test_the_documentation_shows_this_table() -> None:
    table = run(CASES).split("\n\nreasons")[0]
    assert table in (CASES.parents[2] / "docs" / "drafts.md").read_text()


def test_strict_fails_on_a_wrong_verdict(tmp_path: Path) -> None:
    wrong = tmp_path / "cases.jsonl"
    wrong.write_text('{"plain": "a dog", "rewritten": "A red dog.", "label": "good"}')
    with pytest.raises(ValueError, match="judged wrongly"):
        run(wrong, strict=True)


def test_a_json_file_with_cases_is_read(tmp_path: Path) -> None:
    path = tmp_path / "cases.json"
    path.write_text(
        '{"cases": [{"plain": "a dog", "rewritten": "A dog.", "people": [], "place": null, "label": "good"}]}'
    )
    assert "good             1          0            1" in report(judge(read_cases(path)))


@pytest.mark.parametrize(
    "row", ['{"plain": "a", "rewritten": "a", "label": "fine"}', '{"plain": "a", "label": "good"}']
)
def test_a_malformed_case_is_named(tmp_path: Path, row: str) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(row)
    with pytest.raises(ValueError, match="case 1"):
        read_cases(path)
