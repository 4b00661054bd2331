"""People on one's photos."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, When, Window
from django.db.models.functions import RowNumber

from api.errors import NotFoundError
from api.models import Face, Person, User
from api.models.photo import is_visible


@dataclass
class PersonOnPhotos:
    """A person with what visible photos show of them; None where there is none.

    cover: the hash of a photo. face: that of the photo with the face to cut out, the chosen cover if possible, and the
    id of the face.
    """

    person: Person
    face_count: int = 0
    cover: str | None = None
    face: tuple[str, int] | None = None


def persons_of(user: User) -> list[PersonOnPhotos]:
    """Return the user's people by name, with what photos show of them; two queries however many they are."""
    return _shown(persons_named(user).order_by("name", "pk"))


def person_of(user: User, person_id: int) -> PersonOnPhotos:
    """Return one of the user's people. Raises NotFoundError."""
    found = _shown(persons_named(user).filter(pk=person_id))
    if not found:
        raise NotFoundError
    return found[0]


def persons_named(user: User) -> QuerySet[Person]:
    """Return the user's people that have a name."""
    return Person.objects.filter(owner=user).exclude(name="")


def _shown(people: QuerySet[Person]) -> list[PersonOnPhotos]:
    people = people.annotate(chosen=Case(When(is_visible("cover_photo"), then=F("cover_photo"))))
    found = {person.pk: PersonOnPhotos(person, cover=person.chosen) for person in people}
    for face in _telling_faces(list(found)):
        one = found[face.person_id]
        one.face_count = face.count
        if face.newest == 1 and one.cover is None:
            one.cover = face.photo_id
        if face.best == 1 and face.left is not None:
            one.face = (face.photo_id, face.pk)
    return list(found.values())


def _telling_faces(person_ids: list[int]) -> Any:
    """Return each person's `newest` and `best` face, which may be the same, with the `count` of all.

    In one pass: a subquery for each person reads all of their photos, and a large library has many of both.
    """
    by_time = F("photo__taken_at").desc(nulls_last=True)
    on_cover = Case(When(photo=F("person__cover_photo"), then=0), default=1)
    boxed = Case(When(left__isnull=False, then=0), default=1)
    orders: dict[str, list[Any]] = {"newest": [by_time, "photo_id"], "best": [boxed, on_cover, by_time, "pk"]}
    faces = Face.objects.filter(is_visible("photo"), person__in=person_ids).annotate(
        count=Window(Count("*"), partition_by="person"),
        **{name: Window(RowNumber(), partition_by="person", order_by=order) for name, order in orders.items()},
    )
    return faces.filter(Q(newest=1) | Q(best=1))
