"""Photos as their owner, and whoever they are shared with, may read them."""

from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from api.models import Photo, User
from api.models.photo import PhotoQuerySet
from api.selectors.media import photo_for_viewer
from api.selectors.users import Viewer


def with_details(photos: QuerySet[Photo]) -> QuerySet[Photo]:
    """Load what the long form of a photo shows, with a fixed number of queries."""
    return photos.select_related("owner", "album_place").prefetch_related(
        "files", "captions", "shared_to", "albums_thing", "albums_user", "faces__person"
    )


def photo_detail(viewer: Viewer, image_hash: str) -> Photo:
    """Return one's own photo, one shared with the viewer, or a public one. Raises NotFoundError."""
    photo = photo_for_viewer(user=viewer, image_hash=image_hash)
    return with_details(Photo.objects.filter(pk=photo.pk)).get()


def photos_by_hash(user: User, hashes: list[str]) -> list[Photo]:
    """Return the user's own photos among `hashes`, in full, newest first; what is not theirs is left out."""
    own = Photo.objects.of(user).filter(pk__in=hashes, removed=False)
    return list(with_details(own).order_by("-taken_at", "pk"))


def photos_undated(user: User) -> PhotoQuerySet:
    """Return the user's visible photos without a time, newest addition first."""
    photos = Photo.objects.of(user).visible().filter(taken_at=None)
    return photos.select_related("owner").order_by("-added_on", "pk")


def photos_recently_added(user: User) -> tuple[date, list[Photo]]:
    """Return the last day on which photos were added, and these; today and nothing for an empty library."""
    photos = Photo.objects.of(user).visible().select_related("owner").order_by("-added_on", "pk")
    newest = photos.first()
    if newest is None:
        return timezone.now().date(), []
    day = newest.added_on.date()
    start = datetime.combine(day, time.min, tzinfo=newest.added_on.tzinfo)
    return day, list(photos.filter(added_on__gte=start, added_on__lt=start + timedelta(days=1)))


def photos_shared_to(user: User) -> list[Photo]:
    """Return photos that others share with the user, newest first."""
    photos = Photo.objects.visible().filter(shared_to=user).select_related("owner")
    return list(photos.order_by("owner_id", "-taken_at", "pk"))


def photos_shared_by(user: User) -> list[tuple[User, Photo]]:
    """Return whom the user shares which photo with, by person, newest first."""
    shares = Photo.shared_to.through.objects.filter(photo__in=Photo.objects.of(user).visible())
    rows = shares.select_related("user", "photo__owner").order_by("user_id", "-photo__taken_at", "photo_id")
    return [(row.user, row.photo) for row in rows]
