"""Draft captions for many photos in one job; what a person wrote, and what has drafts already, is left alone."""

import logging
import time
from collections.abc import Callable, Iterable

from django.db.models import Exists, OuterRef

from api.actions.drafts import DraftRequest, draft_model, drafts_make
from api.actions.jobs import job_enqueue
from api.errors import ConflictError, DomainError, ServiceUnavailableError
from api.models import Caption, Job, Photo, User
from api.models.caption import CaptionState
from api.models.job import JobKind, JobState
from api.models.photo import MediaType, PhotoQuerySet, PhotoState

logger = logging.getLogger(__name__)
TASK = "api.jobs.captions.draft_many"
TRIES = 6
"""How often one photo is tried while its service is away: with the waits below, about a minute."""
FIRST_WAIT_S = 1.0
FOR_EVERY_PHOTO = frozenset(
    {"captioning_off", "model_downloading", "model_converting", "model_missing", "memory_budget"}
)
"""Why no photo at all can be drafted for: the job ends with that sentence."""


def draft_many_start(*, user: User, image_hashes: Iterable[str] | None = None) -> Job:
    """Queue drafts for all the user's photos without a caption, or for those of a selection that have none.

    Raises ConflictError when captions are off, or when such a job of the user is under way.
    """
    draft_model()
    if Job.objects.filter(
        started_by=user, kind=JobKind.DRAFT_CAPTIONS, state__in=(JobState.QUEUED, JobState.RUNNING)
    ).exists():
        raise ConflictError("Captions are being drafted already.", code="job_running")
    parameters = {} if image_hashes is None else {"image_hashes": sorted(set(image_hashes))}
    return job_enqueue(kind=JobKind.DRAFT_CAPTIONS, user=user, task=TASK, parameters=parameters)


def photos_without_caption(user: User, image_hashes: list[str] | None) -> PhotoQuerySet:
    """Return the user's visible pictures that nobody captioned and no model drafted for, newest first."""
    decided = Caption.objects.filter(
        photo=OuterRef("pk"), state__in=(CaptionState.ACCEPTED, CaptionState.DRAFT, CaptionState.REFUSED)
    )
    photos = Photo.objects.of(user).visible().filter(state=PhotoState.READY).exclude(media_type=MediaType.VIDEO)
    if image_hashes is not None:
        photos = photos.filter(pk__in=image_hashes)
    return photos.filter(~Exists(decided)).order_by("-taken_at", "pk")


def draft_one(*, photo: Photo, check: Callable[[], None]) -> str:
    """Draft for one photo and return what became of it, as a word to count.

    check: called between tries; raises to stop. A service that stays away raises ServiceUnavailableError: the job
    fails with that sentence instead of skipping thousands of photos.
    """
    wait_s = FIRST_WAIT_S
    for attempt in range(1, TRIES + 1):
        check()
        try:
            return "drafted" if drafts_make(photo=photo, request=DraftRequest(count=1)) else "skipped: no words"
        except ServiceUnavailableError as error:
            if attempt == TRIES:
                raise
            logger.info("photo %s: %s Trying again in %.0f s.", photo.pk, error.detail, wait_s)
            _wait(wait_s, check)
            wait_s *= 2
        except DomainError as error:
            if error.code in FOR_EVERY_PHOTO:
                raise
            return f"skipped: {error.code}"
    raise AssertionError("unreachable")


def _wait(seconds: float, check: Callable[[], None]) -> None:
    """Sleep, but stop within half a second when asked to."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        check()
        time.sleep(min(0.5, left))
