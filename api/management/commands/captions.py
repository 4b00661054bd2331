"""`manage.py captions export|import FILE`: the ledger as JSON lines; `-` is standard output or input."""

import contextlib
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from api.actions.captions_transfer import captions_export, captions_import
from api.models import User


class Command(BaseCommand):
    help = "Write all captions with their history into a file, or take such a file in; nothing is overwritten."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["export", "import"])
        parser.add_argument("file", help="a file, or - for standard output or input")
        parser.add_argument("--user", help="only this account's photos; on import: whoever's they were")

    def handle(self, *_args: Any, what: str, file: str, user: str | None, **_options: Any) -> None:
        owner = User.objects.filter(username=user.lower()).first() if user else None
        if user and owner is None:
            raise CommandError(f"There is no user {user}.")
        try:
            if what == "export":
                self._export(file, owner)
            else:
                self._import(file, owner)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file}: {getattr(error, 'strerror', None) or 'it is no UTF-8 text'}") from error

    def _export(self, file: str, owner: User | None) -> None:
        lines = captions_export(users=[owner] if owner else list(User.objects.all()))
        if file == "-":
            for line in lines:
                self.stdout.write(line)
            return
        # Under another name until it is whole: half an export looks like one.
        part = Path(f"{file}.part")
        count = 0
        with part.open("w", encoding="utf-8") as out:
            for line in lines:
                out.write(f"{line}\n")
                count += 1
        part.replace(file)
        self.stdout.write(f"{count} rows written to {file}.")

    def _import(self, file: str, owner: User | None) -> None:
        with contextlib.ExitStack() as stack:
            lines = sys.stdin if file == "-" else stack.enter_context(Path(file).open(encoding="utf-8"))
            done = captions_import(lines=lines, user=owner)
        for problem in done.problems:
            self.stderr.write(problem)
        self.stdout.write(f"{done.added} rows added, {done.known} known, {done.no_photo} of photos that are not here.")
        if done.broken:
            raise CommandError(f"{done.broken} lines could not be read; the others were taken in.")
