"""Walk through a person's own folder: take in what is new or changed, notice what is missing."""

import logging
import os
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePath
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from api.actions.jobs import LOST_AFTER, job_enqueue
from api.actions.photo_ingest import photo_ingest
from api.actions.photo_register import photo_queue, photo_register
from api.actions.photos_missing import photos_mark_missing
from api.actions.uploads import uploads_folder
from api.errors import ConflictError, InvalidError
from api.lib.file_types import VIDEO_EXTENSIONS, detect_type
from api.lib.files import md5_hex, open_regular
from api.lib.metadata import SIDECAR_SUFFIXES
from api.lib.walk import Walk, walk_media
from api.models import Job, PhotoFile, User
from api.models.job import OPEN_STATES, JobKind, JobState
from api.models.photo import PhotoState
from api.selectors.site_settings import site_setting

logger = logging.getLogger(__name__)
TASK = "api.jobs.scan.scan"
REPORT_EVERY_S = 0.5


class Progress(Protocol):
    """What a scan tells about itself; api.jobs.runner.JobRun is one."""

    result: dict[str, Any]

    def target(self, count: int) -> None: ...
    def advance(self, current: int) -> None: ...
    def count(self, name: str) -> None: ...


@dataclass(frozen=True)
class KnownFile:
    pk: int
    size_bytes: int
    mtime_ns: int
    sidecar_mtime_ns: int
    missing: bool
    photo_id: str | None
    photo_state: str | None

    def is_as_it_was(self, status: os.stat_result) -> bool:
        same = (self.size_bytes, self.mtime_ns) == (status.st_size, status.st_mtime_ns)
        return same and not self.missing and self.photo_id is not None


@transaction.atomic
def scan_start(*, user: User, full: bool, queue: bool = True) -> Job:
    """Return a new scan job, or the one that is open: two scans of one library would do everything twice.

    full: read every file anew, also those whose size and time are as they were. queue: a worker does it.
    Raises InvalidError when the user has no folder to scan.
    """
    scan_root(user)
    # Two requests at once: the second waits here until the first has made its row.
    User.objects.select_for_update().get(pk=user.pk)
    job = Job.objects.filter(kind=JobKind.SCAN_PHOTOS, started_by=user, state__in=OPEN_STATES).first()
    if job is not None and not _is_lost(job):
        return job
    if job is not None:
        # Its worker died or the queue lost it. Whoever claims the row first runs it, so queueing twice is harmless.
        again = job
        transaction.on_commit(lambda: async_task(again.task, again.pk), robust=True)
        return job
    if queue:
        return job_enqueue(kind=JobKind.SCAN_PHOTOS, user=user, task=TASK, parameters={"full": full})
    return Job.objects.create(kind=JobKind.SCAN_PHOTOS, started_by=user, task=TASK, parameters={"full": full})


def _is_lost(job: Job) -> bool:
    now = timezone.now()
    if job.state == JobState.QUEUED:
        return job.queued_at < now - timedelta(minutes=10)
    return (job.heartbeat_at or job.queued_at) < now - LOST_AFTER


def scan_root(user: User) -> Path:
    """Return the real path of the user's folder. Raises InvalidError when none is set."""
    if not user.scan_directory:
        raise InvalidError("No folder is set for your photos; an administrator can set one.", code="no_scan_directory")
    return Path(user.scan_directory).resolve()


def scan_run(*, user: User, full: bool, run: Progress, queue: bool = True) -> None:
    """Scan the user's folder, and nothing else. Safe to run twice and to be killed at any point.

    Each file counts in `run.result` under what became of it. Without `queue` photos are read at once instead of by
    jobs. Raises ConflictError, and changes nothing, when the folder is gone or empty although files of it are known:
    a disk that is not mounted must not empty the library.
    """
    root = scan_root(user)
    known = _known_files(user, root)
    walk = Walk()
    patterns = [part.strip() for part in str(site_setting("SKIP_PATTERNS")).split(",") if part.strip()]
    try:
        paths = list(walk_media(root, walk, skip_patterns=patterns, excluded=_not_theirs(user)))
    except OSError as error:
        raise ConflictError(f"The folder {root} cannot be read: {error.strerror}.", code="scan_root_missing") from error
    if not paths and any(not file.missing for file in known.values()):
        raise ConflictError(
            f"The folder {root} holds no photos, but it did before. Is its disk mounted? Nothing was changed.",
            code="scan_root_empty",
        )
    scan = _Scan(user=user, full=full, queue=queue, known=known, walk=walk)
    run.result.clear()  # what an attempt counted that was cut off
    run.target(len(paths))
    reported = time.monotonic()
    for number, path in enumerate(paths, start=1):
        run.count(scan.one(path))
        if time.monotonic() > reported + REPORT_EVERY_S:
            run.advance(number)
            reported = time.monotonic()
    gone = _gone(known, set(paths), walk)
    run.result["missing"] = photos_mark_missing(owner=user, files=[known[path].pk for path in gone])
    run.result["skipped"] = walk.skipped
    run.result["examples"] = walk.examples
    run.advance(len(paths))


@dataclass
class _Scan:
    user: User
    full: bool
    queue: bool
    known: dict[str, KnownFile]
    walk: Walk

    def one(self, path: str) -> str:
        """Take in one file and return what became of it, as a word to count."""
        try:
            return self._one(path)
        except OSError as error:
            self.walk.skip(path, f"file cannot be read ({error.strerror or 'not a regular file'})")
            return "unreadable"
        except Exception:
            # The loop's edge: whatever one file does, the others are scanned.
            logger.exception("%s could not be taken in", path)
            self.walk.skip(path, "unexpected error, see the worker's log")
            return "failed"

    def _one(self, path: str) -> str:
        status = os.lstat(path)
        file = self.known.get(path)
        sidecar = self._sidecar_time(path)
        if file and not self.full and file.is_as_it_was(status):
            return self._unchanged(file, sidecar)
        with open_regular(path) as content:
            before = os.fstat(content.fileno())
            md5 = md5_hex(content)
            kind = detect_type(content)
            after = os.fstat(content.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            self.walk.skip(path, "changed while it was read; the next scan takes it")
            return "unfinished"
        is_video = kind.is_video if kind else PurePath(path).suffix.lower() in VIDEO_EXTENSIONS
        name = PurePath(path).name
        with transaction.atomic():
            made = photo_register(
                owner=self.user, md5=md5, path=path, stat=after, original_name=name, is_video=is_video, queue=False
            )
            PhotoFile.objects.filter(owner=self.user, path=path).update(sidecar_mtime_ns=sidecar)
            if made.replaced:
                photos_mark_missing(owner=self.user, photos=[made.replaced])
        if made.created or made.revived:
            self._read(made.photo.pk, again=False, replaced=made.replaced)
        elif self.full and not made.photo.removed:
            self._read(made.photo.pk, again=True)
        if made.created:
            return "changed" if made.replaced else "added"
        if made.revived:
            return "found again"
        return "read again" if self.full else "same bytes"

    def _unchanged(self, file: KnownFile, sidecar: int) -> str:
        if sidecar == file.sidecar_mtime_ns:
            if file.photo_state == PhotoState.PROCESSING:
                # Left by a scan that was killed between taking the file in and reading it.
                self._read(str(file.photo_id), again=False)
            return "unchanged"
        PhotoFile.objects.filter(pk=file.pk).update(sidecar_mtime_ns=sidecar)
        self._read(str(file.photo_id), again=True)
        return "sidecar changed"

    def _read(self, image_hash: str, *, again: bool, replaced: str | None = None) -> None:
        if self.queue:
            photo_queue(image_hash, again=again, replaced=replaced)
        else:
            photo_ingest(image_hash=image_hash, again=again, replaced=replaced)

    def _sidecar_time(self, path: str) -> int:
        """The same order as api.lib.metadata.find_sidecar, from what the walk has met."""
        stem = str(PurePath(path).with_suffix(""))
        for base in (path, stem):
            for suffix in SIDECAR_SUFFIXES:
                if base + suffix in self.walk.sidecars:
                    return self.walk.sidecars[base + suffix]
        return 0


def _not_theirs(user: User) -> set[str]:
    """Folders of the product that may lie below the user's: previews, parts of uploads, what others uploaded."""
    others = User.objects.exclude(pk=user.pk).values_list("pk", flat=True)
    folders = [Path(settings.MEDIA_DIR), Path(settings.UPLOADS_DIR), Path(settings.MODELS_DIR)]
    folders += [uploads_folder(pk) for pk in others]
    return {str(folder.resolve()) for folder in folders}


def _known_files(user: User, root: Path) -> dict[str, KnownFile]:
    prefix = f"{root}/"
    rows = PhotoFile.objects.filter(owner=user, path__startswith=prefix).values_list(
        "path", "pk", "size_bytes", "mtime_ns", "sidecar_mtime_ns", "missing", "photo_id", "photo__state"
    )
    # SQLite compares without regard to case.
    return {row[0]: KnownFile(*row[1:]) for row in rows.iterator() if row[0].startswith(prefix)}


def _gone(known: dict[str, KnownFile], seen: set[str], walk: Walk) -> list[str]:
    """Paths that were there and are not; of folders that could not be listed nothing is known."""
    blind = tuple(f"{folder}/" for folder in walk.unreadable)
    return [
        path
        for path, file in known.items()
        if path not in seen and not file.missing and not path.startswith(blind) and not os.path.lexists(path)
    ]
