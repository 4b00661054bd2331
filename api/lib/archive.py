"""A backup file: rows of tables in a form that every database reads back, and nothing else.

A zip archive of `manifest.json` and, for each table, `rows/<app>.<model>.jsonl`: one JSON object a line, field name →
value. Times are ISO 8601 with microseconds, numbers and JSON columns are themselves, everything else is text.
"""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from django.db import connection
from django.db.models import Field, JSONField, Model

FORMAT = 1
MANIFEST = "manifest.json"
BATCH = 500
PLAIN = (int, float, bool, str)


class ArchiveError(ValueError):
    """The file is not a backup that can be read; the message says why."""


def rows_name(model: type[Model]) -> str:
    return f"rows/{model._meta.label_lower}.jsonl"


def write_rows(model: type[Model], output: TextIO) -> int:
    """Write every row, in the order of keys. Returns how many."""
    count = 0
    for row in model._default_manager.order_by("pk").iterator(chunk_size=BATCH):
        output.write(json.dumps(row_values(row), ensure_ascii=False) + "\n")
        count += 1
    return count


def row_values(row: Model) -> dict[str, Any]:
    """Return column → value of one row as it stands in the file."""
    return {field.attname: _to_json(field, row) for field in row._meta.concrete_fields}


def insert_rows(model: type[Model], rows: Iterator[dict[str, Any]]) -> int:
    """Insert rows as `write_rows` wrote them, keys and times unchanged. Returns how many.

    Raises ArchiveError for columns that the table does not have. Not by the models: they would set "now" in the
    columns of creation and change.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields.values())
    marks = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608
    count, batch = 0, []
    with connection.cursor() as cursor:
        for row in rows:
            if row.keys() != fields.keys():
                raise ArchiveError(f"{rows_name(model)} has other columns than this version.")
            batch.append([field.get_db_prep_save(_from_json(field, row[n]), connection) for n, field in fields.items()])
            count += 1
            if len(batch) == BATCH:
                cursor.executemany(statement, batch)
                batch = []
        if batch:
            cursor.executemany(statement, batch)
    return count


def read_manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Return the manifest. Raises ArchiveError when there is none of this format."""
    try:
        manifest = json.loads(archive.read(MANIFEST))
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ArchiveError("This file is not a backup: it has no readable manifest.") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ArchiveError("This backup has a format that this version does not read.")
    return manifest


def read_rows(archive: zipfile.ZipFile, model: type[Model]) -> Iterator[dict[str, Any]]:
    """Yield the rows of one table. Raises ArchiveError when they are missing or damaged."""
    name = rows_name(model)
    try:
        with archive.open(name) as lines:
            for line in lines:
                yield json.loads(line)
    except (KeyError, ValueError, zipfile.BadZipFile, EOFError) as error:
        raise ArchiveError(f"{name} is missing in the backup or damaged.") from error


def open_archive(path: Path) -> zipfile.ZipFile:
    """Open a backup for reading. Raises ArchiveError for what is no zip file, OSError when it cannot be read."""
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise ArchiveError("This file is not a backup, or was cut off.") from error


def _to_json(field: "Field[Any, Any]", row: Model) -> Any:
    value = field.value_from_object(row)
    if value is None or isinstance(value, PLAIN) or isinstance(field, JSONField):
        return value
    return field.value_to_string(row)


def _from_json(field: "Field[Any, Any]", value: Any) -> Any:
    return value if value is None or isinstance(field, JSONField) else field.to_python(value)
