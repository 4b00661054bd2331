"""The order of the search index."""

from datetime import UTC, datetime

from api.lib.search_order import SLOTS, first_number, owner_range

FIRST, LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_every_time_has_its_place_in_the_owners_range() -> None:
    for owner in (0, 1, 4095, 4096, 10**9):
        first, behind = owner_range(owner)
        assert first == first_number(owner, None) == first_number(owner, FIRST)
        assert (
            first < first_number(owner, datetime(2024, 1, 1, tzinfo=UTC)) < first_number(owner, LAST) + SLOTS < behind
        )
        assert behind <= 2**63


def test_later_is_higher_by_a_whole_second() -> None:
    one, other = (first_number(7, datetime(2024, 1, 1, 0, 0, second, tzinfo=UTC)) for second in (1, 2))
    assert other - one == SLOTS
