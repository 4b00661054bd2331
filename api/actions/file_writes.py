"""When captions are written into files: soon after they change, again while that fails, or all of them in one job."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django_q.tasks import async_task

from api.actions.jobs import job_enqueue
from api.actions.photo_write import FileWriteError, photo_write
from api.errors import ConflictError
from api.lib.caption_in_file import Written
from api.lib.exiftool import ExifTool
from api.models import FileWrite, Job, Photo, User
from api.models.caption import CaptionState
from api.models.job import OPEN_STATES, JobKind
from api.models.user import SaveMetadata

logger = logging.getLogger(__name__)
TASK = "api.jobs.files.write_due"
ALL_TASK = "api.jobs.files.write_all"
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720, *[1440] * 5))
"""How long after each failure it is tried again; after the last one it is given up until somebody asks."""
CLAIM_LASTS = timedelta(minutes=10)
"""A worker that took so long for one photo is dead."""
MAX_EXAMPLES = 50


class Progress(Protocol):
    """What the job tells about itself; api.jobs.turns.Turn is one."""

    result: dict[str, Any]

    def target(self, count: int, *, done: int = 0) -> None: ...
    def advance(self, current: int) -> None: ...
    def check(self) -> None: ...


def file_write_want(*, photo: Photo) -> None:
    """Have the photo's caption written into its files soon, if its owner wants that. For the caption's transaction."""
    if photo.owner.save_metadata_to_disk == SaveMetadata.OFF:
        return
    _want(photo.pk)
    # Robust: with the queue out of reach it is done within a minute, see `file_writes_queue`.
    transaction.on_commit(partial(async_task, TASK, photo.owner_id), robust=True)


def file_writes_queue() -> int:
    """Queue what is due, one task a user; called every minute. Returns how many tasks."""
    due = FileWrite.objects.filter(_due(timezone.now()))
    owners = list(due.values_list("photo__owner", flat=True).distinct().order_by())
    for owner in owners:
        async_task(TASK, owner)
    return len(owners)


def file_writes_due(*, user: User, check: Callable[[], None] = lambda: None) -> int:
    """Write all of the user's captions that are due. Returns how many were written."""
    written = 0
    with ExifTool() as tool:
        while (row := _claim(user)) is not None:
            check()
            written += _write(row, tool) == ""
    return written


def file_writes_start(*, user: User) -> Job:
    """Queue a job that writes all of the user's captions, also those that failed before.

    Raises ConflictError where the user wants none in files (`writing_off`), and when such a job is under way.
    """
    if user.save_metadata_to_disk == SaveMetadata.OFF:
        raise ConflictError("Choose first where captions are written: into files or sidecars.", code="writing_off")
    if Job.objects.filter(started_by=user, kind=JobKind.WRITE_METADATA, state__in=OPEN_STATES).exists():
        raise ConflictError("Captions are being written already.", code="job_running")
    return job_enqueue(kind=JobKind.WRITE_METADATA, user=user, task=ALL_TASK)


def file_writes_all(*, user: User, run: Progress) -> None:
    """Write the captions of all the user's photos; counts `written`, and `failed` with examples of why."""
    decided = Q(captions__state=CaptionState.ACCEPTED) | Q(file_write__text__isnull=False)
    photos = Photo.objects.of(user).filter(decided, removed=False).order_by("pk").distinct()
    keys = list(photos.values_list("pk", flat=True))
    # Where an earlier turn ended: it went by the same order.
    done = [key for key in keys if key <= str(run.result.get("last", ""))]
    result = run.result if done else {}
    counts = {name: result.get(name, empty) for name, empty in (("written", 0), ("failed", 0), ("examples", []))}
    run.result.clear()
    run.result.update(counts)
    run.target(len(keys), done=len(done))
    with ExifTool() as tool:
        for number, key in enumerate(keys[len(done) :], start=len(done) + 1):
            row = _claim(user, _want(key))
            reason = _write(row, tool) if row is not None else ""
            run.result["failed" if reason else "written"] += 1
            if reason and len(run.result["examples"]) < MAX_EXAMPLES:
                run.result["examples"].append({"photo": key, "reason": reason})
            run.result["last"] = key
            run.advance(number)
    run.result.pop("last", None)


def _want(image_hash: str) -> FileWrite:
    values = {"due_at": timezone.now(), "tries": 0, "reason": ""}
    row, _ = FileWrite.objects.update_or_create(photo_id=image_hash, defaults=values)
    return row


def _due(now: datetime) -> Q:
    return Q(due_at__lte=now) & (Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM_LASTS))


def _claim(user: User, row: FileWrite | None = None) -> FileWrite | None:
    """Take a row that is due, so that no other worker writes the same files meanwhile; None when there is none."""
    while True:
        now = timezone.now()
        due = FileWrite.objects.filter(_due(now), photo__owner=user)
        chosen = due.filter(pk=row.pk).first() if row is not None else due.order_by("due_at", "pk").first()
        if chosen is None:
            return None
        if FileWrite.objects.filter(_due(now), pk=chosen.pk).update(claimed_at=now):
            return FileWrite.objects.select_related("photo__owner").get(pk=chosen.pk)


def _write(row: FileWrite, tool: ExifTool) -> str:
    """Write one photo's caption and let go of the row. Returns why it failed, else an empty text."""
    before = Written(row.text, tuple(row.tags))
    try:
        if row.photo.removed or row.photo.owner.save_metadata_to_disk == SaveMetadata.OFF:
            return _let_go(row, written_at=row.written_at)
        ours = photo_write(photo=row.photo, before=before, tool=tool)
    except FileWriteError as error:
        return _failed(row, str(error))
    except Exception:
        # The loop's edge: whatever one file does, the others are written.
        logger.exception("the caption of photo %s was not written", row.photo_id)
        return _failed(row, "An unexpected error; the worker's log says which.")
    return _let_go(row, written_at=timezone.now(), text=ours.text, tags=list(ours.tags))


def _let_go(row: FileWrite, **values: Any) -> str:
    # A caption that changed meanwhile made `due_at` later: then it stays due.
    FileWrite.objects.filter(pk=row.pk, due_at=row.due_at).update(due_at=None, tries=0, reason="")
    FileWrite.objects.filter(pk=row.pk).update(claimed_at=None, **values)
    return ""


def _failed(row: FileWrite, reason: str) -> str:
    again = timezone.now() + WAITS[row.tries] if row.tries < len(WAITS) else None
    FileWrite.objects.filter(pk=row.pk, due_at=row.due_at).update(due_at=again, tries=F("tries") + 1, reason=reason)
    FileWrite.objects.filter(pk=row.pk).update(claimed_at=None)
    logger.info("photo %s: %s", row.photo_id, reason)
    return reason
