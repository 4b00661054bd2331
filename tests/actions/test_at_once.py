"""What several processes do at the same moment; on PostgreSQL only, as SQLite's test database has one connection."""

import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from api.actions.photo_ingest import photo_ingest
from api.actions.scan import scan_start
from api.actions.upload_complete import upload_complete
from api.actions.uploads import part_path, upload_append, upload_turn
from api.errors import GoneError
from api.models import AlbumDate, Caption, Face, Job, Person, Photo, PhotoFile, Upload, User
from tests import media_samples as samples
from tests.actions.test_ingest import register
from tests.upload_client import md5_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="needs PostgreSQL: run under tests.with_postgres"),
]


def at_once(work: Callable[[], Any], times: int = 6) -> list[Any]:
    """Run `work` in so many threads that start together; return what each returned or raised."""
    results: list[Any] = []
    start = threading.Barrier(times)

    def run() -> None:
        start.wait()
        try:
            results.append(work())
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_the_same_people_in_many_files_at_once_are_made_once(owner: User, tmp_path: Path) -> None:
    """Whatever order the files name them in, no two workers wait for each other."""
    names = ["Ana", "Ben", "Cleo", "Dan"]
    queue = []
    for number in range(6):
        people = [
            (name, (0.2 * place + 0.1, 0.5, 0.1, 0.1))
            for place, name in enumerate(names[::-1] if number % 2 else names)
        ]
        data = samples.jpeg(xmp=samples.region_xmp(*people), quality=60 + number)
        queue.append(register(owner, tmp_path, data, f"{number}.jpg").photo.pk)
    assert at_once(lambda: photo_ingest(image_hash=queue.pop())) == ["ready"] * 6
    assert sorted(person.name for person in Person.objects.all()) == names
    assert Face.objects.count() == 24


def test_the_same_file_uploaded_at_once_is_one_photo(owner: User) -> None:
    data = samples.jpeg(exif=samples.exif())

    def upload() -> str:
        begun = upload_append(user=owner, upload_id="", start=0, size=len(data), chunk=io.BytesIO(data))
        return upload_complete(user=owner, upload_id=begun.pk.hex, md5=md5_of(data), file_name="a.jpg").pk

    assert at_once(upload) == [f"{md5_of(data)}{owner.pk}"] * 6
    assert Photo.objects.count() == PhotoFile.objects.count() == 1
    assert Path(PhotoFile.objects.get().path).read_bytes() == data


def test_complete_sent_twice_at_once(owner: User) -> None:
    data = samples.jpeg()
    begun = upload_append(user=owner, upload_id="", start=0, size=len(data), chunk=io.BytesIO(data))
    results = at_once(
        lambda: upload_complete(user=owner, upload_id=begun.pk.hex, md5=md5_of(data), file_name="a.jpg").pk, 4
    )
    assert results == [f"{md5_of(data)}{owner.pk}"] * 4
    assert PhotoFile.objects.count() == 1


def test_complete_sent_while_another_has_moved_the_bytes_and_not_said_so(owner: User, tmp_path: Path) -> None:
    data = samples.jpeg()
    begun = upload_append(user=owner, upload_id="", start=0, size=len(data), chunk=io.BytesIO(data))
    photo = register(owner, tmp_path, data).photo
    answers: list[Photo] = []

    def second() -> None:
        try:
            answers.append(upload_complete(user=owner, upload_id=begun.pk.hex, md5=md5_of(data), file_name="a.jpg"))
        finally:
            connection.close()

    with upload_turn(begun):
        part_path(begun).unlink()
        other = threading.Thread(target=second)
        other.start()
        other.join(0.5)
        assert answers == [], "it waits, however long it takes"
        Upload.objects.filter(pk=begun.pk).update(photo=photo)
    other.join()
    assert answers == [photo]
    assert list(Path(settings.UPLOADS_DIR).glob("*.lock")) == []


def test_bytes_that_are_really_gone(owner: User) -> None:
    data = samples.jpeg()
    begun = upload_append(user=owner, upload_id="", start=0, size=len(data), chunk=io.BytesIO(data))
    part_path(begun).unlink()
    with pytest.raises(GoneError):
        upload_complete(user=owner, upload_id=begun.pk.hex, md5=md5_of(data), file_name="a.jpg")


def test_a_chunk_sent_twice_at_once_counts_once(owner: User) -> None:
    begun = upload_append(user=owner, upload_id="", start=0, size=4, chunk=io.BytesIO(b"1234"))
    results = at_once(
        lambda: upload_append(user=owner, upload_id=begun.pk.hex, start=4, size=3, chunk=io.BytesIO(b"567")).offset
    )
    assert results == [7] * 6


def test_a_photo_read_at_once_has_one_caption_and_one_day(owner: User, tmp_path: Path) -> None:
    photo = register(owner, tmp_path, samples.jpeg(exif=samples.exif())).photo
    results = at_once(lambda: str(photo_ingest(image_hash=photo.pk)))
    assert set(results) <= {"ready", "known"}
    assert AlbumDate.objects.count() == Caption.objects.count() == 1


def test_scans_started_at_once_are_one_job(owner: User, tmp_path: Path) -> None:
    owner.scan_directory = str(tmp_path)
    owner.save()
    results = at_once(lambda: scan_start(user=owner, full=False).pk)
    assert len(set(results)) == 1
    assert Job.objects.count() == 1
