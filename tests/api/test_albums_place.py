"""Places of photos, as albums in the reader's language."""

from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from api.actions.photo_place import photo_place
from api.models import Photo, User
from tests.contracts.check import assert_error, assert_web
from tests.factories import make_photo

pytestmark = pytest.mark.django_db
LIST = "/api/albums/place/list/"
LISBON, PORTO, MUNICH = (38.7139, -9.1334), (41.1496, -8.611), (48.137, 11.575)


def place(owner: User, position: tuple[float, float], *, name: str, day: int = 1, **values: Any) -> Photo:
    found = photo_place(owner=owner, latitude=position[0], longitude=position[1])
    lat, lon = position
    taken_at = datetime(2024, 5, day, tzinfo=UTC)
    return make_photo(owner, name=name, taken_at=taken_at, gps_lat=lat, gps_lon=lon, **(found | values))


def rows(client: APIClient, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 200, answer.content
    assert_web("album_place_list", answer.json())
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def in_short(found: list[dict[str, Any]]) -> list[tuple[int, str, int]]:
    return [(row["geolocation_level"], row["title"], row["photo_count"]) for row in found]


def test_it_works(owner: User, owner_client: APIClient) -> None:
    lisbon = [place(owner, LISBON, name=f"l{day}", day=day) for day in range(1, 6)]
    porto, munich = place(owner, PORTO, name="p", day=9), place(owner, MUNICH, name="m")
    make_photo(owner, name="nowhere")
    found = rows(owner_client)
    assert in_short(found) == [
        (1, "Germany", 1), (2, "Munich", 1), (1, "Portugal", 6), (2, "Lisbon", 5), (2, "Porto", 1),
    ]  # fmt: skip
    covers = [cover["image_hash"] for cover in found[2]["cover_photos"]]
    assert covers == [porto.pk, *(photo.pk for photo in reversed(lisbon[2:]))], "the newest of all its places"
    assert (found[3]["country"], found[3]["country_code"], found[3]["region"]) == ("Portugal", "PT", "Lisbon")
    assert in_short(rows(owner_client, "language=de"))[:2] == [(1, "Deutschland", 1), (2, "München", 1)]
    for row, photos in ((found[2], 6), (found[3], 5)):
        detail = owner_client.get(f"/api/albums/place/{row['id']}/").json()
        assert_web("album_thing_detail", detail)
        assert sum(len(group["items"]) for group in detail["results"]["grouped_photos"]) == photos
        days = owner_client.get(f"/api/albums/date/list/?place={row['id']}").json()["results"]
        assert sum(day["numberOfItems"] for day in days) == photos
    munich.change(hidden=True)
    assert in_short(rows(owner_client))[0] == (1, "Portugal", 6)


def test_outside_of_every_town_there_is_the_region(owner: User, owner_client: APIClient) -> None:
    place(owner, (47.35, 11.35), name="hut")
    assert [row["geolocation_level"] for row in rows(owner_client)] == [1, 2]
    assert rows(owner_client)[1]["title"] == rows(owner_client)[1]["region"] != ""


def test_at_sea_there_is_no_place(owner: User, owner_client: APIClient) -> None:
    assert place(owner, (35.0, -40.0), name="sea").album_place is None
    assert rows(owner_client) == []


def test_a_fixed_number_of_queries(owner: User, owner_client: APIClient, django_assert_max_num_queries: Any) -> None:
    for number, position in enumerate((LISBON, PORTO, MUNICH, (45.464, 9.19), (1.3, 103.85))):
        place(owner, position, name=str(number))
    with django_assert_max_num_queries(4):
        assert len(rows(owner_client)) == 9


def test_strangers_and_visitors(
    owner: User, stranger: User, owner_client: APIClient, stranger_client: APIClient, anonymous: APIClient
) -> None:
    place(owner, LISBON, name="mine")
    place(stranger, LISBON, name="theirs")
    mine, theirs = rows(owner_client), rows(stranger_client)
    assert in_short(mine) == in_short(theirs) == [(1, "Portugal", 1), (2, "Lisbon", 1)]
    assert not {row["id"] for row in mine} & {row["id"] for row in theirs}
    for url in (f"/api/albums/place/{mine[0]['id']}/", f"/api/albums/date/list/?place={mine[0]['id']}"):
        assert owner_client.get(url).status_code == 200
        assert_error(stranger_client.get(url).json(), code="not_found")
        assert anonymous.get(url).status_code == 401


@pytest.mark.parametrize("query", ["language=../x", "language=e", "language=" + "x" * 40])
def test_bad_input(owner_client: APIClient, query: str) -> None:
    assert_error(owner_client.get(f"{LIST}?{query}").json(), code="invalid")


def test_pins_for_a_map(owner: User, owner_client: APIClient, stranger_client: APIClient, anonymous: APIClient) -> None:
    for name, position in (("a", LISBON), ("b", (LISBON[0] + 0.02, LISBON[1])), ("c", PORTO)):
        place(owner, position, name=name)
    place(owner, MUNICH, name="unseen", hidden=True)
    answer = owner_client.get("/api/locclust/")
    assert answer.status_code == 200
    assert_web("locclust", answer.json())
    pins = {title: (longitude, latitude) for longitude, latitude, title in answer.json()}
    assert pins["Lisbon"] == pins["Portugal"] == pytest.approx((LISBON[1], LISBON[0] + 0.01))
    assert pins["Porto"] == pytest.approx((PORTO[1], PORTO[0]))
    assert set(pins) == {row["title"] for row in rows(owner_client)}, "a tile shows only with a pin of its title"
    assert {row[2] for row in owner_client.get("/api/locclust/?language=de").json()} == {
        "Lissabon",
        "Porto",
        "Portugal",
    }
    assert stranger_client.get("/api/locclust/").json() == []
    assert anonymous.get("/api/locclust/").status_code == 401
    assert_error(owner_client.get("/api/locclust/?language=../x").json(), code="invalid")
