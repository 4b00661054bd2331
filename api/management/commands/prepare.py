"""`manage.py prepare`: everything before the first process starts: folders, free space, tables, schedules."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db.utils import OperationalError
from django_q.models import Schedule

from api.actions.photo_place import places_fill
from api.actions.photo_rescue import photos_rescue
from api.actions.search_index import search_rebuild
from api.lib.start_lock import start_lock, wait_for_database

EVERY_MINUTE = ("rescue", "nights", "file_writes")


class Command(BaseCommand):
    help = "Make the data folders, check the disk, migrate the database, set the schedules. Safe to run twice."

    def handle(self, *_args: Any, **_options: Any) -> None:
        for folder in (
            settings.DATA_DIR,
            settings.PHOTOS_DIR,
            settings.MEDIA_DIR,
            settings.MODELS_DIR,
            settings.UPLOADS_DIR,
        ):
            _make(folder)
        free = shutil.disk_usage(settings.DATA_DIR).free
        if free < settings.MIN_FREE_BYTES:
            raise CommandError(
                f"The disk of {settings.DATA_DIR} has only {free // 1024**2} MB left; "
                f"{settings.MIN_FREE_BYTES // 1024**2} MB are needed. Free some space or set DATA_DIR."
            )
        try:
            wait_for_database(wait_s=settings.DATABASE_WAIT_S)
            with start_lock(settings.DATA_DIR):
                self._database()
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {error}") from error

    def _database(self) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        for name in EVERY_MINUTE:
            Schedule.objects.update_or_create(
                name=name,
                defaults={"func": f"api.jobs.maintenance.{name}", "schedule_type": Schedule.MINUTES, "minutes": 1},
            )
        # `make run` starts the worker after this, so nobody reads what was being read; elsewhere, twice is harmless.
        photos_rescue(lost_after=timedelta(0))
        places_fill(report=lambda count: self.stdout.write(f"Found the places of {count} photos."))
        search_rebuild(report=lambda count: self.stdout.write(f"Made {count} photos found by search."))


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Without a name: of two that start at once, one would remove the other's.
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CommandError(f"{folder} cannot be written: {error.strerror}. Fix its owner or set DATA_DIR.") from error
