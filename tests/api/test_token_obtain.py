"""Signing in, with the tokens both clients can read."""

import base64
import json
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from api.models import User
from tests.contracts.check import assert_error, assert_mobile, assert_mobile_token, assert_web

pytestmark = pytest.mark.django_db
URL = "/api/auth/token/obtain/"
GOOD = {"username": "owner", "password": "correct horse"}


def part(token: str, index: int) -> dict[str, Any]:
    text = token.split(".")[index]
    values: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return values


def test_it_works(owner: User, anonymous: APIClient) -> None:
    answer = anonymous.post(URL, GOOD)
    assert answer.status_code == 200
    assert_web("login", answer.json())
    assert_mobile("auth_obtain", answer.json())
    owner.refresh_from_db()
    assert owner.last_login is not None


def test_claims_are_flat_and_typed(admin: User, anonymous: APIClient) -> None:
    answer = anonymous.post(URL, {"username": "admin", "password": "correct horse"}).json()
    for token in answer.values():
        assert_mobile_token("jwt_header", part(token, 0))
        assert "iat" not in part(token, 1)
    assert_mobile_token("jwt_payload", part(answer["access"], 1))
    assert_mobile_token("jwt_refresh_payload", part(answer["refresh"], 1))
    claims = part(answer["access"], 1)
    assert claims["user_id"] == admin.pk and isinstance(claims["user_id"], int)
    assert (claims["name"], claims["is_admin"]) == ("admin", True)
    assert isinstance(part(answer["refresh"], 1)["exp"], int)


def test_the_media_cookie_is_set(owner: User, anonymous: APIClient) -> None:
    answer = anonymous.post(URL, GOOD)
    cookie = answer.cookies["jwt"]
    assert cookie.value == answer.json()["access"]
    assert (cookie["path"], cookie["samesite"], cookie["httponly"]) == ("/", "Lax", True)


def test_names_are_the_same_in_upper_case(owner: User, anonymous: APIClient) -> None:
    assert anonymous.post(URL, {"username": " OWNER ", "password": "correct horse"}).status_code == 200


@pytest.mark.parametrize("header", ["Bearer null", "Bearer not.a.token", "Bearer", "Basic abc"])
def test_the_authorization_header_is_ignored(owner: User, anonymous: APIClient, header: str) -> None:
    assert anonymous.post(URL, GOOD, HTTP_AUTHORIZATION=header).status_code == 200


@pytest.mark.parametrize("body", [{"username": "owner", "password": "wrong"}, {"username": "nobody", "password": "x"}])
def test_wrong_credentials(owner: User, anonymous: APIClient, body: dict[str, str]) -> None:
    answer = anonymous.post(URL, body)
    assert answer.status_code == 401
    assert_error(answer.json(), code="no_active_account")
    assert answer.json()["errors"][0]["field"] == "detail"
    assert "jwt" not in answer.cookies


def test_a_switched_off_account_is_refused(owner: User, anonymous: APIClient) -> None:
    User.objects.update(is_active=False)
    assert anonymous.post(URL, GOOD).status_code == 401


@pytest.mark.parametrize("body", [{}, {"username": "owner"}, {"username": "a\x00b", "password": "x"}, [], "text"])
def test_bad_input(anonymous: APIClient, body: Any) -> None:
    answer = anonymous.post(URL, body)
    assert answer.status_code == 400
    assert_error(answer.json(), code="invalid")


def test_too_many_tries_from_one_address(owner: User, anonymous: APIClient, settings: Settings) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"login": "3/min"}}
    codes = [anonymous.post(URL, {"username": f"name{i}", "password": "x"}).status_code for i in range(4)]
    assert codes == [401, 401, 401, 429]
    answer = anonymous.post(URL, GOOD)
    assert_error(answer.json(), code="throttled")
    assert int(answer["Retry-After"]) > 0


def test_too_many_tries_for_one_name(owner: User, anonymous: APIClient, settings: Settings) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"login": "3/min"}}
    for i in range(3):
        anonymous.post(URL, {"username": "Owner", "password": "x"}, REMOTE_ADDR=f"10.0.0.{i}")
    assert anonymous.post(URL, GOOD, REMOTE_ADDR="10.0.0.9").status_code == 429
    other = anonymous.post(URL, {"username": "admin", "password": "x"}, REMOTE_ADDR="10.0.0.9")
    assert other.status_code == 401
