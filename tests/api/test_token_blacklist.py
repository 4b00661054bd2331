"""Signing out never fails, or the web client would sign out for ever."""

import pytest
from rest_framework.test import APIClient

from api.actions.sessions import session_open
from api.models import User

pytestmark = pytest.mark.django_db
URL = "/api/auth/token/blacklist/"


def test_it_works(owner: User, anonymous: APIClient) -> None:
    session = session_open(username="owner", password="correct horse")
    for _ in range(2):
        answer = anonymous.post(URL, {"refresh": session.refresh})
        assert answer.status_code == 200
        assert answer.cookies["jwt"].value == ""
    refused = anonymous.post("/api/auth/token/refresh/", {"refresh": session.refresh})
    assert refused.status_code == 401


@pytest.mark.parametrize("body", [{}, {"refresh": "x"}, {"refresh": ""}, {"refresh": None}, {"refresh": ["a"]}, []])
def test_any_token_is_fine(anonymous: APIClient, body: object) -> None:
    assert anonymous.post(URL, body, HTTP_AUTHORIZATION="Bearer x").status_code == 200
