"""People that a file names become faces and persons of the library.

Three sides are compared: what the file said when it was last read (`Photo.people_in_file`), what it says now, and the
faces as they are. Only what changed in the file is carried over, so a photo that is read again doubles nobody, and a
face that a person renamed, removed or joined with another stays as the person made it.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from api.lib.boxes import Box
from api.lib.face_regions import SAME_FACE, FoundPerson
from api.models import Face, Person, Photo


@transaction.atomic
def people_import(*, photo: Photo, found: tuple[FoundPerson, ...]) -> None:
    """Carry over what the file says anew about who is on the photo. The photo's row must be locked."""
    before = [_from_values(values) for values in photo.people_in_file]
    if list(found) == before:
        return
    for gone in _without(before, found):
        _remove_untouched(photo, gone)
    news = _without(found, before)
    persons = persons_named(owner_id=photo.owner_id, names=(person.name for person in news if person.name))
    for person in news:
        _add(photo, person, persons.get(person.name))
    photo.change(people_in_file=[_as_values(person) for person in found])


def persons_named(*, owner_id: int, names: Iterable[str]) -> dict[str, Person]:
    """Return the owner's people of these names, made where there are none; safe when several processes do it."""
    # In one order, so that two processes with the same names do not wait for each other.
    ordered = sorted(set(names))
    return {name: Person.objects.get_or_create(owner_id=owner_id, name=name)[0] for name in ordered}


def box_of(face: Face) -> Box | None:
    """Return where the face is; None when only the name is known."""
    if face.left is None or face.top is None or face.width is None or face.height is None:
        return None
    return Box(face.left, face.top, face.width, face.height)


def is_same_face(box: Box | None, other: Box | None) -> bool:
    return box is not None and other is not None and box.overlap(other) >= SAME_FACE


def face_add(*, photo: Photo, person: Person | None, box: Box | None) -> Face:
    """Add somebody to a photo, or name a face that is there already, and return the face.

    A face is replaced rather than given another box: its picture's address says that it never changes.
    """
    faces = list(photo.faces.select_related("person"))
    mentioned = [face for face in faces if face.person_id is not None and person and face.person_id == person.pk]
    if box is None and mentioned:
        return mentioned[0]
    same = next((face for face in faces if is_same_face(box_of(face), box)), None)
    if same is not None and (same.person_id is None or person is None or same.person_id == person.pk):
        if same.person_id is None and person is not None:
            same.person = person
            same.save(update_fields=["person"])
        face = same
    else:
        values = {"left": box.left, "top": box.top, "width": box.width, "height": box.height} if box else {}
        face = Face.objects.create(photo=photo, person=person, **values)
    # The bare mention of somebody whose face is known now says nothing more.
    Face.objects.filter(pk__in=[known.pk for known in mentioned if known.left is None]).exclude(pk=face.pk).delete()
    return face


def faces_turn(*, photo: Photo, orientation: int) -> None:
    """Turn the boxes of a photo's faces as its picture was turned, by an EXIF orientation."""
    if orientation == 1:
        return
    for face in photo.faces.all():
        if (box := box_of(face)) is not None:
            turned = box.upright(orientation)
            face.left, face.top, face.width, face.height = turned.left, turned.top, turned.width, turned.height
            face.save(update_fields=["left", "top", "width", "height"])


def _add(photo: Photo, found: FoundPerson, person: Person | None) -> None:
    named = photo.faces.select_related("person").exclude(person=None)
    if any(is_same_face(box_of(face), found.box) for face in named):
        return  # whoever named this face here knows better than the file
    face_add(photo=photo, person=person, box=found.box)


def _remove_untouched(photo: Photo, gone: FoundPerson) -> None:
    """Remove what came from the file and has left it, unless a person changed it since."""
    for face in photo.faces.select_related("person"):
        name = face.person.name if face.person else ""
        if (name, box_of(face)) == (gone.name, gone.box):
            face.delete()
            # A name that was only ever in this file goes with it.
            if face.person is not None:
                Person.objects.filter(pk=face.person.pk, faces=None).delete()
            return


def _without(people: Iterable[FoundPerson], others: Iterable[FoundPerson]) -> list[FoundPerson]:
    known = set(others)
    return [person for person in people if person not in known]


def _as_values(person: FoundPerson) -> dict[str, Any]:
    box = person.box
    return {"name": person.name, "box": [box.left, box.top, box.width, box.height] if box else None}


def _from_values(values: dict[str, Any]) -> FoundPerson:
    return FoundPerson(values["name"], Box(*values["box"]) if values["box"] else None)
