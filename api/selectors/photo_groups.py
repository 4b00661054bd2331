"""Photos in groups: albums, places, people. How many visible ones each has, and which stand for it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, QuerySet, When, Window
from django.db.models.functions import RowNumber

from api.models import Photo, User
from api.models.photo import is_visible

COVERS = 4


def visible_count(photos: str, *, distinct: bool = False) -> Count:
    """Return the aggregate of visible photos for a queryset of groups; `photos` leads from a group to its photos."""
    return Count(photos, filter=is_visible(photos), distinct=distinct)


def most_photos(groups: QuerySet[Any], ids: Iterable[int], *, photos: str, limit: int) -> dict[int, int]:
    """Return id → number of visible photos for those groups among `ids` that have most, if they have a visible one.

    Which have most is told by all of their photos, as an index counts them; only the photos of the `limit` best are
    looked at.
    """
    seen = groups.model._default_manager.filter(is_visible(photos), pk=OuterRef("pk"))
    fitting = groups.filter(Exists(seen), pk__in=list(ids)).annotate(total=Count(photos))
    best = list(fitting.order_by("-total", "pk").values_list("pk", flat=True)[:limit])
    counted = groups.filter(pk__in=best).annotate(shown=visible_count(photos, distinct=True))
    return dict(counted.order_by().values_list("pk", "shown"))


def covers_by(user: User, group: str, *, chosen: str = "") -> dict[int, list[Photo]]:
    """Return id of a group → up to COVERS of the user's visible photos in it, the newest first; one query.

    group: leads from a photo to its group. chosen: leads to the id of the photo that comes before all others.
    """
    first = [Case(When(pk=F(chosen), then=0), default=1)] if chosen else []
    newest = [F("taken_at").desc(nulls_last=True), F("pk").asc()]
    number = Window(RowNumber(), partition_by=group, order_by=[*first, *newest])
    grouped = Photo.objects.of(user).visible().filter(**{f"{group}__isnull": False})
    photos = grouped.annotate(group_id=F(group), number=number).filter(number__lte=COVERS).order_by("number")
    found: dict[int, list[Photo]] = {}
    for photo in photos.only("pk", "media_type", "taken_at", "rating", "hidden", "public"):
        found.setdefault(photo.group_id, []).append(photo)  # type: ignore[attr-defined]
    return found
