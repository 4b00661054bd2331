"""Staying signed in: no rotation, parallel calls, and a clear 401 at the end."""

from datetime import timedelta

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import RefreshToken

from api.actions.sessions import Session, session_open
from api.models import User
from tests.contracts.check import assert_error, assert_mobile, assert_web

pytestmark = pytest.mark.django_db
URL = "/api/auth/token/refresh/"


@pytest.fixture
def session(owner: User) -> Session:
    return session_open(username="owner", password="correct horse")


def test_it_works(session: Session, anonymous: APIClient) -> None:
    answer = anonymous.post(URL, {"refresh": session.refresh}, HTTP_AUTHORIZATION="Bearer expired")
    assert answer.status_code == 200
    assert_web("token_refresh", answer.json())
    assert_mobile("auth_refresh", answer.json())
    assert answer.cookies["jwt"].value == answer.json()["access"]
    me = APIClient().get("/api/sitesettings", HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")
    assert me.status_code == 200


def test_the_same_token_works_again_and_is_never_throttled(
    session: Session, anonymous: APIClient, settings: Settings
) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"login": "1/min"}}
    assert {anonymous.post(URL, {"refresh": session.refresh}).status_code for _ in range(10)} == {200}


def test_the_new_token_knows_what_changed_since(session: Session, owner: User, anonymous: APIClient) -> None:
    User.objects.update(is_superuser=True)
    access = anonymous.post(URL, {"refresh": session.refresh}).json()["access"]
    answer = anonymous.get(f"/api/user/{owner.pk}/", HTTP_AUTHORIZATION=f"Bearer {access}")
    assert answer.json()["is_superuser"] is True


def dead_tokens(owner: User) -> dict[str, str]:
    expired = RefreshToken.for_user(owner)
    expired.set_exp(lifetime=-timedelta(seconds=1))
    access = RefreshToken.for_user(owner).access_token
    return {"expired": str(expired), "access": str(access), "garbage": "x", "null": "null"}


@pytest.mark.parametrize("kind", ["expired", "access", "garbage", "null"])
def test_a_dead_token_is_401_in_the_words_the_client_waits_for(owner: User, anonymous: APIClient, kind: str) -> None:
    answer = anonymous.post(URL, {"refresh": dead_tokens(owner)[kind]})
    assert answer.status_code == 401
    assert_error(answer.json(), code="token_not_valid")
    assert {"field": "code", "message": "token_not_valid"} in answer.json()["errors"]


def test_an_account_that_was_switched_off_or_removed(session: Session, owner: User, anonymous: APIClient) -> None:
    User.objects.update(is_active=False)
    assert anonymous.post(URL, {"refresh": session.refresh}).status_code == 401
    owner.delete()
    assert anonymous.post(URL, {"refresh": session.refresh}).status_code == 401


def test_bad_input(anonymous: APIClient) -> None:
    assert_error(anonymous.post(URL, {}).json(), code="invalid")
