"""The product below a path of its host: the page, and the cookie that pictures need."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from api.models import User

PAGE = '<meta name="base-path" content="./" /><script src="./assets/main.js"></script>'


@pytest.mark.parametrize(
    ("prefix", "path"),
    [
        (None, "/"),
        ("/photos", "/photos/"),
        ("/home/photos/", "/home/photos/"),
        # Nothing that leaves the attribute or names another host.
        ('/a"><script>', "/"),
        ("//example.org", "/"),
        ("https://example.org", "/"),
        ("photos", "/"),
        ("/photos\n", "/"),
    ],
)
def test_the_page_names_its_files_below_the_path(
    settings: Settings, tmp_path: Path, prefix: str | None, path: str
) -> None:
    settings.FRONTEND_DIR = tmp_path
    (tmp_path / "index.html").write_text(PAGE)
    headers = {} if prefix is None else {"X-Forwarded-Prefix": prefix}
    answer = Client().get("/tags/5", headers=headers)
    assert answer.content.decode() == PAGE.replace("./", path)
    assert "X-Forwarded-Prefix" in answer["Vary"]


@pytest.mark.django_db
def test_the_cookie_is_not_for_the_neighbours(owner: User, anonymous: APIClient) -> None:
    headers = {"X-Forwarded-Prefix": "/photos"}
    tokens = anonymous.post(
        "/api/auth/token/obtain/", {"username": owner.username, "password": "correct horse"}, headers=headers
    )
    assert tokens.cookies["jwt"]["path"] == "/photos/"
    gone = anonymous.post("/api/auth/token/blacklist/", {"refresh": tokens.json()["refresh"]}, headers=headers)
    assert gone.cookies["jwt"]["path"] == "/photos/"
