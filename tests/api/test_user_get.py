"""One account, and the list of accounts."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from api.models import User
from tests.contracts.check import assert_error, assert_mobile, assert_web
from tests.factories import make_photo

pytestmark = pytest.mark.django_db


def test_it_works(owner: User, owner_client: APIClient) -> None:
    make_photo(owner, name="a", public=True)
    make_photo(owner, name="b")
    make_photo(owner, name="c", in_trashcan=True, public=True)
    answer = owner_client.get(f"/api/user/{owner.pk}/")
    assert answer.status_code == 200
    assert_web("user_get", answer.json())
    assert_mobile("user_get", answer.json())
    assert (answer.json()["photo_count"], answer.json()["public_photo_count"]) == (2, 1)
    assert len(answer.json()["public_photo_samples"]) == 1


def test_strangers_learn_nothing(owner: User, stranger_client: APIClient, anonymous: APIClient) -> None:
    answer = stranger_client.get(f"/api/user/{owner.pk}/")
    assert answer.status_code == 404
    assert_error(answer.json(), code="not_found")
    assert stranger_client.get("/api/user/999999/").status_code == 404
    assert stranger_client.get(f"/api/user/{10**30}/").status_code == 404
    assert anonymous.get(f"/api/user/{owner.pk}/").status_code == 401


def test_an_administrator_sees_everyone(owner: User, root_client: APIClient) -> None:
    assert root_client.get(f"/api/user/{owner.pk}/").json()["email"] == "owner@example.org"
    assert root_client.get(f"/api/user/{10**30}/").status_code == 404


def test_the_list_has_one_shape_but_only_ones_own_details(owner: User, stranger: User, owner_client: APIClient) -> None:
    stranger.scan_directory = "/secret"
    stranger.save()
    make_photo(stranger)
    answer = owner_client.get("/api/user/")
    assert_web("user_list", answer.json())
    mine, theirs = answer.json()["results"]
    assert mine["email"] == "owner@example.org"
    assert (theirs["username"], theirs["email"], theirs["scan_directory"]) == ("stranger", "", "")
    assert (theirs["photo_count"], theirs["last_login"]) == (0, None)


def test_a_visitor_sees_who_shares_with_everyone(owner: User, stranger: User, anonymous: APIClient) -> None:
    owner.public_sharing = True
    owner.save()
    answer = anonymous.get("/api/user/")
    assert_web("user_list", answer.json())
    assert [user["username"] for user in answer.json()["results"]] == ["owner"]
    assert answer.json()["results"][0]["email"] == ""


def test_a_stale_token_is_told_so(anonymous: APIClient) -> None:
    answer = anonymous.get("/api/user/", HTTP_AUTHORIZATION="Bearer x.y.z")
    assert answer.status_code == 401
    assert_error(answer.json(), code="token_not_valid")


def test_the_list_takes_the_same_queries_for_many(
    owner: User, owner_client: APIClient, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        make_photo(User.objects.create_user(f"user{number}"), public=True)
    with django_assert_max_num_queries(5):
        answer = owner_client.get("/api/user/")
    assert answer.json()["count"] == 13
    assert all(len(user["public_photo_samples"]) <= 1 for user in answer.json()["results"])
