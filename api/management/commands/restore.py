"""`manage.py restore FILE`: a backup into an empty, prepared database."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from api.actions.backup import backup_restore, files_missing
from api.errors import DomainError


class Command(BaseCommand):
    help = "Fill an empty database from FILE, which `backup` made, on this or the other kind of database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="for example /data/backup.zip")

    def handle(self, *_args: Any, file: Path, **_options: Any) -> None:
        try:
            counts = backup_restore(path=file, report=self.stdout.write)
        except DomainError as error:
            raise CommandError(error.detail) from error
        for table, count in counts.items():
            self.stdout.write(f"{count:>9} {table}")
        if missing := files_missing():
            self.stdout.write(f"{missing} files of photos are not here; copy them to their folder, with their times.")
        self.stdout.write("Restored. Previews are made by the worker; everybody signs in again.")
