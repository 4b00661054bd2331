"""People in a file become faces of the library, and what a person changed stays."""

from pathlib import Path

import pytest
from PIL import Image

from api.actions.people import person_merge_or_rename
from api.actions.people_import import people_import
from api.actions.photo_ingest import photo_ingest
from api.actions.photo_register import photo_register
from api.actions.photos import photos_delete
from api.lib.boxes import Box
from api.lib.face_regions import FoundPerson
from api.models import Face, Person, Photo, User
from api.models.photo import PhotoState
from tests import media_samples as samples
from tests.factories import make_photo
from tests.upload_client import md5_of

ANA = FoundPerson("Ana", Box(0.1, 0.2, 0.2, 0.3))
BEN = FoundPerson("Ben", Box(0.6, 0.2, 0.2, 0.3))
SOMEBODY = FoundPerson("", Box(0.4, 0.5, 0.1, 0.1))


def ingest(owner: User, folder: Path, data: bytes, name: str = "a.jpg") -> Photo:
    path = folder / name
    path.write_bytes(data)
    photo = photo_register(
        owner=owner, md5=md5_of(data), path=str(path), stat=path.stat(), original_name=name, is_video=False
    ).photo
    photo_ingest(image_hash=photo.pk)
    photo.refresh_from_db()
    return photo


def on(photo: Photo) -> list[tuple[str, float | None]]:
    faces = photo.faces.select_related("person").order_by("pk")
    return [(face.person.name if face.person else "", face.left) for face in faces]


@pytest.fixture
def photo(owner: User) -> Photo:
    photo = make_photo(owner)
    people_import(photo=photo, found=(ANA, BEN, SOMEBODY, FoundPerson("Zoe")))
    return photo


def test_from_the_file(owner: User, tmp_path: Path) -> None:
    packet = samples.region_xmp(("Ben", (0.7, 0.4, 0.2, 0.2)), ("Ana", (0.2, 0.4, 0.2, 0.2)))
    photo = ingest(owner, tmp_path, samples.jpeg(xmp=packet))
    assert on(photo) == [("Ben", 0.6), ("Ana", 0.1)]
    assert {person.owner for person in Person.objects.all()} == {owner}
    photo_ingest(image_hash=photo.pk, again=True)
    assert photo.faces.count() == 2


def test_from_a_sidecar_turned_with_the_picture(owner: User, tmp_path: Path) -> None:
    (tmp_path / "a.jpg.xmp").write_bytes(samples.region_xmp(("Ana", (0.25, 0.2, 0.1, 0.2))))
    photo = ingest(owner, tmp_path, samples.jpeg(exif=samples.exif(main={0x0112: 6})))
    face = photo.faces.get()
    assert (face.left, face.top, face.width, face.height) == pytest.approx((0.7, 0.2, 0.2, 0.1))


def test_names_beside_a_video(owner: User, tmp_path: Path) -> None:
    (tmp_path / "film.xmp").write_bytes(samples.region_xmp(("Ana", (0.25, 0.2, 0.1, 0.2))))
    photo = ingest(owner, tmp_path, samples.video(tmp_path / "made.mp4"), "film.mp4")
    assert on(photo) == [("Ana", None)]


def test_two_owners_have_two_persons(owner: User, stranger: User, photo: Photo) -> None:
    people_import(photo=make_photo(stranger), found=(ANA,))
    assert Person.objects.filter(name="Ana").count() == 2


def test_read_again_changes_nothing(photo: Photo) -> None:
    before = on(photo)
    people_import(photo=photo, found=(ANA, BEN, SOMEBODY, FoundPerson("Zoe")))
    assert on(photo) == before == [("Ana", 0.1), ("Ben", 0.6), ("", 0.4), ("Zoe", None)]


def test_what_a_person_changed_stays(owner: User, photo: Photo) -> None:
    person_merge_or_rename(person=Person.objects.get(name="Ana"), name="Anna")
    Face.objects.filter(person__name="Ben").delete()
    Face.objects.filter(person=None).update(person=Person.objects.get(name="Zoe"))
    before = on(photo)
    # Something else in the file changes too.
    people_import(photo=photo, found=(ANA, BEN, SOMEBODY, FoundPerson("Zoe"), FoundPerson("Cleo")))
    assert on(photo) == [*before, ("Cleo", None)]


def test_what_changes_in_the_file_is_carried_over(photo: Photo) -> None:
    named = FoundPerson("Dan", SOMEBODY.box)
    moved = FoundPerson("Ben", Box(0.62, 0.2, 0.2, 0.3))
    people_import(photo=photo, found=(ANA, moved, named))
    assert sorted(on(photo)) == [("Ana", 0.1), ("Ben", 0.62), ("Dan", 0.4)]
    assert not Person.objects.filter(name="Zoe").exists()
    people_import(photo=photo, found=())
    assert on(photo) == []


def test_a_face_that_a_person_named_first_keeps_its_name(owner: User) -> None:
    photo, mine = make_photo(owner), Person.objects.create(owner=owner, name="Annie")
    Face.objects.create(photo=photo, person=mine, left=0.1, top=0.2, width=0.21, height=0.3)
    people_import(photo=photo, found=(ANA, BEN))
    assert on(photo) == [("Annie", 0.1), ("Ben", 0.6)]


def test_a_mention_becomes_a_face(owner: User) -> None:
    photo = make_photo(owner)
    people_import(photo=photo, found=(FoundPerson("Ana"),))
    people_import(photo=photo, found=(FoundPerson("Ana"), BEN))
    people_import(photo=photo, found=(ANA, BEN))
    assert sorted(on(photo)) == [("Ana", 0.1), ("Ben", 0.6)]


@pytest.mark.parametrize("turned", [False, True])
def test_a_file_that_another_program_wrote_to_keeps_its_people(owner: User, tmp_path: Path, turned: bool) -> None:
    packet = samples.region_xmp(("Ana", (0.2, 0.3, 0.2, 0.2)))
    image = samples.picture((800, 600))
    path = tmp_path / "lake.jpg"
    old = ingest(owner, tmp_path, samples.encode(image, "JPEG", xmp=packet), path.name)
    person_merge_or_rename(person=Person.objects.get(name="Ana"), name="Anna")
    old.change(state=PhotoState.MISSING, removed=True)

    # Counterclockwise: what was left lies below.
    image = image.transpose(Image.Transpose.ROTATE_90) if turned else image
    data = samples.encode(image, "JPEG", xmp=b"" if turned else packet)
    path.write_bytes(data)
    new = photo_register(
        owner=owner, md5=md5_of(data), path=str(path), stat=path.stat(), original_name=path.name, is_video=False
    )
    assert photo_ingest(image_hash=new.photo.pk, replaced=old.pk) == "ready"
    assert [name for name, _ in on(new.photo)] == ["Anna"]
    face = new.photo.faces.get()
    assert (face.left, face.top) == pytest.approx((0.2, 0.7) if turned else (0.1, 0.2))


def test_removed_for_good_and_uploaded_again(owner: User, tmp_path: Path) -> None:
    data = samples.jpeg(xmp=samples.region_xmp(("Ana", (0.2, 0.3, 0.2, 0.2))))
    photo = ingest(owner, tmp_path, data)
    photo.change(in_trashcan=True)
    photos_delete(owner=owner, hashes=[photo.pk])
    assert photo.faces.count() == 0
    photo.change(removed=False, state=PhotoState.PROCESSING)
    assert photo_ingest(image_hash=photo.pk) == "ready"
    assert on(photo) == [("Ana", 0.1)]


def test_a_broken_file_removes_nobody(owner: User, tmp_path: Path) -> None:
    photo = ingest(owner, tmp_path, samples.jpeg(xmp=samples.region_xmp(("Ana", (0.2, 0.4, 0.2, 0.2)))))
    people = photo.people_in_file
    photo.files.update(size_bytes=4, mtime_ns=0)
    (tmp_path / "a.jpg").write_bytes(b"none")
    photo.files.update(mtime_ns=(tmp_path / "a.jpg").stat().st_mtime_ns)
    assert photo_ingest(image_hash=photo.pk, again=True) == "broken"
    photo.refresh_from_db()
    assert (photo.people_in_file, photo.faces.count()) == (people, 1)
