"""Photos whose reading was cut off."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django_q.tasks import async_task

from api.models import Photo
from api.models.photo import PhotoState

LOST_AFTER = timedelta(minutes=10)
AT_ONCE = 200


def photos_rescue(*, lost_after: timedelta = LOST_AFTER) -> int:
    """Queue photos again that have been "being read" for `lost_after`, some at a time. Returns how many.

    Reading twice is harmless; the time is set anew first, so that a long queue does not fill with repetitions.
    """
    lost = Q(state=PhotoState.PROCESSING, removed=False, last_modified__lt=timezone.now() - lost_after)
    keys = list(Photo.objects.filter(lost).values_list("pk", flat=True)[:AT_ONCE])
    for key in keys:
        if Photo.objects.filter(lost, pk=key).change():  # conditional: another worker may have been first
            async_task("api.jobs.photos.ingest", key)
    return len(keys)
