"""Photos whose reading was cut off are read after all."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_q.models import OrmQ

from api.actions.photo_rescue import photos_rescue
from api.models import Photo, User
from api.models.photo import PhotoState
from tests.factories import make_photo

pytestmark = pytest.mark.django_db


def being_read(owner: User, *, minutes: int) -> Photo:
    photo = make_photo(owner, name=f"{minutes} minutes", state=PhotoState.PROCESSING)
    Photo.objects.filter(pk=photo.pk).update(last_modified=timezone.now() - timedelta(minutes=minutes))
    return photo


def queued() -> list[str]:
    return [row.task["args"][0] for row in OrmQ.objects.all()]


def test_after_ten_minutes_and_only_once(owner: User) -> None:
    old = being_read(owner, minutes=11)
    being_read(owner, minutes=9)
    make_photo(owner, name="read")
    assert photos_rescue() == 1
    assert photos_rescue() == 0
    assert queued() == [old.pk]


def test_at_once_when_the_product_starts(owner: User) -> None:
    photo = being_read(owner, minutes=1)
    call_command("prepare")
    assert queued() == [photo.pk]
