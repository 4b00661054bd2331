"""After every action the index is what making it anew would give."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import connection

from api.actions.captions import (
    caption_accept,
    caption_delete,
    caption_import,
    caption_merge,
    caption_refuse,
    caption_write,
)
from api.actions.drafts import DraftRequest, drafts_make
from api.actions.people import (
    face_delete,
    faces_delete,
    faces_label,
    person_delete,
    person_merge_or_rename,
    photo_add_person,
)
from api.actions.photo_ingest import photo_ingest
from api.actions.photos import photo_set_time, photos_delete, photos_set_deleted
from api.actions.search_index import FIELDS, photo_index, search_rebuild
from api.lib.search_order import SLOTS, first_number
from api.models import Caption, Face, Person, Photo, PhotoFile, PhotoSearch, User
from api.selectors.search import photos_found
from tests.factories import SAMPLES, make_photo, make_picture_photo

pytestmark = pytest.mark.django_db


def rows() -> set[tuple[object, ...]]:
    for row in PhotoSearch.objects.select_related("photo"):
        first = first_number(row.owner_id, row.photo.taken_at)
        assert first <= row.pk < first + SLOTS, "the row does not lie where its photo's time is"
    return set(PhotoSearch.objects.values_list("photo_id", *FIELDS))


@pytest.fixture
def photo(owner: User) -> Photo:
    photo = make_photo(owner, keywords=["lake"])
    for text in ("a red boat", "a blue boat"):
        Caption.objects.create(photo=photo, text=text, model_id="bundled")
    person = Person.objects.create(owner=owner, name="Ana")
    Face.objects.create(photo=photo, person=person, left=0.1, top=0.1, width=0.2, height=0.2)
    Person.objects.create(owner=owner, name="Bert")
    photo_index(photo=photo)
    return photo


def draft(photo: Photo) -> Caption:
    return Caption.objects.filter(photo=photo, state="draft").order_by("pk")[0]


def ana() -> Person:
    return Person.objects.get(name="Ana")


def face() -> Face:
    return Face.objects.get()


ACTIONS: dict[str, Callable[[Photo], object]] = {
    "write": lambda photo: caption_write(photo=photo, author=photo.owner, text="A #ship"),
    "write nothing": lambda photo: caption_write(photo=photo, author=photo.owner, text=""),
    "accept": lambda photo: caption_accept(caption=draft(photo)),
    "merge": lambda photo: caption_merge(caption=draft(photo), author=photo.owner, text="Our boat"),
    "refuse": lambda photo: caption_refuse(caption=draft(photo)),
    "delete a draft": lambda photo: caption_delete(caption=draft(photo)),
    "delete the caption": lambda photo: caption_delete(caption=caption_accept(caption=draft(photo))),
    "take over from the file": lambda photo: caption_import(photo=photo, text="From the file"),
    "set the time": lambda photo: photo_set_time(photo=photo, moment=datetime(2001, 2, 3, tzinfo=UTC)),
    "rename a person": lambda _photo: person_merge_or_rename(person=ana(), name="Anna"),
    "join people": lambda _photo: person_merge_or_rename(person=ana(), name="Bert"),
    "forget a person": lambda _photo: person_delete(person=ana()),
    "say who it is": lambda photo: faces_label(user=photo.owner, face_ids=[face().pk], name="Carla"),
    "say it is nobody": lambda photo: faces_label(user=photo.owner, face_ids=[face().pk], name="Unknown"),
    "remove faces": lambda photo: faces_delete(user=photo.owner, face_ids=[face().pk]),
    "remove a face": lambda _photo: face_delete(face=face()),
    "add a person": lambda photo: photo_add_person(photo=photo, name="Dora"),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_the_index_follows(photo: Photo, name: str) -> None:
    before = rows()
    ACTIONS[name](photo)
    after = rows()
    search_rebuild(all_photos=True)
    assert after == rows()
    assert after != before


def test_an_offer_of_the_file_is_no_longer_found_by(photo: Photo) -> None:
    caption_write(photo=photo, author=photo.owner, text="A ship")
    caption_import(photo=photo, text="From the file")
    assert photos_found(photo.owner, "file") == []
    assert photos_found(photo.owner, "ship") == [photo]


def test_drafts_of_a_model(owner: User, captioner: str) -> None:
    photo = make_picture_photo(owner)
    drafts = drafts_make(photo=photo, request=DraftRequest(count=1))
    assert photos_found(owner, drafts[0].text) == [photo]


def test_reading_a_file(owner: User) -> None:
    path = SAMPLES / "cat.jpg"
    photo = make_photo(owner, name="cat", state="processing")
    PhotoSearch.objects.all().delete()
    stat = path.stat()
    PhotoFile.objects.create(
        owner=owner, photo=photo, path=str(path), size_bytes=stat.st_size, mtime_ns=stat.st_mtime_ns
    )
    photo_ingest(image_hash=photo.pk)
    after = rows()
    assert photos_found(owner, "cat") == [photo]
    search_rebuild(all_photos=True)
    assert after == rows()


def test_what_is_removed_for_good_leaves_the_index(photo: Photo) -> None:
    photos_set_deleted(owner=photo.owner, hashes=[photo.pk], deleted=True)
    photos_delete(owner=photo.owner, hashes=[photo.pk])
    assert rows() == set()
    assert search_rebuild(all_photos=True) == 0


def test_rebuilding_goes_on_where_it_was_cut_off(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    photos = [make_photo(owner, name=f"n{number}") for number in range(5)]
    whole = rows()
    PhotoSearch.objects.exclude(photo=photos[0]).delete()
    PhotoSearch.objects.update(version=0)
    monkeypatch.setattr("api.actions.search_index.BATCH", 2)

    def cut(count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search_rebuild(report=cut)
    assert search_rebuild() == 3
    assert search_rebuild() == 0
    assert rows() == whole


def test_the_command(owner: User, capsys: pytest.CaptureFixture[str]) -> None:
    photo = make_photo(owner, name="cat")
    PhotoSearch.objects.all().delete()
    assert photos_found(owner, "cat") == []
    call_command("search", "rebuild")
    assert photos_found(owner, "cat") == [photo]
    assert capsys.readouterr().out.splitlines()[-1] == "1 photos can be found."


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps generated columns itself")
def test_sqlites_index_holds_what_the_rows_hold(photo: Photo) -> None:
    for action in (ACTIONS["write"], ACTIONS["accept"], ACTIONS["delete a draft"]):
        action(photo)
        with connection.cursor() as cursor:
            # Raises when a word of a row is not in the index, or one too many.
            cursor.execute("INSERT INTO photo_search_fts(photo_search_fts, rank) VALUES ('integrity-check', 1)")


def test_more_photos_of_one_time_than_a_second_has_room_for(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.actions.search_index.SLOTS", 2)
    photos = [make_photo(owner, name=f"same{number}") for number in range(7)]
    assert PhotoSearch.objects.values("pk").distinct().count() == 7
    assert set(photos_found(owner, "same")) == set(photos)
    before = set(PhotoSearch.objects.values_list("photo", "pk"))
    search_rebuild(all_photos=True)
    assert set(PhotoSearch.objects.values_list("photo", "pk")) == before
