"""The timeline: days and their photos, under one filter for both."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, Max, OuterRef

from api.errors import InvalidError, NotFoundError, UnauthorizedError
from api.models import AlbumDate, Face, Photo, User
from api.models.photo import MediaType, PhotoQuerySet, PhotoState
from api.selectors.albums_place import place_album_of, places_within
from api.selectors.albums_thing import thing_album_of
from api.selectors.albums_user import user_album_of
from api.selectors.one import one_of
from api.selectors.users import Viewer

PAGE_SIZE = 100
SYNC_MARGIN = timedelta(minutes=5)
"""Phones ask for changes since a time of their own clock, which may be ahead; sending some twice is harmless."""


@dataclass(frozen=True)
class FeedFilter:
    """Which photos the timeline shows; nothing set means one's own that are not hidden or in the trash.

    album, place, thing: only those of one of the user's own albums, which must be there.
    modified_since: everything that changed at or after this moment, gone or not; the other filters are off then.
    """

    favorite: bool = False
    hidden: bool = False
    in_trashcan: bool = False
    photo: bool = False
    video: bool = False
    public: bool = False
    username: str = ""
    person: int | None = None
    album: int | None = None
    place: int | None = None
    thing: int | None = None
    modified_since: datetime | None = None


@dataclass(frozen=True)
class Day:
    """A day's album; `count` is the number of its photos under the filter."""

    id: int
    date: date | None
    location: str
    count: int


@dataclass(frozen=True)
class DayPage:
    day: Day
    photos: list[Photo]
    private: bool


def feed_days(viewer: Viewer, wanted: FeedFilter) -> list[Day]:
    """Return the days that have photos under the filter, newest first, undated last."""
    rows = (
        feed_photos(viewer, wanted)
        .filter(album_date__isnull=False)
        .values("album_date_id", "album_date__date")
        .annotate(count=Count("*"), place=Max("location"))
        .order_by(F("album_date__date").desc(nulls_last=True))
        .values_list("album_date_id", "album_date__date", "place", "count")
    )
    private = not wanted.public
    return [Day(album, day, place if private else "", count) for album, day, place, count in rows]


def feed_day(viewer: Viewer, album_id: int, wanted: FeedFilter, page: int | None) -> DayPage:
    """Return a day with up to 100 photos, newest first, or without `page` with all of them.

    A page past the end is the last one: an empty answer would make the Android client ask for ever.
    Raises NotFoundError when the day belongs to somebody else who shows nothing of it.
    """
    album = one_of(AlbumDate.objects.select_related("owner").filter(pk=album_id))
    photos = feed_photos(viewer, wanted).filter(album_date=album)
    found = photos.aggregate(count=Count("*"), place=Max("location"))
    private = viewer.pk == album.owner_id
    if not (private or found["count"]):
        raise NotFoundError
    items = photos.select_related("owner").order_by("-taken_at", "pk")
    if page is not None:
        first = PAGE_SIZE * (min(page, max(1, -(-found["count"] // PAGE_SIZE))) - 1)
        items = items[first : first + PAGE_SIZE]
    place = (found["place"] or "") if private else ""
    return DayPage(Day(album.pk, album.date, place, found["count"]), list(items), private)


def feed_photos(viewer: Viewer, wanted: FeedFilter) -> PhotoQuerySet:
    """Return the photos under the filter.

    Raises UnauthorizedError for a visitor who asks for a library of his own, NotFoundError for an album of nobody or
    somebody else.
    """
    if wanted.public and wanted.username:
        return _narrow(Photo.objects.visible().filter(owner__username=wanted.username.lower(), public=True), wanted)
    if not viewer.is_authenticated:
        raise UnauthorizedError(code="not_authenticated")
    own = Photo.objects.of(viewer)
    if wanted.modified_since is not None:
        return own.exclude(state=PhotoState.PROCESSING).filter(last_modified__gte=_since(wanted.modified_since))
    if wanted.in_trashcan:
        # Hidden ones too: neither list would have them otherwise, and they could not be brought back.
        photos = own.exclude(state=PhotoState.PROCESSING).filter(in_trashcan=True, removed=False)
    elif wanted.hidden:
        photos = own.exclude(state=PhotoState.PROCESSING).filter(hidden=True, in_trashcan=False, removed=False)
    else:
        photos = own.visible()
    if wanted.favorite:
        photos = photos.filter(rating__gte=viewer.favorite_min_rating)
    if wanted.public:
        photos = photos.filter(public=True)
    if wanted.person is not None:
        faces = Face.objects.filter(photo=OuterRef("pk"), person=wanted.person, person__owner=viewer)
        photos = photos.filter(Exists(faces))
    return _narrow(_in_albums(photos, viewer, wanted), wanted)


def _in_albums(photos: PhotoQuerySet, viewer: User, wanted: FeedFilter) -> PhotoQuerySet:
    if wanted.album is not None:
        photos = photos.filter(albums_user=user_album_of(viewer, wanted.album))
    if wanted.place is not None:
        photos = photos.filter(album_place__in=places_within(place_album_of(viewer, wanted.place)))
    if wanted.thing is not None:
        photos = photos.filter(albums_thing=thing_album_of(viewer, wanted.thing))
    return photos


def _narrow(photos: PhotoQuerySet, wanted: FeedFilter) -> PhotoQuerySet:
    if wanted.photo:
        photos = photos.exclude(media_type=MediaType.VIDEO)
    if wanted.video:
        photos = photos.filter(media_type=MediaType.VIDEO)
    return photos


def _since(moment: datetime) -> datetime:
    try:
        return moment - SYNC_MARGIN
    except OverflowError as error:
        raise InvalidError("last_modified is out of range.", field="last_modified") from error
