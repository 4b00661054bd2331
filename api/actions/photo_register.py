"""A file on disk becomes a file of a photo; the photo is made, or comes back, when need be."""

import os
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from api.models import Photo, PhotoFile, PhotoVersion, User
from api.models.photo import MediaType, PhotoState

INGEST_TASK = "api.jobs.photos.ingest"
REREAD_TASK = "api.jobs.photos.reread"
INGEST_TIMEOUT_S = 300
"""A decoder that hangs on a broken file must not hold a worker for the hour that long jobs may take."""


@dataclass(frozen=True)
class Registered:
    """`created`: the photo is new; `revived`: it was missing or removed; `replaced`: the photo whose file it was."""

    photo: Photo
    created: bool
    revived: bool
    replaced: str | None


@transaction.atomic
def photo_register(
    *,
    owner: User,
    md5: str,
    path: str,
    stat: os.stat_result,
    original_name: str,
    is_video: bool,
    uploaded: bool = False,
    queue: bool = True,
) -> Registered:
    """Record that `path` holds the bytes with this md5, and queue the job that reads them.

    Safe when several processes do it at once. A photo that its owner removed for good comes back by an upload, or when
    none of its files was left and its bytes turn up again; not while the file that was removed stays where it is.
    Bytes that this server made by writing a caption into a file are still that file's photo.
    """
    # An upload is kept as it came: phones know what they sent by its bytes.
    version = None if uploaded else PhotoVersion.objects.filter(owner=owner, md5=md5).first()
    image_hash = f"{md5}{owner.pk}" if version is None else version.photo_id
    photo, created = Photo.objects.get_or_create(
        image_hash=image_hash,
        defaults={
            "owner": owner,
            "original_name": original_name[:255],
            "size_bytes": stat.st_size,
            "media_type": MediaType.VIDEO if is_video else MediaType.IMAGE,
        },
    )
    photo = Photo.objects.select_for_update().get(pk=photo.pk)
    had_files = photo.files.exists()
    before = PhotoFile.objects.filter(owner=owner, path=path).values_list("photo_id", flat=True).first()
    _keep_file(photo, path=path, stat=stat, md5=md5 if version else "", uploaded=uploaded)
    revived = not created and _revive(photo, anew=uploaded or not had_files)
    if queue and (created or revived):
        photo_queue(photo.pk)
    return Registered(photo, created, revived, replaced=before if before not in (None, photo.pk) else None)


def _keep_file(photo: Photo, *, path: str, stat: os.stat_result, md5: str, uploaded: bool) -> None:
    values = {
        "photo": photo,
        "size_bytes": stat.st_size,
        "mtime_ns": stat.st_mtime_ns,
        "md5": md5,
        "missing": False,
    }
    PhotoFile.objects.update_or_create(
        owner_id=photo.owner_id,
        path=path,
        defaults=values | ({"uploaded": True} if uploaded else {}),
        create_defaults=values | {"uploaded": uploaded},
    )


def photo_queue(image_hash: str, *, again: bool = False, replaced: str | None = None) -> None:
    """Queue the job that reads the photo once the transaction is through; `again` reads also one that is ready."""
    task = REREAD_TASK if again else INGEST_TASK
    arguments = (image_hash, replaced) if replaced and not again else (image_hash,)
    # Robust: with the queue out of reach the photo stays "being read" until a scan or a worker's start queues it again.
    transaction.on_commit(partial(async_task, task, *arguments, timeout=INGEST_TIMEOUT_S), robust=True)


def _revive(photo: Photo, *, anew: bool) -> bool:
    if photo.state == PhotoState.MISSING:
        photo.change(state=PhotoState.PROCESSING, removed=False, problem="")
        return True
    if photo.removed and anew:
        photo.change(state=PhotoState.PROCESSING, removed=False, in_trashcan=False, problem="", added_on=timezone.now())
        return True
    return False
