"""The ledger as JSON lines, out of a library and into one. One line a row, see docs/captions.md."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import JSONField
from django.utils.dateparse import parse_datetime

from api.actions.captions import caption_add
from api.errors import DomainError
from api.models import Caption, Photo, User

VERSION = 1
LINKS = ("merged_from", "rewritten_from")
TIMES = ("created_at", "decided_at")
PLAIN = tuple(
    column.name
    for column in Caption._meta.concrete_fields
    if not column.is_relation and not column.primary_key and column.name not in TIMES
)
"""Every field of a row that is a plain value; new ones come along by themselves."""
JSON_KINDS = {column.name: column.default for column in Caption._meta.concrete_fields if isinstance(column, JSONField)}
MAX_PROBLEMS = 100


@dataclass
class Imported:
    """What became of the lines. problems: "line 7: why", the first ones; `broken` counts them all."""

    added: int = 0
    known: int = 0
    no_photo: int = 0
    broken: int = 0
    problems: list[str] = field(default_factory=list)


def captions_export(*, users: Iterable[User]) -> Iterator[str]:
    """Yield a line for each row of the users' ledgers, oldest first within a photo; without line ends."""
    rows = Caption.objects.filter(photo__owner__in=list(users), photo__removed=False)
    for row in rows.select_related("photo__owner", "author").order_by("photo", "pk").iterator(chunk_size=500):
        photo = row.photo
        line: dict[str, Any] = {
            "version": VERSION,
            "owner": photo.owner.username,
            "md5": photo.md5,
            "file": photo.original_name,
            "id": row.pk,
            "author": row.author.username if row.author else None,
        }
        line |= {name: getattr(row, name) for name in PLAIN}
        line |= {name: getattr(row, f"{name}_id") for name in LINKS}
        line |= {name: moment.isoformat() if (moment := getattr(row, name)) else None for name in TIMES}
        yield json.dumps(line, ensure_ascii=False)


def captions_import(*, lines: Iterable[str], user: User | None = None) -> Imported:
    """Take rows into the ledgers of photos with the same bytes and owner name; `user`: of this user's photos instead.

    Importing again adds nothing. No caption of this library is replaced, see `caption_add`. A line that cannot be
    read, or whose photo is not here, is counted and the others go on.
    """
    done = Imported()
    numbers: dict[Any, int] = {}  # id in the export → id here
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            _take(line, user, done, numbers)
        except (ValueError, KeyError, TypeError, ValidationError, DomainError) as error:
            done.broken += 1
            if len(done.problems) < MAX_PROBLEMS:
                done.problems.append(f"line {number}: {_why(error)}")
    return done


def _take(line: str, user: User | None, done: Imported, numbers: dict[Any, int]) -> None:
    found = json.loads(line)
    if not isinstance(found, dict) or found.get("version") != VERSION:
        raise ValueError(f"no row of an export of version {VERSION}")
    owner = user or User.objects.filter(username=found["owner"]).first()
    photo = owner and Photo.objects.of(owner).filter(pk=f"{found['md5']}{owner.pk}", removed=False).first()
    if not photo:
        done.no_photo += 1
        return
    row = _row(found, photo)
    same = photo.captions.filter(created_at=row.created_at, text=row.text, model_id=row.model_id, author=row.author)
    known = same.filter(rewriter_id=row.rewriter_id).first()
    if known is not None:
        done.known += 1
    else:
        for name in LINKS:
            setattr(row, f"{name}_id", numbers.get(found.get(name)))
        known = caption_add(row=row)
        done.added += 1
    numbers[found["id"]] = known.pk


def _row(found: dict[str, Any], photo: Photo) -> Caption:
    row = Caption(photo=photo, **{name: found[name] for name in PLAIN if name in found})
    author = found.get("author")
    if author is not None:
        # A person whom this server does not know: then it is the owner's, and not a model's.
        row.author = User.objects.filter(username=author).first() or photo.owner
    row.created_at = _moment(found["created_at"])
    row.decided_at = _moment(found["decided_at"]) if found.get("decided_at") else None
    for name, kind in JSON_KINDS.items():
        if type(getattr(row, name)) is not kind:
            raise ValueError(f"{name} is of the wrong kind")
    # An empty {} counts as blank, which it may be.
    row.full_clean(exclude=["photo", "author", *LINKS, *JSON_KINDS], validate_unique=False, validate_constraints=False)
    return row


def _moment(text: str) -> Any:
    moment = parse_datetime(text)
    if moment is None or moment.tzinfo is None:
        raise ValueError(f"{text!r} is no time with a zone")
    return moment


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return "not JSON"
    if isinstance(error, KeyError):
        return f"{error.args[0]} is missing"
    if isinstance(error, ValidationError):
        return "; ".join(f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items())
    return error.detail if isinstance(error, DomainError) else str(error)
