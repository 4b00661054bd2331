"""The first account administers the product, and there is only one first account."""

import threading
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from api.models import User
from tests.contracts.check import assert_error, assert_web

NEW = {
    "username": "Ana",
    "password": "correct horse",
    "email": "ana@example.org",
    "first_name": "Ana",
    "last_name": "",
}


@pytest.mark.django_db
def test_it_works(anonymous: APIClient) -> None:
    first = anonymous.get("/api/firsttimesetup/", HTTP_AUTHORIZATION="Bearer null")
    assert first.json() == {"isFirstTimeSetup": True}
    assert_web("firsttimesetup", first.json())
    answer = anonymous.post("/api/user/", NEW, HTTP_AUTHORIZATION="Bearer stale")
    assert answer.status_code == 201
    assert_web("signup", answer.json())
    assert "password" not in answer.json()
    ana = User.objects.get()
    assert (ana.username, ana.is_superuser, ana.is_staff) == ("ana", True, True)
    assert anonymous.get("/api/firsttimesetup/").json() == {"isFirstTimeSetup": False}


@pytest.mark.django_db
def test_never_again(anonymous: APIClient, owner: User) -> None:
    assert anonymous.get("/api/firsttimesetup/").json() == {"isFirstTimeSetup": False}
    answer = anonymous.post("/api/user/", NEW)
    assert answer.status_code == 401
    assert_error(answer.json(), code="registration_closed")
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_racing_requests_one_wins() -> None:
    count = 6
    barrier = threading.Barrier(count)
    codes: list[int] = []

    def register(number: int) -> None:
        try:
            barrier.wait()
            body: dict[str, Any] = {**NEW, "username": f"user{number}"}
            codes.append(APIClient().post("/api/user/", body).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=register, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [201] + [401] * (count - 1)
    assert User.objects.get().is_superuser
