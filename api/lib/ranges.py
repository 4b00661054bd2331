"""The Range header of RFC 9110, one range of bytes."""

import re

RANGE = re.compile(r"\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*\Z", re.IGNORECASE)


class RangeNotSatisfiableError(ValueError):
    """The range begins behind the end."""


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """Return first and last byte (both included), or None for a header that has to be ignored.

    Several ranges at once are ignored, which the RFC allows. Raises RangeNotSatisfiableError.
    """
    match = RANGE.match(header)
    if not match or not (match[1] or match[2]):
        return None
    if not match[1]:
        length = int(match[2])
        if length == 0 or size == 0:
            raise RangeNotSatisfiableError
        return max(0, size - length), size - 1
    first = int(match[1])
    last = min(int(match[2]), size - 1) if match[2] else size - 1
    if match[2] and int(match[2]) < first:
        return None
    if first >= size:
        raise RangeNotSatisfiableError
    return first, last
