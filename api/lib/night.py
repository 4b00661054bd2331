"""A stretch of the day between two clock times, which may cross midnight."""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def parse_clock(text: str) -> time:
    """Read "23:30". Raises ValueError."""
    match = CLOCK.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a time such as 23:30.")
    return time(int(match[1]), int(match[2]))


def night_around(moment: datetime, *, begins: time, ends: time, zone: str) -> tuple[datetime, datetime] | None:
    """Return begin and end of the night that `moment` lies in, None by day. Equal times: a night of 24 hours.

    The clock is the zone's, so that a night is an hour shorter or longer when it changes.
    """
    local = moment.astimezone(ZoneInfo(zone))
    for day in (local.date(), local.date() - timedelta(days=1)):
        start = datetime.combine(day, begins, local.tzinfo)
        end = datetime.combine(day + timedelta(days=ends <= begins), ends, local.tzinfo)
        # Compared as moments: wall-clock times of one zone would be compared without regard to the change of clocks.
        if start.timestamp() <= moment.timestamp() < end.timestamp():
            return start, end
    return None
