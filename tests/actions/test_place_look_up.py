"""Place names of an online provider: only when switched on, asked once a spot, and never waited for long."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from api.actions.photo_learn import place_learn
from api.clients import place_names
from api.models import Photo, PlaceLookup, User
from api.selectors.draft_context import draft_context
from tests.factories import make_photo
from tests.places_server import Places, running_places

pytestmark = pytest.mark.django_db
NOMINATIM = {
    "name": "Torre de Belém",
    "category": "tourism",
    "address": {
        "tourism": "Torre de Belém", "road": "Avenida Brasília", "city": "Lisbon", "postcode": "1400-038",
        "country": "Portugal", "country_code": "pt",
    },
}  # fmt: skip
PHOTON = {
    "features": [
        {"properties": {"name": "Torre de Belém", "osm_key": "tourism", "city": "Lisbon", "street": "Av. Brasília",
                        "country": "Portugal", "countrycode": "PT"}}
    ]
}  # fmt: skip
ANSWERS = {"nominatim": NOMINATIM, "photon": PHOTON}


@pytest.fixture
def places() -> Iterator[Places]:
    with running_places() as places:
        yield places


def switch_on(settings: Settings, places: Places, provider: str = "nominatim") -> None:
    places.body = ANSWERS[provider]
    settings.SITE_SETTING_OVERRIDES = {
        "MAP_API_ENABLED": True, "MAP_API_PROVIDER": provider, "MAP_API_URL": places.url, "MAP_API_KEY": "",
    }  # fmt: skip


@pytest.fixture
def photo(owner: User) -> Photo:
    return make_photo(owner, gps_lat=38.691584, gps_lon=-9.215977)


def learn(photo: Photo, language: str = "en") -> Any:
    place_learn(photo=photo, language=language)
    return draft_context(photo, language=language).place


@pytest.mark.parametrize("provider", ANSWERS)
def test_it_works(photo: Photo, places: Places, settings: Settings, provider: str) -> None:
    """The venue comes from the provider, which is told ten metres and who asks; no street, no postcode is kept."""
    switch_on(settings, places, provider)
    for _ in range(2):
        place = learn(photo)
        assert (place.venue, place.city, place.country) == ("Torre de Belém", "Lisbon", "Portugal")
        assert place.country_code == "PT"
    (asked,) = places.asked
    assert (asked["path"], asked["lat"], asked["lon"]) == ("/reverse", "38.6916", "-9.216")
    assert asked["agent"].startswith("librephotos-captions/")
    assert "Bras" not in str(PlaceLookup.objects.get().answer)


def test_photos_of_one_spot_share_an_answer(owner: User, photo: Photo, places: Places, settings: Settings) -> None:
    switch_on(settings, places)
    learn(photo)
    learn(make_photo(owner, name="b", gps_lat=38.69161, gps_lon=-9.21602))
    assert len(places.asked) == 1
    learn(photo, language="de")
    assert [asked["accept-language"] for asked in places.asked] == ["en", "de"]


def test_off_by_default(photo: Photo, places: Places, settings: Settings) -> None:
    settings.SITE_SETTING_OVERRIDES = {"MAP_API_URL": places.url}
    place = learn(photo)
    assert (place.country, place.venue) == ("Portugal", "")
    assert not places.asked


def test_not_for_who_wants_no_places(owner: User, photo: Photo, places: Places, settings: Settings) -> None:
    switch_on(settings, places)
    owner.llm_settings = {**owner.llm_settings, "add_location": False}
    owner.save()
    learn(photo)
    assert not places.asked


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, {}), (429, {}), (302, {}), (200, b"no JSON"), (200, []), (200, {"features": None}),
        (200, {"address": "Lisbon"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("provider", ANSWERS)
def test_a_provider_that_fails_is_left_in_peace(
    photo: Photo, places: Places, settings: Settings, provider: str, status: int, body: Any
) -> None:
    switch_on(settings, places, provider)
    places.status, places.body = status, body
    places.headers = {"Location": "http://127.0.0.1:9/"}
    for _ in range(2):
        place = learn(photo)
        assert (place.country, place.venue) == ("Portugal", "")  # the gazetteer's
    assert len(places.asked) == 1
    assert not PlaceLookup.objects.exists()


def test_a_slow_provider(photo: Photo, places: Places, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    switch_on(settings, places)
    monkeypatch.setattr(place_names, "TIMEOUT_S", (0.5, 0.5))
    places.delay_s = 3.0
    assert learn(photo).venue == ""


def test_where_there_is_nothing(photo: Photo, places: Places, settings: Settings) -> None:
    switch_on(settings, places)
    places.body = {"error": "Unable to geocode"}
    for _ in range(2):
        assert learn(photo).venue == ""
    assert len(places.asked) == 1


def test_streets_and_houses_are_no_venues(photo: Photo, places: Places, settings: Settings) -> None:
    switch_on(settings, places)
    places.body = {**NOMINATIM, "category": "highway", "name": "Avenida Brasília"}
    assert learn(photo).venue == ""


def test_a_provider_that_nobody_can_ask(root_client: APIClient) -> None:
    """LibrePhotos' clients offer it; it may be chosen, but not be switched on."""
    assert root_client.post("/api/sitesettings", {"map_api_provider": "mapbox"}).status_code == 200
    answer = root_client.post("/api/sitesettings", {"map_api_enabled": True})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "map_api_provider"
    both = {"map_api_enabled": True, "map_api_provider": "nominatim"}
    assert root_client.post("/api/sitesettings", both).status_code == 200


def test_public_servers_are_asked_slowly() -> None:
    pace = place_names.Pace(0.2)
    started = time.monotonic()
    for _ in range(3):
        pace.wait()
    assert time.monotonic() - started >= 0.4
