"""`manage.py backup FILE`: the database into one file that every database reads back."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from api.actions.backup import backup_write
from api.errors import DomainError


class Command(BaseCommand):
    help = "Write accounts, the index of photos, captions and settings to FILE. Photos themselves are not in it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="for example /data/backup.zip")

    def handle(self, *_args: Any, file: Path, **_options: Any) -> None:
        try:
            counts = backup_write(path=file)
        except DomainError as error:
            raise CommandError(error.detail) from error
        self.stdout.write(f"{file}: {sum(counts.values())} rows, {file.stat().st_size} bytes.")
