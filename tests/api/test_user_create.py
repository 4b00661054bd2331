"""Accounts after the first one."""

from typing import Any

import pytest
from constance import config
from pytest_django import Settings
from rest_framework.test import APIClient

from api.models import User
from tests.contracts.check import assert_error, assert_web

pytestmark = pytest.mark.django_db
URL = "/api/user/"
NEW = {"username": "Ben", "password": "correct horse", "email": "", "first_name": "", "last_name": ""}


def test_an_administrator_adds_a_user(root_client: APIClient) -> None:
    answer = root_client.post(URL, NEW)
    assert answer.status_code == 201
    assert_web("signup", answer.json())
    ben = User.objects.get(username="ben")
    assert not ben.is_superuser and not ben.is_staff and ben.check_password("correct horse")


def test_others_may_not(owner_client: APIClient, anonymous: APIClient) -> None:
    assert owner_client.post(URL, NEW).status_code == 403
    assert anonymous.post(URL, NEW).status_code == 401
    assert anonymous.post(URL, NEW, HTTP_AUTHORIZATION="Bearer expired").status_code == 401


def test_everybody_may_while_registration_is_open(owner: User, anonymous: APIClient) -> None:
    config.ALLOW_REGISTRATION = True
    assert anonymous.post(URL, NEW).status_code == 201
    assert not User.objects.get(username="ben").is_superuser


def test_nobody_makes_himself_an_administrator(owner: User, anonymous: APIClient) -> None:
    config.ALLOW_REGISTRATION = True
    anonymous.post(URL, {**NEW, "is_superuser": True, "is_staff": True, "scan_directory": "/"})
    ben = User.objects.get(username="ben")
    assert (ben.is_superuser, ben.is_staff, ben.scan_directory) == (False, False, "")


def test_registration_is_throttled(owner: User, anonymous: APIClient, settings: Settings) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"login": "2/min"}}
    assert [anonymous.post(URL, NEW).status_code for _ in range(3)] == [401, 401, 429]


def test_a_refused_field_is_said_in_the_readers_language(root_client: APIClient) -> None:
    answer = root_client.post(URL, {**NEW, "password": "password"}, HTTP_ACCEPT_LANGUAGE="de")
    assert answer.status_code == 400 and answer.json()["code"] == "weak_password"
    assert "Passwort" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "ADMIN"}, "username"),
        ({"username": ""}, "username"),
        ({"username": "a b"}, "username"),
        ({"username": "x" * 151}, "username"),
        ({"password": "short"}, "password"),
        ({"password": "password"}, "password"),
        ({"password": None}, "password"),
        ({"email": "no-address"}, "email"),
        ({"first_name": "x" * 151}, "first_name"),
    ],
)
def test_bad_input(root_client: APIClient, change: dict[str, Any], field: str) -> None:
    answer = root_client.post(URL, {**NEW, **change})
    assert answer.status_code == 400
    assert_error(answer.json())
    assert answer.json()["errors"][0]["field"] == field
    assert User.objects.count() == 1
