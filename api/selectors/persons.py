"""People on one's photos."""

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from api.errors import NotFoundError
from api.models import Person, Photo, User


def persons_of(user: User) -> QuerySet[Person]:
    """Return the user's people by name, each with `face_count` and `cover` (hash of a visible photo, or None)."""
    shown = Photo.objects.visible().filter(owner=user)
    newest = shown.filter(faces__person=OuterRef("pk")).order_by(F("taken_at").desc(nulls_last=True), "pk")
    chosen = shown.filter(pk=OuterRef("cover_photo_id"))
    cover = Coalesce(Subquery(chosen.values("pk")[:1]), Subquery(newest.values("pk")[:1]))
    people = Person.objects.filter(owner=user).exclude(name="")
    return people.annotate(face_count=Count("faces"), cover=cover).order_by("name", "pk")


def person_of(user: User, person_id: int) -> Person:
    """Return one of the user's people. Raises NotFoundError."""
    person = persons_of(user).filter(pk=person_id).first()
    if person is None:
        raise NotFoundError
    return person
