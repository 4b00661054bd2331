"""What a person decides about who is on photos. Photos and faces of others count as not there."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from api.actions.people_import import face_add, persons_named
from api.actions.search_index import photo_index, photos_index
from api.errors import InvalidError
from api.lib.boxes import Box
from api.lib.captioning.people import clean_name, is_name
from api.models import Face, Person, Photo, User
from api.selectors.faces import UNKNOWN_NAME, faces_by_id


def checked_name(text: str, *, field: str = "name") -> str:
    """Return a person's name in one line. Raises InvalidError for what is nobody's name, such as "Unknown"."""
    name = clean_name(text)
    if not is_name(name):
        raise InvalidError("A name has at least one letter and is no word for nobody.", field=field)
    return name


def person_merge_or_rename(*, person: Person, name: str) -> Person:
    """Give a person another name. If another one has it, both become that one. Returns who is left."""
    name = checked_name(name, field="newPersonName")
    try:
        with transaction.atomic():
            Person.objects.filter(pk=person.pk).update(name=name)
            photos_index(hashes=_touch(person))
    except IntegrityError:
        return _merge(person, into=Person.objects.get(owner_id=person.owner_id, name=name))
    person.name = name
    return person


@transaction.atomic
def _merge(person: Person, *, into: Person) -> Person:
    locked = Person.objects.select_for_update().filter(pk__in=(person.pk, into.pk)).order_by("pk")
    if len(locked) < 2:
        return into  # somebody was quicker
    touched = _touch(person)
    # On a photo that knows both, a bare mention says nothing besides the other one.
    both = Face.objects.filter(person=into).values("photo")
    Face.objects.filter(person=person, left=None, photo__in=both).delete()
    boxed = Face.objects.filter(person=person, left__isnull=False).values("photo")
    Face.objects.filter(person=into, left=None, photo__in=list(boxed.values_list("photo", flat=True))).delete()
    Face.objects.filter(person=person).update(person=into)
    if into.cover_photo_id is None and person.cover_photo_id is not None:
        into.cover_photo_id = person.cover_photo_id
        into.save(update_fields=["cover_photo"])
    person.delete()
    photos_index(hashes=touched)
    return into


def person_set_cover(*, person: Person, photo: Photo) -> Person:
    person.cover_photo = photo
    person.save(update_fields=["cover_photo"])
    return person


@transaction.atomic
def person_delete(*, person: Person) -> None:
    """Forget a person: their faces stay on the photos without a name."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    touched = _touch(person)
    _unname(Face.objects.filter(person=person).values_list("pk", flat=True))
    person.delete()
    photos_index(hashes=touched)


@transaction.atomic
def faces_label(*, user: User, face_ids: list[int], name: str) -> list[Face]:
    """Say who the user's faces are; "Unknown - Other" and the like take the name away. Returns the faces.

    Raises InvalidError when it is no name.
    """
    faces = faces_by_id(user, face_ids)
    touched = _touch_photos(faces)
    if _is_nobody(name):
        _unname(face.pk for face in faces)
        photos_index(hashes=touched)
        for face in faces:
            face.person = None
        return faces
    name = checked_name(name, field="person_name")
    if not faces:
        return []
    person = persons_named(owner_id=user.pk, names=[name])[name]
    Face.objects.filter(pk__in=[face.pk for face in faces]).update(person=person)
    for face in faces:
        face.person = person
        if face.left is not None:
            Face.objects.filter(photo_id=face.photo_id, person=person, left=None).exclude(pk=face.pk).delete()
    photos_index(hashes=touched)
    return faces


@transaction.atomic
def faces_delete(*, user: User, face_ids: list[int]) -> list[Face]:
    """Remove the user's faces from their photos and return what they were."""
    faces = faces_by_id(user, face_ids)
    touched = _touch_photos(faces)
    Face.objects.filter(pk__in=[face.pk for face in faces]).delete()
    photos_index(hashes=touched)
    return faces


@transaction.atomic
def photo_add_person(*, photo: Photo, name: str, box: Box | None = None) -> Face:
    """Say that somebody is on a photo, and where if that is known. Raises InvalidError.

    Said twice it is said once, and a face without a name that lies there gets this one.
    """
    name = checked_name(name)
    inside = box.clipped() if box else None
    if box is not None and inside is None:
        raise InvalidError("The box lies outside of the picture or is too small.", field="box")
    photo = Photo.objects.select_for_update().get(pk=photo.pk)
    person = persons_named(owner_id=photo.owner_id, names=[name])[name]
    face = face_add(photo=photo, person=person, box=inside)
    photo.change()
    photo_index(photo=photo)
    return face


@transaction.atomic
def face_delete(*, face: Face) -> None:
    """Remove one face, or one mention of a person, from its photo."""
    touched = _touch_photos([face])
    Face.objects.filter(pk=face.pk).delete()
    photos_index(hashes=touched)


def _is_nobody(name: str) -> bool:
    name = clean_name(name)
    return name == UNKNOWN_NAME or name.casefold() in {"unknown", "unbekannt"}


def _unname(face_ids: Iterable[int]) -> None:
    """Without a name, what has no box either says nothing."""
    faces = Face.objects.filter(pk__in=list(face_ids))
    faces.filter(left=None).delete()
    faces.update(person=None)


def _touch(person: Person) -> set[str]:
    """Phones read a photo again whose people changed. Returns the hashes, for search."""
    photos = Photo.objects.filter(faces__person=person)
    photos.change()
    return set(photos.values_list("pk", flat=True))


def _touch_photos(faces: Iterable[Face]) -> set[str]:
    hashes = {face.photo_id for face in faces}
    Photo.objects.filter(pk__in=hashes).change()
    return hashes
