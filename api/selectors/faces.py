"""Faces on one's photos."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, QuerySet

from api.models import Face, Photo, User
from api.selectors.media import photo_for_viewer
from api.selectors.one import one_of
from api.selectors.persons import persons_named
from api.selectors.photo_groups import visible_count

UNKNOWN_ID = 0
UNKNOWN_NAME = "Unknown - Other"
"""LibrePhotos' clients know faces without a name as somebody of this name."""


def faces_shown(user: User) -> QuerySet[Face]:
    """Return the faces on the user's visible photos."""
    return Face.objects.filter(photo__in=Photo.objects.of(user).visible()).select_related("photo", "person")


def faces_of_person(user: User, person_id: int, *, by_date: bool) -> QuerySet[Face]:
    """Return the faces of one of the user's people, UNKNOWN_ID: those without a name. Nobody's: none."""
    faces = faces_shown(user)
    faces = faces.filter(person=None) if person_id == UNKNOWN_ID else faces.filter(person_id=person_id)
    return faces.order_by(F("photo__taken_at").desc(nulls_last=True), "pk") if by_date else faces.order_by("pk")


def faces_by_id(user: User, face_ids: Iterable[int]) -> list[Face]:
    """Return the user's faces among the ids; what is not theirs is left out."""
    own = Face.objects.filter(pk__in=list(face_ids), photo__owner=user, photo__removed=False)
    return list(own.select_related("photo", "person").order_by("pk"))


def face_counts(user: User) -> list[dict[str, Any]]:
    """Return id, name, kind and `face_count` of everybody with a face, by name, those without a name last."""
    people = persons_named(user).annotate(count=visible_count("faces__photo"))
    rows = [
        {"id": person.pk, "name": person.name, "kind": "USER", "face_count": person.count}
        for person in people.filter(count__gt=0).order_by("name", "pk")
    ]
    unknown = faces_shown(user).filter(person=None).count()
    if unknown:
        rows.append({"id": UNKNOWN_ID, "name": UNKNOWN_NAME, "kind": "UNKNOWN", "face_count": unknown})
    return rows


def faces_on(photo: Photo) -> list[Face]:
    """Return the faces on a photo, left to right, bare mentions last."""
    return list(photo.faces.select_related("person").order_by(F("left").asc(nulls_last=True), "pk"))


def face_on(photo: Photo, face_id: int) -> Face:
    """Return one face of a photo. Raises NotFoundError."""
    return one_of(photo.faces.filter(pk=face_id))


def face_for_viewer(*, user: User | AnonymousUser, image_hash: str, face_id: int) -> Face:
    """Return a face on a photo that the user may see. Raises NotFoundError."""
    return face_on(photo_for_viewer(user=user, image_hash=image_hash), face_id)
