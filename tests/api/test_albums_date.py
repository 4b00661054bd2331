"""The timeline: days, their photos, and every filter in both."""

from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from api.models import AlbumDate, Face, Person, Photo, User
from api.models.photo import MediaType, PhotoState
from tests.contracts.check import assert_error, assert_mobile, assert_web
from tests.factories import make_photo, photo_hash

pytestmark = pytest.mark.django_db
LIST = "/api/albums/date/list/"


def moment(day: int, hour: int = 12) -> datetime:
    return datetime(2024, 5, day, hour, tzinfo=UTC)


def undated(owner: User, name: str, **values: Any) -> Photo:
    album, _ = AlbumDate.objects.get_or_create(owner=owner, date=None)
    photo = make_photo(owner, name=name, album_date=album, file_timestamp=None, **values)
    photo.change(taken_at=None)
    AlbumDate.objects.filter(owner=owner, photos=None).delete()
    return photo


def days(client: APIClient, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def hashes(client: APIClient, query: str = "") -> set[str]:
    """All photos under a filter, each read through its day's address."""
    found: list[str] = []
    for day in days(client, query):
        answer = client.get(f"/api/albums/date/{day['id']}/?{query}")
        assert answer.status_code == 200, answer.content
        result = answer.json()["results"]
        assert result["id"] == day["id"]
        assert result["numberOfItems"] == day["numberOfItems"] == len(result["items"])
        found += [item["id"] for item in result["items"]]
    assert len(found) == len(set(found)), "a photo is in one day only"
    return set(found)


def test_it_works(owner: User, owner_client: APIClient) -> None:
    make_photo(owner, name="a", taken_at=moment(1), location="Paris")
    make_photo(owner, name="b", taken_at=moment(3, 8))
    make_photo(owner, name="c", taken_at=moment(3, 9), media_type=MediaType.VIDEO, video_length_s=12.5)
    undated(owner, "d")
    answer = owner_client.get(f"{LIST}?")
    assert_web("album_date_list", answer.json())
    assert_mobile("feed_list", answer.json())
    results = answer.json()["results"]
    assert [(day["date"], day["numberOfItems"]) for day in results] == [("2024-05-03", 2), ("2024-05-01", 1), (None, 1)]
    assert results[1]["location"] == "Paris"
    for slash in ("", "/"):
        day = owner_client.get(f"/api/albums/date/{results[0]['id']}{slash}?page=1")
        assert_web("album_date_detail", day.json())
        assert_mobile("feed_day", day.json())
        items = day.json()["results"]["items"]
        assert [item["date"] for item in items] == ["2024-05-03T09:00:00Z", "2024-05-03T08:00:00Z"]
        assert (items[0]["type"], items[0]["video_length"], items[1]["video_length"]) == ("video", "12.5", "")
        assert (items[0]["aspectRatio"], items[0]["url"]) == (64 / 48, items[0]["id"])


def test_an_empty_library(owner_client: APIClient) -> None:
    assert days(owner_client) == []


def test_filters_agree_in_list_and_day(owner: User, stranger: User, owner_client: APIClient) -> None:
    names = {
        "plain": {},
        "favorite": {"rating": 4},
        "nearly": {"rating": 3},
        "hidden": {"hidden": True},
        "trashed": {"in_trashcan": True},
        "hidden_trashed": {"hidden": True, "in_trashcan": True},
        "removed": {"removed": True, "in_trashcan": True},
        "video": {"media_type": MediaType.VIDEO},
        "motion": {"media_type": MediaType.MOTION_PHOTO},
        "processing": {"state": PhotoState.PROCESSING},
        "broken": {"state": PhotoState.BROKEN, "width": None, "height": None},
        "public": {"public": True},
    }
    for name, values in names.items():
        make_photo(owner, name=name, **values)
    make_photo(stranger, name="foreign")
    ana = Person.objects.create(owner=owner, name="Ana")
    for _ in range(2):
        Face.objects.create(photo_id=photo_hash(b"favorite", owner), person=ana)

    def of(*wanted: str) -> set[str]:
        return {photo_hash(name.encode(), owner) for name in wanted}

    visible = {"plain", "favorite", "nearly", "video", "motion", "broken", "public"}
    assert hashes(owner_client) == of(*visible)
    assert hashes(owner_client, "favorite=true") == of("favorite")
    assert hashes(owner_client, "hidden=true") == of("hidden")
    assert hashes(owner_client, "in_trashcan=true") == of("trashed", "hidden_trashed")
    assert hashes(owner_client, "photo=true") == of(*visible - {"video"})
    assert hashes(owner_client, "video=true") == of("video")
    assert hashes(owner_client, f"person={ana.pk}") == of("favorite")
    assert hashes(owner_client, f"person={ana.pk}&username=owner") == of("favorite")
    assert hashes(owner_client, "person=0") == set()
    assert hashes(owner_client, "public=true") == of("public")
    assert hashes(owner_client, "favorite=false&hidden=false") == of(*visible)


@pytest.mark.parametrize(
    ("query", "calls"),
    [
        ("favorite=true", ("favourites_list", "favourites_day")),
        ("hidden=true", ("hidden_list", "hidden_day")),
        ("in_trashcan=true", ("trash_list", "trash_day")),
        ("person={person}", ("person_days_list", "person_day")),
    ],
)
def test_the_phone_reads_every_filter(owner: User, owner_client: APIClient, query: str, calls: tuple[str, str]) -> None:
    make_photo(owner, name="a", hidden=True)
    make_photo(owner, name="b", in_trashcan=True)
    favorite = make_photo(owner, name="c", rating=5, gps_lat=1.0, gps_lon=2.0, dominant_color="#ffffff")
    ana = Person.objects.create(owner=owner, name="Ana")
    Face.objects.create(photo=favorite, person=ana)
    query = query.format(person=ana.pk)
    answer = owner_client.get(f"{LIST}?{query}").json()
    assert_mobile(calls[0], answer)
    (day,) = answer["results"]
    # Without `page` the phone asks once, and wants everything.
    assert_mobile(calls[1], owner_client.get(f"/api/albums/date/{day['id']}/?{query}").json())


def test_public_photos_are_for_everyone(owner: User, anonymous: APIClient, stranger_client: APIClient) -> None:
    public = make_photo(owner, name="a", public=True, gps_lat=1.5, gps_lon=2.5, location="Home Street 1")
    make_photo(owner, name="b")
    make_photo(owner, name="c", public=True, hidden=True)
    query = "public=true&username=OWNER"
    for client in (anonymous, stranger_client):
        assert hashes(client, query) == {public.pk}
        answer = client.get(f"/api/albums/date/{public.album_date_id}?page=1&{query}")
        assert_web("album_date_detail", answer.json())
        assert "Home" not in answer.content.decode() + client.get(f"{LIST}?{query}").content.decode()
        item = answer.json()["results"]["items"][0]
        assert (item["exif_gps_lat"], item["exif_gps_lon"]) == (None, None)
    assert days(anonymous, "public=true&username=nobody") == []


def test_strangers_and_visitors(owner: User, stranger: User, anonymous: APIClient, stranger_client: APIClient) -> None:
    photo = make_photo(owner)
    url = f"/api/albums/date/{photo.album_date_id}/"
    assert days(stranger_client) == []
    for query in ("", "?page=1", "?hidden=true", "?public=true&username=owner", "?last_modified=2000-01-01T01:00:00Z"):
        assert stranger_client.get(url + query).status_code == 404, query
    assert stranger_client.get("/api/albums/date/999999999999999999999999/").status_code == 404
    for path in (LIST, url, f"{LIST}?public=true", f"{LIST}?hidden=true"):
        answer = anonymous.get(path)
        assert answer.status_code == 401, path
        assert_error(answer.json(), code="not_authenticated")
    stale = anonymous.get(LIST, HTTP_AUTHORIZATION="Bearer x.y.z")
    assert stale.status_code == 401
    assert_error(stale.json(), code="token_not_valid")


@pytest.mark.parametrize(
    "query",
    ["favorite=perhaps", "person=ana", "person=99999999999999999999", "page=0", "page=x", "last_modified=yesterday",
     "last_modified=2024-08-03T25:00:00Z", "last_modified=0001-01-01T00:00:00Z", "username=a%00b",
     "last_modified=9999-12-31T23:59:59-14:00"],
)  # fmt: skip
def test_bad_input(owner: User, owner_client: APIClient, query: str) -> None:
    photo = make_photo(owner)
    answer = owner_client.get(f"/api/albums/date/{photo.album_date_id}?{query}")
    assert answer.status_code == 400
    assert_error(answer.json(), code="invalid")


def make_many(owner: User, count: int) -> AlbumDate:
    album = AlbumDate.objects.create(owner=owner, date=moment(1).date())
    Photo.objects.bulk_create(
        Photo(
            image_hash=f"{number:032x}{owner.pk}",
            owner=owner,
            album_date=album,
            state=PhotoState.READY,
            width=4,
            height=3,
            taken_at=moment(1).replace(minute=number % 60),
        )
        for number in range(count)
    )
    return album


def test_pages_of_a_day(owner: User, owner_client: APIClient) -> None:
    album = make_many(owner, 230)
    pages = [
        owner_client.get(f"/api/albums/date/{album.pk}?page={page}").json()["results"]["items"] for page in (1, 2, 3)
    ]
    assert [len(page) for page in pages] == [100, 100, 30]
    everything = owner_client.get(f"/api/albums/date/{album.pk}/").json()["results"]
    assert sum(pages, []) == everything["items"]
    times = [item["date"] for item in everything["items"]]
    assert times == sorted(times, reverse=True)
    assert everything["numberOfItems"] == 230


def test_a_page_past_the_end_is_the_last_one(owner: User, owner_client: APIClient) -> None:
    album = make_many(owner, 130)
    last = owner_client.get(f"/api/albums/date/{album.pk}/?page=2").json()
    assert owner_client.get(f"/api/albums/date/{album.pk}/?page=3").json() == last
    assert owner_client.get(f"/api/albums/date/{album.pk}/?page=9000000000").json() == last


def test_a_day_that_became_empty_is_empty(owner: User, owner_client: APIClient) -> None:
    photo = make_photo(owner, in_trashcan=True)
    day = owner_client.get(f"/api/albums/date/{photo.album_date_id}?page=1").json()["results"]
    assert (day["numberOfItems"], day["items"]) == (0, [])


def test_queries_do_not_grow_with_the_library(
    owner: User, owner_client: APIClient, django_assert_max_num_queries: Any
) -> None:
    for day in range(1, 20):
        make_photo(owner, name=f"x{day}", taken_at=moment(day))
    album = AlbumDate.objects.first()
    assert album is not None
    with django_assert_max_num_queries(2):  # who asks, and one grouped query
        assert len(days(owner_client)) == 19
    with django_assert_max_num_queries(4):  # who asks, the day, its count, its photos
        owner_client.get(f"/api/albums/date/{album.pk}?page=1")
