"""Photos come into the albums of their places, also those that an earlier version has read."""

from pathlib import Path
from typing import Any

import pytest

from api.actions import photo_place as photo_place_actions
from api.actions.photo_place import photo_place, places_fill
from api.lib.captioning.places import GAZETTEER_VERSION, PlaceKey, place_key_at
from api.models import AlbumPlace, Photo, User
from api.selectors.search import photos_found
from tests import media_samples as samples
from tests.actions.test_ingest import ingest
from tests.factories import make_photo

pytestmark = pytest.mark.django_db
LISBON = (38.7139, -9.1334)


def gps(latitude: float, longitude: float) -> dict[int, object]:
    north, west = (latitude, 0.0, 0.0), (-longitude, 0.0, 0.0)
    return {1: "N", 2: north, 3: "W", 4: west}


def test_reading_a_photo_places_it(owner: User, tmp_path: Path) -> None:
    owner.llm_settings["language"] = "de"
    owner.save()
    photo = ingest(owner, tmp_path, samples.jpeg(exif=samples.exif(gps=gps(*LISBON))))
    assert str(photo.album_place) == "Lisbon, Lisbon, PT"
    assert photo.location == "Lissabon, Portugal"
    assert AlbumPlace.objects.filter(owner=owner, country_code="PT", city="", region="").count() == 1


def test_a_photo_without_a_position_has_no_place(owner: User, tmp_path: Path) -> None:
    photo = ingest(owner, tmp_path, samples.jpeg())
    assert (photo.album_place, photo.location) == (None, "")


def test_photos_read_earlier_are_placed_once(owner: User) -> None:
    old = make_photo(owner, name="old", gps_lat=LISBON[0], gps_lon=LISBON[1])
    named = make_photo(owner, name="named", gps_lat=LISBON[0], gps_lon=LISBON[1], location="Alfama")
    sea = make_photo(owner, name="sea", gps_lat=35.0, gps_lon=-40.0)
    before = old.last_modified
    told: list[int] = []
    assert places_fill(report=told.append) == 2
    assert (places_fill(), told) == (0, [2])
    for photo in (old, named, sea):
        photo.refresh_from_db()
    assert (old.location, named.location, sea.location) == ("Lisbon, Portugal", "Alfama", "")
    assert old.album_place == named.album_place
    assert old.last_modified > before, "phones learn of it"
    assert set(photos_found(owner, "lisbon")) == {old, named}


def test_where_no_town_is_near_is_asked_once(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    sea = make_photo(owner, name="sea", gps_lat=35.0, gps_lon=-40.0)
    before, asked = sea.last_modified, []

    def ask(latitude: float, longitude: float) -> PlaceKey | None:
        asked.append((latitude, longitude))
        return place_key_at(latitude, longitude)

    monkeypatch.setattr(photo_place_actions, "place_key_at", ask)
    for _ in range(3):
        assert places_fill() == 0
    assert asked == [(35.0, -40.0)]
    sea.refresh_from_db()
    assert sea.last_modified == before
    monkeypatch.setattr(photo_place_actions, "GAZETTEER_VERSION", GAZETTEER_VERSION + 1)
    places_fill()
    assert len(asked) == 2, "another gazetteer may know more"


def test_what_was_read_is_not_asked_for_again(owner: User, tmp_path: Path, django_assert_num_queries: Any) -> None:
    ingest(owner, tmp_path, samples.jpeg(exif=samples.exif(gps=gps(35.0, -40.0))))
    with django_assert_num_queries(1):
        assert places_fill() == 0


def test_places_are_ones_own(owner: User, stranger: User) -> None:
    mine, theirs = (photo_place(owner=user, latitude=LISBON[0], longitude=LISBON[1]) for user in (owner, stranger))
    again = photo_place(owner=owner, latitude=LISBON[0], longitude=LISBON[1])
    assert mine["album_place"] == again["album_place"] != theirs["album_place"]
    assert Photo.objects.count() == 0
