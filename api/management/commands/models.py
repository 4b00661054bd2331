"""`manage.py models …`: see, fetch, carry, check and remove models."""

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, OutputWrapper

from api.actions.models import model_files_convert, model_install, model_remove, model_verify
from api.errors import DomainError
from api.model_store import export_bundle, import_files
from api.selectors.models import model_get, model_list, model_store

PRINT_EVERY_S = 1.0


class Command(BaseCommand):
    help = "List, download, import, export, verify and remove models. Works here and now, without the queue."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        actions.add_parser("list", help="every model, and what is on the disk")
        for name, text in (("download", "fetch a model; goes on where an earlier try ended"), ("remove", "delete it")):
            actions.add_parser(name, help=text).add_argument("model", metavar="ID")
        verify = actions.add_parser("verify", help="read every byte; exits 1 when something is damaged")
        verify.add_argument("models", nargs="*", metavar="ID", help="all installed ones when none is named")
        export = actions.add_parser("export", help="write a model into one file, for a machine without Internet")
        export.add_argument("model", metavar="ID")
        export.add_argument("file", type=Path, metavar="FILE_OR_FOLDER")
        importer = actions.add_parser("import", help="install what `export` wrote, or the source's own files")
        importer.add_argument("file", type=Path, metavar="FILE_OR_FOLDER")
        importer.add_argument("--model", default="", metavar="ID", help="which model it is, when the files do not tell")
        importer.add_argument(
            "--accept-unverified", action="store_true", help="vouch for files whose hash no public source gives"
        )

    def handle(self, *_args: Any, action: str, **options: Any) -> None:
        try:
            getattr(self, f"_{action}")(options)
        except DomainError as error:
            raise CommandError(error.detail) from error
        except KeyboardInterrupt as error:
            raise CommandError("Stopped. The same command goes on from here.", returncode=130) from error

    def _list(self, _options: dict[str, Any]) -> None:
        for model in model_list():
            size = model["installed_bytes"] or model["download_bytes"]
            notes = [
                name
                for name, holds in (
                    ("in use", model["active"]),
                    ("outdated", model["outdated"]),
                    ("not usable in this version", not model["available"]),
                )
                if holds
            ]
            columns = (f"{model['id']:28}", f"{model['task']:8}", f"{model['state']:12}", _gb(size), model["licence"])
            self.stdout.write("  ".join((*columns, ", ".join(notes))).rstrip())

    def _download(self, options: dict[str, Any]) -> None:
        model = model_get(options["model"])
        if model.bundled:
            raise CommandError(f"{model.label} comes with the product.")
        installed = model_install(model_id=model.id, progress=_Line(self.stderr))
        self.stdout.write(f"{model.id}: installed, {_gb(installed.size_bytes).strip()}")

    def _verify(self, options: dict[str, Any]) -> None:
        ids = options["models"] or [m["id"] for m in model_list() if m["installed"] and not m["bundled"]]
        damaged = False
        for model_id in ids:
            try:
                files = model_verify(model_id=model_get(model_id).id, progress=_Line(self.stderr))
            except DomainError as error:
                damaged = True
                self.stderr.write(f"{model_id}: {error.detail}")
            else:
                self.stdout.write(f"{model_id}: whole ({files} files)")
        if damaged:
            raise CommandError("Not everything is whole.")

    def _export(self, options: dict[str, Any]) -> None:
        path = export_bundle(model_store(), model_get(options["model"]), options["file"], progress=_Line(self.stderr))
        self.stdout.write(str(path))

    def _import(self, options: dict[str, Any]) -> None:
        installed = import_files(
            model_store(),
            settings.MODEL_REGISTRY,
            options["file"],
            model=model_get(options["model"]) if options["model"] else None,
            accept_unverified=options["accept_unverified"],
            convert=model_files_convert,
            progress=_Line(self.stderr),
        )
        self.stdout.write(f"{installed.id}: installed, {_gb(installed.size_bytes).strip()}")

    def _remove(self, options: dict[str, Any]) -> None:
        freed = model_remove(model=model_get(options["model"]))
        self.stdout.write(f"{options['model']}: removed, {_gb(freed).strip()} freed")


class _Line:
    """Progress in one line of a terminal; silent where nobody looks."""

    def __init__(self, output: OutputWrapper) -> None:
        self._output = output
        self._total = 0
        self._printed_at = 0.0

    def target(self, count: int) -> None:
        self._total = count

    def advance(self, current: int) -> None:
        if not sys.stderr.isatty() or time.monotonic() - self._printed_at < PRINT_EVERY_S:
            return
        self._printed_at = time.monotonic()
        percentage = f"{current * 100 // self._total} % " if self._total else ""
        self._output.write(f"\r{percentage}{_gb(current).strip()} of {_gb(self._total).strip()}   ", ending="")
        self._output.flush()

    def check(self) -> None:
        pass


def _gb(count: int | None) -> str:
    return f"{count / 10**9:8.2f} GB" if count is not None else f"{'?':>8} GB"
