"""Phones ask what changed since they last asked."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from api.models import Photo, User
from api.models.photo import PhotoState
from tests.contracts.check import assert_mobile
from tests.factories import make_photo

pytestmark = pytest.mark.django_db
LIST = "/api/albums/date/list/"
OLD = datetime(2024, 1, 1, tzinfo=UTC)


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def changed(client: APIClient, since: str) -> dict[str, tuple[bool, bool]]:
    """Return hash → (removed, in_trashcan) of what changed, as the phone reads it: list, then each day's pages."""
    answer = client.get(f"{LIST}?last_modified={since}")
    assert answer.status_code == 200, answer.content
    assert_mobile("feed_list_since", answer.json())
    found: dict[str, tuple[bool, bool]] = {}
    for day in answer.json()["results"]:
        page = client.get(f"/api/albums/date/{day['id']}/?page=1&last_modified={since}")
        assert_mobile("feed_day_since", page.json())
        assert page.json()["results"]["numberOfItems"] == day["numberOfItems"]
        for item in page.json()["results"]["items"]:
            found[item["id"]] = (item["removed"], item["in_trashcan"])
    return found


def aged(owner: User, name: str) -> Photo:
    return make_photo(owner, name=name, last_modified=OLD)


def test_what_happened_is_told(owner: User, owner_client: APIClient) -> None:
    rated, trashed, removed, hidden, moved, _same = (aged(owner, name) for name in "abcdef")
    client, since = owner_client, stamp(timezone.now())
    client.post("/api/photosedit/favorite/", {"image_hashes": [rated.pk], "favorite": True})
    client.post("/api/photosedit/setdeleted/", {"image_hashes": [trashed.pk, removed.pk], "deleted": True})
    client.delete("/api/photosedit/delete/", {"image_hashes": [removed.pk]})
    client.post("/api/photosedit/hide/", {"image_hashes": [hidden.pk], "hidden": True})
    client.patch(f"/api/photos/edit/{moved.pk}/", {"exif_timestamp": "2020-02-02T10:00:00Z"})
    assert changed(client, since) == {
        rated.pk: (False, False),
        trashed.pk: (False, True),
        removed.pk: (True, True),
        hidden.pk: (True, False),
        moved.pk: (False, False),
    }


def test_what_is_shown_again_is_told(owner: User, owner_client: APIClient) -> None:
    photo = aged(owner, "a")
    for hidden in (True, False):
        owner_client.post("/api/photosedit/hide/", {"image_hashes": [photo.pk], "hidden": hidden})
    assert changed(owner_client, stamp(timezone.now())) == {photo.pk: (False, False)}


def test_a_photo_that_is_still_being_read_comes_later(owner: User, owner_client: APIClient) -> None:
    photo = make_photo(owner, state=PhotoState.PROCESSING)
    assert changed(owner_client, stamp(timezone.now())) == {}
    photo.change(state=PhotoState.READY)
    assert list(changed(owner_client, stamp(timezone.now()))) == [photo.pk]


def test_a_phone_whose_clock_is_ahead_loses_nothing(owner: User, owner_client: APIClient) -> None:
    photo = make_photo(owner)
    assert list(changed(owner_client, stamp(timezone.now() + timedelta(minutes=4)))) == [photo.pk]
    assert changed(owner_client, stamp(timezone.now() + timedelta(minutes=6))) == {}


def test_hour_24_is_the_first_hour_of_the_same_date(owner: User, owner_client: APIClient) -> None:
    make_photo(owner, name="before", last_modified=datetime(2024, 8, 2, 23, 0, tzinfo=UTC))
    at = make_photo(owner, name="at", last_modified=datetime(2024, 8, 3, 0, 10, 57, tzinfo=UTC))
    later = make_photo(owner, name="later", last_modified=datetime(2024, 8, 3, 13, 0, tzinfo=UTC))
    assert set(changed(owner_client, "2024-08-03T24:10:57Z")) == {at.pk, later.pk}


def test_nobody_elses(stranger: User, owner: User, owner_client: APIClient) -> None:
    make_photo(stranger)
    assert changed(owner_client, stamp(OLD)) == {}
