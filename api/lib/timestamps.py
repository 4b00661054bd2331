"""When a photo was taken, as wall-clock time where it was taken, without a time zone.

The first of these that holds a possible time wins:

1. the XMP sidecar's time of taking, which a person corrected, 2. EXIF DateTimeOriginal, 3. EXIF DateTimeDigitized,
4. other times of the sidecar, 5. XMP inside the file, 6. IPTC, 7. a video's own creation time, 8. EXIF DateTime (which
editors overwrite), 9. EXIF GPS date and time (UTC), 10. a date in the file's name, as phones and messengers write it.

Not the file's modification time: copying and uploading set it, and a wrong day is worse than none, because photos
without a date have their own album where a person can date them.
"""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

EARLIEST_YEAR = 1826  # the oldest photograph
LATEST_YEAR = 2199
UNSET = frozenset({datetime(1970, 1, 1), datetime(1904, 1, 1), datetime(1980, 1, 1)})
"""What cameras write whose clock was never set."""

ANY_TIME = re.compile(
    r"\s*(?P<year>\d{4})[:/.-](?P<month>\d{1,2})[:/.-](?P<day>\d{1,2})"
    r"(?:[T ]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d*)?)?)?"
    r"\s*(?:Z|[+-]\d{2}:?\d{2})?\s*\Z"
)
COMPACT_TIME = re.compile(
    r"\s*(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:[T ]?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2}))?"
    r"(?:Z|[+-]\d{2}:?\d{2})?\s*\Z"
)
NAME_TIME = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<a>[-_.]?)(?P<month>0[1-9]|1[0-2])(?P=a)(?P<day>0[1-9]|[12]\d|3[01])"
    r"(?:(?:[-_. T]|\sat\s|, )(?P<hour>[01]\d|2[0-3])(?P<b>[-_.:h]?)(?P<minute>[0-5]\d)(?P=b)(?P<second>[0-5]\d)"
    r"(?:\d{3})?)?(?!\d)"
)


def possible(time: datetime | None) -> datetime | None:
    """Return the time in whole seconds without a zone, or None when no photo can be that old or a clock was unset."""
    if time is None:
        return None
    time = time.replace(tzinfo=None, microsecond=0)
    return time if EARLIEST_YEAR <= time.year <= LATEST_YEAR and time not in UNSET else None


def parse_time(text: str | None) -> datetime | None:
    """Read the forms of EXIF, XMP and IPTC. A time zone is dropped: the wall-clock time is what people remember."""
    if not text:
        return None
    match = ANY_TIME.match(text.strip("\0 ")) or COMPACT_TIME.match(text.strip("\0 "))
    return possible(_build(match)) if match else None


def time_in_name(name: str) -> datetime | None:
    """Read `IMG_20240501_120000.jpg`, `Screenshot 2024-05-01 at 12.00.00.png`, `IMG-20240501-WA0003.jpg` (midnight)."""
    match = NAME_TIME.search(name)
    return possible(_build(match)) if match else None


def utc_to_wall_clock(time: datetime, zone: str) -> datetime | None:
    """Return a UTC time as the wall-clock time of `zone`; an unknown zone counts as UTC."""
    try:
        local = time.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OverflowError):
        local = time
    return possible(local)


def _build(match: re.Match[str]) -> datetime | None:
    parts = [int(match[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")]
    try:
        return datetime(*parts)  # type: ignore[arg-type]
    except ValueError:
        return None
