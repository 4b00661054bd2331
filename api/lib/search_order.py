"""Numbers by which the rows of the search index lie in order of time, each owner's together.

Full-text indexes list what they find by row number. With the newest photo's the highest, the newest of a hundred
thousand finds are read without looking at the others. A number is 12 bits of the owner, 39 of the second since year 1,
and 12 to part photos of one second.
"""

from datetime import UTC, datetime

SLOTS = 1 << 12
"""Photos that one second has room for; more take the room of the seconds after."""
_OWNER_SHIFT = 51
_OWNERS = 1 << 12
"""More owners than that share ranges, so queries ask for the owner too."""
_EPOCH = datetime(1, 1, 1, tzinfo=UTC)


def owner_range(owner_id: int) -> tuple[int, int]:
    """Return the first number of the owner's range and the first one behind it."""
    first = (owner_id % _OWNERS) << _OWNER_SHIFT
    return first, first + (1 << _OWNER_SHIFT)


def first_number(owner_id: int, taken_at: datetime | None) -> int:
    """Return the first number for a photo of this time; without one it lies before all others."""
    second = 0 if taken_at is None else int((taken_at - _EPOCH).total_seconds())
    return owner_range(owner_id)[0] + second * SLOTS
