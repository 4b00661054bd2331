"""How well the guard tells good rewrites from bad ones, on labelled cases.

    python -m mlval guard tests/cases/guard.jsonl [--verbose] [--strict]

FILE is JSON ({"cases": […]}) or JSON lines; a case is {plain, rewritten, people, place, label, why} with label good,
bad or unverified, and optionally language (en) and other (further known words). A "bad" case is one to hold back, so
it counts as the positive class. `--strict` ends with an error unless every bad case is held back and every good one let
through. CLIPScore takes no part: the cases have no pictures.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from api.lib.captioning.guard import guard
from api.lib.captioning.verdict import Facts, Verdict

LABELS = ("good", "bad", "unverified")


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled rewrite."""

    plain: str
    rewritten: str
    label: str
    why: str
    people: tuple[str, ...] = ()
    place: str = ""
    other: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Judged:
    """A case and what the guard says of it."""

    case: Case
    verdict: Verdict

    @property
    def is_wrong(self) -> bool:
        """Return whether the guard and the label disagree; an unverified case cannot be wrong."""
        return self.case.label != "unverified" and (self.case.label == "good") != self.verdict.ok


def read_cases(path: Path) -> list[Case]:
    """Return the cases of a file. Raises ValueError naming the first case that is malformed."""
    text = path.read_text(encoding="utf-8")
    try:
        rows = json.loads(text)["cases"]
    except (json.JSONDecodeError, TypeError, KeyError):
        rows = [json.loads(line) for line in text.splitlines() if line.strip()]
    return [_case(row, number) for number, row in enumerate(rows, start=1)]


def judge(cases: Sequence[Case]) -> list[Judged]:
    """Return the guard's verdict for each case."""
    return [
        Judged(
            case,
            guard(
                case.plain,
                case.rewritten,
                Facts(names=case.people, place=case.place, other=case.other),
                language=case.language,
            ),
        )
        for case in cases
    ]


def report(judged: Sequence[Judged], *, verbose: bool = False) -> str:
    """Return the table: counts by label, precision and recall of holding back, reasons, and what went wrong."""
    lines = [f"{'label':<12}{'cases':>6}{'held back':>11}{'let through':>13}"]
    for label in LABELS:
        rows = [item for item in judged if item.case.label == label]
        held = sum(not item.verdict.ok for item in rows)
        lines.append(f"{label:<12}{len(rows):>6}{held:>11}{len(rows) - held:>13}")
    held_bad = sum(item.case.label == "bad" and not item.verdict.ok for item in judged)
    held_good = sum(item.case.label == "good" and not item.verdict.ok for item in judged)
    bad = sum(item.case.label == "bad" for item in judged)
    lines.append("")
    lines.append(
        f"precision {_ratio(held_bad, held_bad + held_good)}   recall {_ratio(held_bad, bad)}   (bad = positive)"
    )
    reasons = Counter(str(item.verdict.reason) for item in judged if not item.verdict.ok)
    lines += ["", "reasons", *(f"  {reason:<20}{count:>4}" for reason, count in reasons.most_common())]
    wrong = [item for item in judged if item.is_wrong]
    lines += ["", f"confused: {len(wrong)}", *map(_line, wrong)]
    shown = judged if verbose else [item for item in judged if item.case.label == "unverified"]
    lines += ["", "all cases" if verbose else "unverified", *map(_line, shown)]
    return "\n".join(lines)


def run(file: Path, *, verbose: bool = False, strict: bool = False) -> str:
    """Return the report for a file. Raises ValueError when `strict` and a good or bad case is judged wrongly."""
    judged = judge(read_cases(file))
    found = report(judged, verbose=verbose)
    wrong = sum(item.is_wrong for item in judged)
    if strict and wrong:
        raise ValueError(f"{wrong} cases are judged wrongly\n{found}")
    return found


def _case(row: dict[str, object], number: int) -> Case:
    try:
        label = str(row["label"])
        if label not in LABELS:
            raise ValueError(f"case {number}: label is {label!r}, not one of {', '.join(LABELS)}")
        people = row.get("people") or ()
        return Case(
            plain=str(row["plain"]),
            rewritten=str(row["rewritten"]),
            label=label,
            why=str(row.get("why", "")),
            people=tuple(map(str, people)) if isinstance(people, list) else (),
            place=str(row.get("place") or ""),
            other=str(row.get("other") or ""),
            language=str(row.get("language") or "en"),
        )
    except KeyError as error:
        raise ValueError(f"case {number}: {error} is missing") from error


def _line(item: Judged) -> str:
    verdict = item.verdict
    what = "ok" if verdict.ok else f"{verdict.reason}: {', '.join(verdict.evidence)}"
    return f"  [{item.case.label}] {item.case.rewritten[:70]!r} → {what}   ({item.case.why})"


def _ratio(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "n/a"
