"""Everything that cannot be made again, into one file and back: accounts, the index of photos, captions, settings.

Not in it: the photos themselves and downloaded models, which are files (docs/operations.md), previews and the search
index, which are made anew, and what only this installation needs (its secret key, sessions, the queue).
"""

import io
import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from constance.models import Constance
from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model
from django.utils import timezone
from django_q.tasks import async_task

from api.actions.search_index import search_rebuild
from api.errors import ConflictError, DiskFullError, InvalidError
from api.lib.archive import (
    FORMAT,
    MANIFEST,
    ArchiveError,
    insert_rows,
    open_archive,
    read_manifest,
    read_rows,
    rows_name,
    write_rows,
)
from api.lib.files import is_disk_full
from api.models import Job, Photo, PhotoFile, PhotoSearch, Upload, User
from api.models.job import OPEN_STATES, JobState
from api.models.photo import PhotoState

LEFT_OUT = frozenset({PhotoSearch, Upload, User.groups.through, User.user_permissions.through})
"""Made anew; bytes on their way in, which lie in no backup; and what Django brings along and nothing here uses."""
PATHS: dict[type[Model], tuple[str, ...]] = {PhotoFile: ("path",), User: ("scan_directory",)}
"""Columns that hold absolute paths: the photos may lie elsewhere on the new machine."""
Counts = dict[str, int]


def backup_tables() -> list[type[Model]]:
    """Return the tables of a backup: all of ours, those between them, and the administrator's settings."""
    own = apps.get_app_config("api").get_models(include_auto_created=True)
    return [model for model in own if model not in LEFT_OUT] + [Constance]


def backup_write(*, path: Path) -> Counts:
    """Write the backup; returns table → rows. The file appears under its name only when it is complete.

    All tables are read as they were at one moment, while others go on writing. Raises InvalidError when the folder
    cannot be written and DiskFullError.
    """
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    except OSError as error:
        raise InvalidError(f"{path.parent} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "w+b") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            counts = _write(archive)
        with Path(temporary).open("rb") as written:
            os.fsync(written.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        if is_disk_full(error):
            raise DiskFullError from error
        raise
    finally:
        Path(temporary).unlink(missing_ok=True)
    return counts


def backup_restore(*, path: Path, report: Callable[[str], None] = lambda _sentence: None) -> Counts:
    """Fill an empty, prepared database from a backup; returns table → rows. All or nothing.

    Afterwards open jobs go on, and previews and the search index are made anew by the worker and here.
    Raises InvalidError for a file that is no backup or of another version, ConflictError when there are accounts.
    """
    try:
        with open_archive(path) as archive:
            manifest = read_manifest(archive)
            _demand_same_tables(manifest)
            with transaction.atomic():
                counts = _insert(archive, manifest)
    except ArchiveError as error:
        raise InvalidError(str(error)) from error
    except OSError as error:
        raise InvalidError(f"{path} cannot be read: {error.strerror}.") from error
    report(f"Restored {sum(counts.values())} rows; now search and previews.")
    search_rebuild()
    _go_on()
    return counts


def files_missing() -> int:
    """Return how many files of the restored index are not on this machine (yet)."""
    paths = PhotoFile.objects.filter(missing=False).values_list("path", flat=True)
    return sum(not Path(path).is_file() for path in paths.iterator(chunk_size=2000))


def _write(archive: zipfile.ZipFile) -> Counts:
    counts: Counts = {}
    with _one_moment():
        for model in backup_tables():
            with archive.open(rows_name(model), "w", force_zip64=True) as raw:
                text = io.TextIOWrapper(raw, encoding="utf-8", newline="\n", write_through=True)
                counts[model._meta.label_lower] = write_rows(model, text)
                text.flush()
                text.detach()
    archive.writestr(MANIFEST, _manifest(counts))
    return counts


@contextmanager
def _one_moment() -> Iterator[None]:
    """All reads of the block see the database as it is now, and others go on writing."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
        return
    # SQLite: a plain BEGIN takes no write lock, as atomic() does here (see DATABASES).
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _manifest(counts: Counts) -> str:
    facts = {
        "format": FORMAT,
        "version": settings.VERSION,
        "image_tag": settings.IMAGE_TAG,
        "photos_dir": str(settings.PHOTOS_DIR),
        "made_at": timezone.now().isoformat(),
        "migrations": _migrations(),
        "rows": counts,
    }
    return json.dumps(facts, indent=2)


def _migrations() -> list[str]:
    """Return the names of our migrations that the database has: they say what the tables look like."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(name for app, name in applied if app == "api")


def _demand_same_tables(manifest: dict[str, Any]) -> None:
    here = _migrations()
    if manifest.get("migrations") != here:
        raise InvalidError(
            f"This backup was made by version {manifest.get('image_tag') or manifest.get('version')}, whose tables are "
            f"others. Start that version (TAG=…), restore there, and upgrade then."
        )
    if User.objects.exists():
        raise ConflictError(
            "This database is not empty. A backup is restored into a fresh one: before the first account is made.",
            code="database_not_empty",
        )


def _insert(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> Counts:
    tables = backup_tables()
    for model in tables:
        # What a fresh database holds already, such as settings that were saved.
        model._default_manager.all().delete()
    moved = _moved(Path(str(manifest.get("photos_dir"))), Path(settings.PHOTOS_DIR))
    counts = {model._meta.label_lower: insert_rows(model, _rows(archive, model, moved)) for model in tables}
    if counts != manifest.get("rows"):
        raise ArchiveError("The backup does not hold as many rows as it says.")
    with connection.cursor() as cursor:
        # Keys were inserted as they are, so PostgreSQL's counters have to be told.
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)
    return counts


def _rows(archive: zipfile.ZipFile, model: type[Model], moved: Callable[[str], str]) -> Iterator[dict[str, Any]]:
    paths = PATHS.get(model, ())
    for row in read_rows(archive, model):
        if not isinstance(row, dict):
            raise ArchiveError(f"{rows_name(model)} is damaged.")
        yield row | {name: moved(str(row.get(name, ""))) for name in paths}


def _moved(old: Path, new: Path) -> Callable[[str], str]:
    """Return what turns a path in the old folder of photos into the one in the new; others it leaves alone."""

    def move(path: str) -> str:
        return str(new / Path(path).relative_to(old)) if Path(path).is_relative_to(old) else path

    return move


def _go_on() -> None:
    """Queue what the backup caught half-way, and the making of previews."""
    for job in Job.objects.filter(state__in=OPEN_STATES).order_by("pk"):
        Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED, heartbeat_at=None)
        async_task(job.task, job.pk)
    unread = Photo.objects.filter(removed=False, state__in=(PhotoState.READY, PhotoState.PROCESSING))
    for key in unread.values_list("pk", flat=True).iterator(chunk_size=2000):
        async_task("api.jobs.photos.previews", key)
