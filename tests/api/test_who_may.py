"""Every route, tried by a visitor and by a stranger: nobody learns anything of what is not theirs.

A route that is not in the tables below fails the test, so that a new one is thought about.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import URLPattern, get_resolver
from django.utils import timezone
from rest_framework.test import APIClient

from api.models import AlbumPlace, AlbumThing, AlbumUser, Caption, Face, Job, Person, Photo, User
from api.models.caption import CaptionState
from api.models.job import JobKind, JobState
from tests.contracts.check import assert_error
from tests.factories import make_photo

pytestmark = pytest.mark.django_db

OPEN = {
    "api/firsttimesetup/",
    "api/auth/token/obtain/",
    "api/auth/token/refresh/",
    "api/auth/token/blacklist/",
    "api/sitesettings",
    "api/user/",
    "api/schema/",
}
"""Doors that are open on purpose; each has tests of its own."""

HIDDEN_FROM_VISITORS = {"api/photos/<hash:image_hash>/", "media/"}
"""Public photos are for everyone, so a visitor reads 404 here, not 401, of what is not public."""

SECRETS = (
    "Secret caption",
    "Secret draft",
    "Secretville",
    "Secret Person",
    "secret_tag",
    "secret.jpg",
    "owner@example",
)
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Theirs:
    """What belongs to the owner, by the names that routes use."""

    image_hash: str
    album_ids: dict[str, int]
    job_pk: int
    caption_id: int
    person_id: int
    face_id: int
    user_id: int

    def url(self, route: str) -> str:
        album = next((pk for kind, pk in self.album_ids.items() if f"albums/{kind}/" in route), 0)
        values = {
            "image_hash": self.image_hash, "album_id": album, "job_pk": self.job_pk, "caption_id": self.caption_id,
            "person_id": self.person_id, "face_id": self.face_id, "user_id": self.user_id,
            "model_id": "bundled", "service_name": "im2txt", "kind": "thumbnails_big",
        }  # fmt: skip
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(values[match[1]]), route)


@pytest.fixture
def theirs(owner: User) -> Theirs:
    photo = make_photo(owner, name="secret", location="Secretville", keywords=["Secret"])
    Caption.objects.create(photo=photo, text="Secret caption", author=owner, state=CaptionState.ACCEPTED)
    caption = Caption.objects.create(photo=photo, text="Secret draft", model_id="bundled")
    thing = AlbumThing.objects.create(owner=owner, title="secret_tag", key="secret_tag")
    thing.photos.add(photo)
    album = AlbumUser.objects.create(owner=owner, title="Secret album")
    album.photos.add(photo)
    place = AlbumPlace.objects.create(owner=owner, country_code="PT", city="Secretville")
    photo.change(album_place=place)
    person = Person.objects.create(owner=owner, name="Secret Person")
    face = Face.objects.create(photo=photo, person=person)
    job = Job.objects.create(
        kind=JobKind.SCAN_PHOTOS, started_by=owner, state=JobState.RUNNING, started_at=timezone.now(), task="x"
    )
    assert photo.album_date_id is not None
    albums = {"date": photo.album_date_id, "thing": thing.pk, "user": album.pk, "place": place.pk}
    return Theirs(photo.pk, albums, job.pk, caption.pk, person.pk, face.pk, owner.pk)


def routes() -> list[str]:
    return sorted(_routes(get_resolver().url_patterns, ""))


def _routes(patterns: Any, prefix: str) -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if not isinstance(pattern, URLPattern):
            yield from _routes(pattern.url_patterns, route)
        elif route.startswith("^media/faces/"):
            yield "media/faces/<image_hash>_<face_id>.webp"
        elif route.startswith("^media/"):
            yield "media/<kind>/<image_hash>"
        elif route.startswith("api/"):
            yield route


def is_hidden_from_visitors(route: str) -> bool:
    return route in HIDDEN_FROM_VISITORS or route.startswith("media/")


def snapshot() -> str:
    """Everything of the owner that a stranger might have changed."""
    tables: list[Any] = [Photo, Caption, Job, Person, Face, AlbumPlace, AlbumThing, AlbumUser, User]
    rows = [list(table.objects.order_by("pk").values()) for table in tables]
    return json.dumps(rows, default=str)


@pytest.mark.parametrize("route", [route for route in routes() if route not in OPEN])
def test_visitors_are_sent_to_sign_in(theirs: Theirs, anonymous: APIClient, route: str) -> None:
    before = snapshot()
    for method in METHODS:
        answer = getattr(anonymous, method)(theirs.url(route), {"image_hash": theirs.image_hash})
        allowed = {404, 405} if is_hidden_from_visitors(route) else {401, 405}
        assert answer.status_code in allowed, (method, answer.status_code)
        assert_error(answer.json())
        stale = getattr(anonymous, method)(theirs.url(route), HTTP_AUTHORIZATION="Bearer x.y.z")
        assert stale.status_code == 401, (method, stale.status_code)
    assert snapshot() == before


@pytest.mark.parametrize("route", [route for route in routes() if route not in OPEN])
def test_strangers_learn_and_change_nothing(
    theirs: Theirs, stranger: User, stranger_client: APIClient, route: str
) -> None:
    before = snapshot()
    body = {
        "image_hash": theirs.image_hash,
        "image_hashes": [theirs.image_hash],
        "caption": "stolen",
        "text": "stolen",
        "action": "accept",
        "favorite": True,
        "hidden": True,
        "val_public": True,
        "deleted": True,
        "val_shared": True,
        "target_user_id": stranger.pk,
        "exif_timestamp": "2020-01-01T00:00:00Z",
        "search": "secret",
        "title": "stolen",
        "name": "stolen",
        "newPersonName": "stolen",
        "person_name": "stolen",
        "face_ids": [theirs.face_id],
    }
    for method in METHODS:
        answer = getattr(stranger_client, method)(theirs.url(route), body)
        text = answer.content.decode(errors="replace")
        assert not any(secret in text for secret in SECRETS), (method, text)
        if "<" in route and "model_id" not in route and "exists" not in route:
            assert answer.status_code in {403, 404, 405}, (method, answer.status_code)
        if answer.status_code >= 400:
            assert_error(answer.json())
    # What a stranger starts for himself (a scan of his own folder, say) is not the owner's.
    Job.objects.filter(started_by=stranger).delete()
    AlbumUser.objects.filter(owner=stranger).delete()
    assert snapshot() == before


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", ["/api/", "/api/nothing/", "/api/photos/zzz/", "/api/albums/date/x/", "/media/x/y"])
def test_addresses_that_do_not_exist(owner_client: APIClient, method: str, path: str) -> None:
    answer = getattr(owner_client, method)(path)
    assert answer.status_code == 404
    assert_error(answer.json(), code="not_found")


def test_no_route_redirects(owner_client: APIClient) -> None:
    for path in ("/api/albums/date/list", "/api/photos/notimestamp", "/api/sitesettings/", "/api/stats"):
        assert owner_client.get(path).status_code == 404
