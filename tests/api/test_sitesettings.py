"""Site settings over HTTP."""

from typing import Any

import pytest
from constance import config
from pytest_django import Settings
from rest_framework.test import APIClient

from api.model_registry import OFF
from api.selectors.site_settings import site_setting
from tests.contracts.check import assert_error, assert_mobile, assert_web

pytestmark = pytest.mark.django_db
URL = "/api/sitesettings"


def test_it_works_for_everyone(anonymous: APIClient) -> None:
    answer = anonymous.get(URL)
    assert answer.status_code == 200
    assert_web("sitesettings_get", answer.json())
    assert_mobile("site_settings", answer.json())


@pytest.mark.parametrize("header", ["Bearer null", "Bearer x.y.z"])
def test_a_stale_token_is_a_visitor(anonymous: APIClient, header: str) -> None:
    assert anonymous.get(URL, HTTP_AUTHORIZATION=header).status_code == 200


def test_the_map_key_is_for_administrators(
    anonymous: APIClient, owner_client: APIClient, root_client: APIClient
) -> None:
    config.MAP_API_KEY = "secret"
    assert anonymous.get(URL).json()["map_api_key"] == owner_client.get(URL).json()["map_api_key"] == ""
    assert root_client.get(URL).json()["map_api_key"] == "secret"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("allow_registration", True),
        ("allow_upload", False),
        ("skip_patterns", "trash, .tmp"),
        ("skip_patterns", ""),
        ("heavyweight_process", 3),
        ("map_api_key", "k"),
        ("map_api_provider", "nominatim"),
        ("captioning_model", "none"),
        ("captioning_model", "bundled"),
        ("llm_model", "none"),
        ("night_start", "23:30"),
        ("night_end", "00:00"),
    ],
)
def test_an_administrator_changes_one(root_client: APIClient, name: str, value: Any) -> None:
    before = root_client.get(URL).json()
    answer = root_client.post(URL, {name: value})
    assert answer.status_code == 200
    assert_web("sitesettings_post", answer.json())
    assert_web("sitesettings_get", root_client.get(URL).json())
    assert root_client.get(URL).json() == {**before, name: value}
    assert {**answer.json(), "costs": []} == {**before, name: value, "costs": []}


@pytest.mark.parametrize("spelling", ["None", "NONE", "none"])
def test_every_spelling_of_none_is_off(root_client: APIClient, spelling: str) -> None:
    assert root_client.post(URL, {"captioning_model": spelling}).json()["captioning_model"] == OFF
    assert site_setting("CAPTIONING_MODEL") == OFF


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("captioning_model", "no-such-model"),
        ("captioning_model", "bundled-scorer"),
        ("llm_model", ""),
        ("map_api_provider", "elsewhere"),
        ("heavyweight_process", 0),
        ("heavyweight_process", None),
        ("allow_upload", "perhaps"),
        ("skip_patterns", "a\x00b"),
        ("night_start", "24:00"),
        ("night_end", "6"),
    ],
)
def test_a_bad_value_changes_nothing(root_client: APIClient, name: str, value: Any) -> None:
    before = root_client.get(URL).json()
    answer = root_client.post(URL, {"allow_registration": True, name: value})
    assert answer.status_code == 400
    assert_error(answer.json(), code="invalid")
    assert answer.json()["errors"][0]["field"] == name
    assert root_client.get(URL).json() == before


def test_what_the_environment_fixes_is_locked(root_client: APIClient, settings: Settings) -> None:
    settings.SITE_SETTING_OVERRIDES = {"ALLOW_UPLOAD": False}
    assert root_client.get(URL).json()["locked"] == ["allow_upload"]
    answer = root_client.post(URL, {"allow_registration": True, "allow_upload": True})
    assert answer.status_code == 409
    assert_error(answer.json(), code="locked")
    assert root_client.get(URL).json()["allow_registration"] is False


def test_others_may_not(anonymous: APIClient, owner_client: APIClient) -> None:
    stale = anonymous.post(URL, {"allow_upload": False}, HTTP_AUTHORIZATION="Bearer x.y.z")
    assert (anonymous.post(URL, {"allow_upload": False}).status_code, stale.status_code) == (401, 401)
    answer = owner_client.post(URL, {"allow_upload": False})
    assert answer.status_code == 403
    assert_error(answer.json())
    assert site_setting("ALLOW_UPLOAD") is True
