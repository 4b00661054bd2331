"""`manage.py backup` and `restore`: what comes back is what was there, row by row, on either database."""

import io
import json
import os
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from constance.models import Constance
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django_q.models import OrmQ
from pytest_django import Settings

from api.actions.backup import backup_tables
from api.actions.photo_previews import photo_previews
from api.lib.archive import MANIFEST, rows_name
from api.lib.thumbnails import thumbnail_path
from api.models import AlbumThing, AlbumUser, Caption, Face, Job, Person, Photo, PhotoFile, PhotoSearch, User
from api.models.caption import CaptionState
from api.models.job import JobKind, JobState
from tests.factories import SAMPLES, make_photo, make_picture_photo, photo_hash
from tests.processes import ROOT

pytestmark = pytest.mark.django_db(transaction=True)


def fill() -> User:
    """Something in every table, with what is easily lost: microseconds, nulls, blanks, other scripts, big numbers."""
    ada = User.objects.create_user("ada", "ada@example.org", "correct horse", first_name="Ада")
    bob = User.objects.create_user("bob", "bob@example.org", "correct horse", is_active=False)
    photo = make_picture_photo(
        ada, keywords=["Meer", "☀️"], gps_lat=38.7223, gps_lon=-9.1393, rating=5, user_timestamp=None
    )
    data = (SAMPLES / "photographer.jpg").read_bytes()
    Photo.objects.filter(pk=photo.pk).update(added_on=datetime(2020, 2, 29, 12, 0, 0, 123457, tzinfo=UTC))
    PhotoFile.objects.create(
        owner=ada, photo=photo, path=f"/elsewhere/{photo_hash(data, ada)}.jpg", size_bytes=2**40, mtime_ns=2**60 + 1
    )
    make_photo(bob, name="b", removed=True, taken_at=None)
    photo.shared_to.add(bob)
    draft = Caption.objects.create(
        photo=photo, text="a man with a camera", model_id="bundled", scores={"log_probability": -7.25, "why": None}
    )
    Caption.objects.create(photo=photo, text="", author=ada, merged_from=draft, state=CaptionState.ACCEPTED)
    person = Person.objects.create(name="Зоя 'Zoë' \"Z\"\n", owner=ada)
    Face.objects.create(photo=photo, person=person, left=0.1, top=1 / 3, width=0.25, height=None)
    tag = AlbumThing.objects.create(title="#Cat", key="#cat", owner=ada)
    tag.photos.add(photo)
    AlbumUser.objects.create(title="Lisboa", owner=ada).photos.add(photo)
    Job.objects.create(kind=JobKind.SCAN_PHOTOS, started_by=ada, task="api.jobs.scan.scan", parameters={"full": True})
    Job.objects.create(kind=JobKind.SCAN_PHOTOS, started_by=ada, state=JobState.DONE, progress_current=2**40)
    Constance.objects.update_or_create(key="SKIP_PATTERNS", defaults={"value": json.dumps("a,b")})
    return ada


FILLED = {
    "api.albumdate", "api.albumthing", "api.albumthing_photos", "api.albumuser", "api.albumuser_photos", "api.caption",
    "api.face", "api.job", "api.person", "api.photo", "api.photo_shared_to", "api.photofile", "api.user",
    "constance.constance",
}  # fmt: skip


def rows() -> dict[str, list[dict[str, Any]]]:
    """Table → its rows as the database gives them."""
    return {model._meta.label_lower: list(model._default_manager.order_by("pk").values()) for model in backup_tables()}


def backup(path: Path) -> None:
    call_command("backup", str(path), stdout=io.StringIO())


def restore(path: Path) -> str:
    output = io.StringIO()
    call_command("restore", str(path), stdout=output)
    return output.getvalue()


def empty() -> None:
    call_command("flush", interactive=False, verbosity=0)


def test_what_comes_back_is_what_was_there(tmp_path: Path) -> None:
    fill()
    before = rows()
    assert {table for table, found in before.items() if found} >= FILLED
    backup(tmp_path / "backup.zip")
    empty()
    said = restore(tmp_path / "backup.zip")

    after = rows()
    open_jobs = [row for row in after["api.job"] if row["state"] == JobState.QUEUED]
    assert len(open_jobs) == 1
    for table, found in before.items():
        assert after[table] == found, table
    assert "1 files of photos are not here" in said
    # What is not in the file has been made anew, or is on its way.
    assert PhotoSearch.objects.count() == 1
    assert OrmQ.objects.count() == 2  # the open job, and the previews of one photo
    # The counters know the keys that came in.
    newest = User.objects.create_user("new", "new@example.org", "correct horse")
    assert newest.pk > max(row["id"] for row in after["api.user"])


def test_a_password_still_fits(tmp_path: Path) -> None:
    fill()
    backup(tmp_path / "backup.zip")
    empty()
    restore(tmp_path / "backup.zip")
    assert User.objects.get(username="ada").check_password("correct horse")


ELSEWHERE = """
import django; django.setup()
from tests.commands.test_backup import fill
fill()
"""


def test_from_sqlite_to_this_database(tmp_path: Path, settings: Settings) -> None:
    """On PostgreSQL this is a move; the paths of photos become those of the new machine."""
    old = tmp_path / "old"
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "DATA_DIR": str(old),
        "PHOTOS_DIR": "/elsewhere",
        "DJANGO_SETTINGS_MODULE": "librephotos.settings",
    }
    for arguments in (["manage.py", "migrate", "-v0"], ["-c", ELSEWHERE], ["manage.py", "backup", str(tmp_path / "b")]):
        subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True, timeout=120)
    settings.PHOTOS_DIR = Path("/elsewhere")
    restore(tmp_path / "b")
    backup(tmp_path / "again")
    with zipfile.ZipFile(tmp_path / "b") as first, zipfile.ZipFile(tmp_path / "again") as second:
        for model in backup_tables():
            # As values: PostgreSQL keeps the keys of JSON in an order of its own.
            before, after = ([json.loads(line) for line in z.open(rows_name(model))] for z in (first, second))
            assert before == after, model

    empty()
    settings.PHOTOS_DIR = Path("/photos")
    restore(tmp_path / "b")
    assert PhotoFile.objects.get().path.startswith("/photos/")


def test_previews_are_made_from_the_file(tmp_path: Path, settings: Settings, owner: User) -> None:
    data = (SAMPLES / "photographer.jpg").read_bytes()
    file = tmp_path / "photographer.jpg"
    file.write_bytes(data)
    photo = make_photo(owner, image_hash=photo_hash(data, owner))
    assert photo_previews(image_hash=photo.pk) == "missing"
    PhotoFile.objects.create(owner=owner, photo=photo, path=str(file), size_bytes=len(data), mtime_ns=0)
    assert photo_previews(image_hash=photo.pk) == "made"
    assert thumbnail_path(settings.MEDIA_DIR, "thumbnails_big", photo.pk).stat().st_size > 1000
    assert photo_previews(image_hash=photo.pk) == "there"
    assert photo_previews(image_hash="0" * 33) == "gone"


def test_only_into_an_empty_database(tmp_path: Path) -> None:
    fill()
    backup(tmp_path / "backup.zip")
    before = rows()
    with pytest.raises(CommandError, match="not empty"):
        restore(tmp_path / "backup.zip")
    assert rows() == before


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda data: b"no zip file", "not a backup"),
        (lambda data: data[: len(data) // 2], "not a backup, or was cut off"),
        (lambda data: changed(data, MANIFEST, b"[]"), "format"),
        (lambda data: changed(data, MANIFEST, b"{"), "no readable manifest"),
        (lambda data: changed(data, "rows/api.caption.jsonl", b'{"id": 1'), "api.caption.jsonl is missing"),
        (lambda data: changed(data, "rows/api.caption.jsonl", b""), "not hold as many rows"),
        (lambda data: changed(data, "rows/api.caption.jsonl", b"[1]\n"), "damaged"),
        (lambda data: changed(data, "rows/api.caption.jsonl", b'{"id": 1}\n'), "other columns"),
    ],
)
def test_a_damaged_file_changes_nothing(tmp_path: Path, damage: Any, says: str) -> None:
    fill()
    path = tmp_path / "backup.zip"
    backup(path)
    empty()
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(CommandError, match=says):
        restore(path)
    assert not User.objects.exists()


def test_another_version_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "backup.zip"
    backup(path)
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read(MANIFEST))
    manifest |= {"migrations": [*manifest["migrations"], "9999_later"], "image_tag": "7.0"}
    path.write_bytes(changed(path.read_bytes(), MANIFEST, json.dumps(manifest).encode()))
    with pytest.raises(CommandError, match="made by version 7.0"):
        restore(path)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        backup(tmp_path / "absent" / "backup.zip")
    with pytest.raises(CommandError, match="cannot be read"):
        restore(tmp_path / "absent" / "backup.zip")


def test_others_may_write_meanwhile() -> None:
    """A backup holds no lock that a writer waits for."""
    from api.actions.backup import _one_moment

    with _one_moment():
        count = User.objects.count()
        subprocess.run(
            [sys.executable, "-c", WRITER],
            cwd=ROOT,
            env={**os.environ, "TEST_DATABASE": str(connection.settings_dict["NAME"])},
            check=True,
            timeout=180,
        )
        assert User.objects.count() == count
    assert User.objects.count() == count + 1


WRITER = """
import os, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
settings.DATABASES["default"].setdefault("OPTIONS", {}).pop("timeout", None)
django.setup()
from api.models import User
User.objects.create_user("meanwhile", "m@example.org", "correct horse")
"""


def changed(data: bytes, name: str, content: bytes) -> bytes:
    """The same archive with one member's content exchanged."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(output, "w") as new:
        for member in old.namelist():
            new.writestr(member, content if member == name else old.read(member))
    return output.getvalue()
