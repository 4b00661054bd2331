"""Drafts while everybody sleeps, for those who want it."""

from datetime import datetime, timedelta

from django.utils import timezone

from api.actions.draft_many import draft_many_start
from api.errors import ConflictError
from api.lib.night import night_around, parse_clock
from api.models import Job, User
from api.models.job import JobKind, JobState
from api.selectors.draft_scope import DraftScope, photos_to_draft
from api.selectors.site_settings import site_settings_get

AGAIN_AFTER = timedelta(minutes=15)
"""For so long a job that failed at night is not started anew."""


def draft_nights_start() -> int:
    """Start a job for everybody who wants drafts at night, where it is night and photos wait. Returns how many.

    Called every minute. A job ends with the night, and the next night goes on. Who cancels one has the rest of the
    night without.
    """
    hours = site_settings_get(("NIGHT_START", "NIGHT_END"))
    begins, ends = parse_clock(hours["NIGHT_START"]), parse_clock(hours["NIGHT_END"])
    started = 0
    for user in User.objects.filter(draft_at_night=True, is_active=True):
        night = night_around(timezone.now(), begins=begins, ends=ends, zone=user.default_timezone)
        if night is not None and _is_wanted(user, night[0]):
            try:
                draft_many_start(user=user, until=night[1])
                started += 1
            except ConflictError:
                continue  # captions are off, or a job that the person started is under way
    return started


def _is_wanted(user: User, since: datetime) -> bool:
    photos = photos_to_draft(user, DraftScope())
    jobs = Job.objects.filter(started_by=user, kind=JobKind.DRAFT_CAPTIONS, parameters__has_key="until")
    last = jobs.filter(queued_at__gte=since).first()
    if last is not None:
        ended = last.finished_at or timezone.now()
        if last.state == JobState.CANCELLED or timezone.now() < ended + AGAIN_AFTER:
            return False
        if last.state == JobState.DONE:
            # What it skipped is left for the next night; what came since is not.
            photos = photos.filter(added_on__gt=last.started_at or ended)
    return photos.exists()
