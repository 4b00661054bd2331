"""People on one's photos."""

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from api.errors import NotFoundError
from api.models import Face, Person, Photo, User


def persons_of(user: User) -> QuerySet[Person]:
    """Return the user's people by name, each with `face_count`, `cover` and one face, all of visible photos.

    `cover` is the hash of a photo; `face_id` and `face_photo` (hash) say which face, on the cover if possible, was cut
    out. All three are None where there is none.
    """
    shown = Photo.objects.visible().filter(owner=user)
    newest = shown.filter(faces__person=OuterRef("pk")).order_by(F("taken_at").desc(nulls_last=True), "pk")
    chosen = shown.filter(pk=OuterRef("cover_photo_id"))
    cover = Coalesce(Subquery(chosen.values("pk")[:1]), Subquery(newest.values("pk")[:1]))
    faces = Face.objects.filter(person=OuterRef("pk"), photo__in=shown, left__isnull=False).order_by(
        Case(When(photo=F("person__cover_photo"), then=0), default=1),
        F("photo__taken_at").desc(nulls_last=True),
        "pk",
    )
    people = Person.objects.filter(owner=user).exclude(name="")
    return people.annotate(
        face_count=Count("faces", filter=Q(faces__photo__in=shown)),
        cover=cover,
        face_id=Subquery(faces.values("pk")[:1]),
        face_photo=Subquery(faces.values("photo_id")[:1]),
    ).order_by("name", "pk")


def person_of(user: User, person_id: int) -> Person:
    """Return one of the user's people. Raises NotFoundError."""
    person = persons_of(user).filter(pk=person_id).first()
    if person is None:
        raise NotFoundError
    return person
