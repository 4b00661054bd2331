"""What of the captions stands in files, and why some do not."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, Q

from api.models import FileWrite, Photo, User
from api.models.user import SaveMetadata

MAX_PROBLEMS = 100


class FileState(StrEnum):
    OFF = "off"  # the owner wants captions in the database only
    NOTHING = "nothing"  # nothing was to be written yet
    WAITING = "waiting"
    WRITTEN = "written"
    FAILED = "failed"  # given up until the caption changes or somebody asks


@dataclass(frozen=True, slots=True)
class CaptionFile:
    """Where one photo's caption is on its way into files; `reason` says why the last try failed."""

    image_hash: str
    state: FileState
    reason: str = ""
    tries: int = 0
    next_try_at: datetime | None = None
    written_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaptionFiles:
    """The user's choice, how many captions are in files, wait or failed, and those that failed, newest first."""

    mode: str
    written: int
    waiting: int
    failed: int
    problems: list[CaptionFile] = field(default_factory=list)


def caption_file(photo: Photo) -> CaptionFile:
    """Return how far writing the photo's caption is."""
    return _told(photo.pk, FileWrite.objects.filter(photo=photo).first(), photo.owner)


def caption_files(user: User) -> CaptionFiles:
    """Return how far writing the user's captions is."""
    rows = FileWrite.objects.filter(photo__owner=user, photo__removed=False)
    counts = rows.aggregate(
        written=Count("pk", filter=Q(due_at=None, reason="", written_at__isnull=False)),
        waiting=Count("pk", filter=Q(due_at__isnull=False)),
        failed=Count("pk", filter=Q(due_at=None) & ~Q(reason="")),
    )
    problems = [_told(row.photo_id, row, user) for row in rows.exclude(reason="").order_by("-pk")[:MAX_PROBLEMS]]
    return CaptionFiles(user.save_metadata_to_disk, problems=problems, **counts)


def _told(image_hash: str, row: FileWrite | None, owner: User) -> CaptionFile:
    if owner.save_metadata_to_disk == SaveMetadata.OFF:
        state = FileState.OFF
    elif row is None:
        state = FileState.NOTHING
    elif row.due_at is not None:
        state = FileState.WAITING
    elif row.reason:
        state = FileState.FAILED
    else:
        state = FileState.WRITTEN if row.written_at else FileState.NOTHING
    if row is None:
        return CaptionFile(image_hash, state)
    return CaptionFile(image_hash, state, row.reason, row.tries, row.due_at, row.written_at)
