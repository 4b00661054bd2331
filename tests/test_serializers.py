"""Answers that plain functions build have the keys that the schema promises."""

import pytest

from api.models import User
from api.selectors.albums_date import Day
from api.selectors.photos import photos_by_hash
from api.serializers.albums_date import DaySerializer, day_body
from api.serializers.photos import PhotoSerializer, PhotoSummarySerializer, photo_body, photo_summary_body
from tests.factories import make_photo

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("private", [True, False])
def test_photos(owner: User, private: bool) -> None:
    photo = photos_by_hash(owner, [make_photo(owner).pk])[0]
    body, summary = photo_body(photo, private=private), photo_summary_body(photo, private=private)
    assert set(body) == set(PhotoSerializer().fields)
    assert set(summary) == set(PhotoSummarySerializer().fields)
    assert PhotoSerializer(body).data == body
    assert PhotoSummarySerializer(summary).data == summary


def test_days() -> None:
    body = day_body(Day(1, None, "", 0))
    assert set(body) == set(DaySerializer().fields)
    assert DaySerializer(body).data == body
