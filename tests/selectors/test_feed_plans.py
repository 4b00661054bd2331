"""Counting days and reading a day stay fast in a large library because of two indexes."""

from typing import Any

import pytest
from django.db import connection

from api.models import User
from api.selectors.albums_date import FeedFilter, feed_days, feed_photos
from tests.factories import make_photo

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="plans are SQLite's; PostgreSQL's depend on statistics"),
]
FILTERS = [
    FeedFilter(),
    FeedFilter(favorite=True),
    FeedFilter(hidden=True),
    FeedFilter(in_trashcan=True),
    FeedFilter(video=True),
    FeedFilter(public=True),
]


def plan(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + sql)
        return "\n".join(str(row) for row in cursor.fetchall())


@pytest.mark.parametrize("wanted", FILTERS)
def test_days_are_counted_without_reading_photos(
    owner: User, wanted: FeedFilter, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1) as captured:
        feed_days(owner, wanted)
    assert "USING COVERING INDEX photo_feed" in plan(captured.captured_queries[0]["sql"])


@pytest.mark.parametrize("wanted", FILTERS)
def test_a_day_is_found_by_its_album(owner: User, wanted: FeedFilter) -> None:
    photo = make_photo(owner)
    photos = feed_photos(owner, wanted).filter(album_date=photo.album_date_id)
    found = photos.explain()
    assert "album_date_id=?" in found, found
