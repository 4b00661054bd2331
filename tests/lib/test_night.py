"""When it is night."""

from datetime import UTC, datetime, time

import pytest

from api.lib.night import night_around, parse_clock


def night(moment: str, begins: str, ends: str, zone: str = "UTC") -> tuple[str, str] | None:
    found = night_around(datetime.fromisoformat(moment), begins=parse_clock(begins), ends=parse_clock(ends), zone=zone)
    return found and tuple(end.astimezone(UTC).strftime("%d %H:%M") for end in found)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("moment", "begins", "ends", "expected"),
    [
        ("2026-05-10T00:59:59Z", "01:00", "06:00", None),
        ("2026-05-10T01:00:00Z", "01:00", "06:00", ("10 01:00", "10 06:00")),
        ("2026-05-10T05:59:59Z", "01:00", "06:00", ("10 01:00", "10 06:00")),
        ("2026-05-10T06:00:00Z", "01:00", "06:00", None),
        ("2026-05-10T23:30:00Z", "23:00", "05:00", ("10 23:00", "11 05:00")),
        ("2026-05-10T04:30:00Z", "23:00", "05:00", ("09 23:00", "10 05:00")),
        ("2026-05-10T12:00:00Z", "23:00", "05:00", None),
        ("2026-05-10T12:00:00Z", "08:00", "08:00", ("10 08:00", "11 08:00")),
    ],
)
def test_by_one_clock(moment: str, begins: str, ends: str, expected: tuple[str, str] | None) -> None:
    assert night(moment, begins, ends) == expected


def test_by_the_users_own_clock() -> None:
    assert night("2026-05-10T00:30:00Z", "01:00", "06:00", "Europe/Berlin") == ("09 23:00", "10 04:00")
    assert night("2026-05-10T04:30:00Z", "01:00", "06:00", "Europe/Berlin") is None


def test_when_the_clocks_change() -> None:
    """Berlin, 29 March 2026: at 02:00 it is 03:00; 25 October: at 03:00 it is 02:00 again."""
    assert night("2026-03-29T01:30:00Z", "01:00", "06:00", "Europe/Berlin") == ("29 00:00", "29 04:00")
    assert night("2026-10-25T04:30:00Z", "01:00", "06:00", "Europe/Berlin") == ("24 23:00", "25 05:00")


@pytest.mark.parametrize("text", ["", "6", "24:00", "12:60", "1:00", "noon", "01:00:00"])
def test_no_time(text: str) -> None:
    with pytest.raises(ValueError, match="23:30"):
        parse_clock(text)


def test_a_time() -> None:
    assert parse_clock(" 07:05 ") == time(7, 5)
