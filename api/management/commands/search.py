"""`manage.py search rebuild`: make every photo found anew, by what is known of it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from api.actions.search_index import search_rebuild


class Command(BaseCommand):
    help = "Make the index that search looks into anew. The product may go on running."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["rebuild"])
        parser.add_argument(
            "--missing", action="store_true", help="only photos that are not in it, or by rules of an earlier version"
        )

    def handle(self, *_args: Any, missing: bool, **_options: Any) -> None:
        count = search_rebuild(all_photos=not missing, report=lambda count: self.stdout.write(f"{count} photos ..."))
        self.stdout.write(f"{count} photos can be found.")
