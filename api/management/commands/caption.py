"""`manage.py caption FILE...`: captions on the command line, by the same service as in the product."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from api.actions.drafts import draft_model
from api.actions.model_use import model_use
from api.clients.caption import caption_image
from api.errors import DomainError
from api.lib.tidy import tidy


class Command(BaseCommand):
    help = "Print a caption for each picture file, best first. Nothing is stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--count", type=int, default=1, help="captions per picture (1 to 5)")

    def handle(self, *_args: Any, files: list[Path], count: int, **_options: Any) -> None:
        failed = False
        for file in files:
            try:
                texts = self._captions(file, count)
            except (OSError, DomainError) as error:
                failed = True
                self.stderr.write(f"{file}: {error.strerror if isinstance(error, OSError) else error.detail}")
                continue
            for text in texts:
                self.stdout.write(f"{file}: {text}")
        if failed:
            raise CommandError("Some pictures got no caption.")

    def _captions(self, file: Path, count: int) -> list[str]:
        with model_use(draft_model()) as use:
            answer = caption_image(file.read_bytes(), use=use, options={"num_captions": count})
        return [tidy(caption.text) for caption in answer.captions]
