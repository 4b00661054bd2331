"""Times as clients write and read them.

A photo's time is the local wall clock, stored and sent as if it were UTC, because clients show it without shifting it.
"""

import re
from datetime import UTC, datetime

_HOUR_24 = re.compile(r"^(\d{4}-\d{2}-\d{2}T)24(:\d{2}:\d{2})")


def wall_clock(moment: datetime | None) -> str | None:
    """Return `YYYY-MM-DDTHH:MM:SSZ`, the only form the Android client reads; None for None."""
    if moment is None:
        return None
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def parse_moment(text: str) -> datetime:
    """Read an ISO time as UTC. Hour 24 means hour 00 of the same date, which is how Android writes it.

    Raises ValueError.
    """
    moment = datetime.fromisoformat(_HOUR_24.sub(r"\g<1>00\2", text))
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError("The time is out of range.") from error
