"""Shapes of the timeline."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

from rest_framework import serializers

from api.lib.wall_clock import parse_moment
from api.models import Photo
from api.selectors.albums_date import Day, DayPage, FeedFilter
from api.serializers.fields import MAX_ID
from api.serializers.photos import PhotoSummarySerializer, photo_summary_body

UNDATED = "No timestamp"
"""What both clients expect in place of the date of photos without one, in people's own albums and searches."""


class FeedQuerySerializer(serializers.Serializer[Any]):
    """Filters of the timeline, the same for the list of days and for a day."""

    favorite = serializers.BooleanField(default=False)
    hidden = serializers.BooleanField(default=False)
    in_trashcan = serializers.BooleanField(default=False)
    photo = serializers.BooleanField(default=False)
    video = serializers.BooleanField(default=False)
    public = serializers.BooleanField(default=False)
    username = serializers.CharField(default="", allow_blank=True, max_length=150)
    person = serializers.IntegerField(required=False, min_value=0, max_value=MAX_ID)
    album = serializers.IntegerField(
        required=False, min_value=0, max_value=MAX_ID, help_text="Of /api/albums/user/list/."
    )
    place = serializers.IntegerField(
        required=False, min_value=0, max_value=MAX_ID, help_text="Of /api/albums/place/list/."
    )
    thing = serializers.IntegerField(
        required=False, min_value=0, max_value=MAX_ID, help_text="Of /api/albums/thing/list/."
    )
    last_modified = serializers.CharField(
        required=False, max_length=40, help_text="Changes since then, removed photos included; hour 24 is hour 00."
    )

    def validate_last_modified(self, value: str) -> Any:
        try:
            return parse_moment(value)
        except ValueError as error:
            raise serializers.ValidationError("Not a time such as 2024-08-03T12:10:57Z.") from error

    def feed_filter(self) -> FeedFilter:
        """Return the checked filter."""
        values = dict(self.validated_data)
        values.pop("page", None)
        return FeedFilter(modified_since=values.pop("last_modified", None), **values)


class DayQuerySerializer(FeedQuerySerializer):
    page = serializers.IntegerField(
        required=False, min_value=1, max_value=MAX_ID, help_text="100 photos a page; all of them without."
    )


class DaySerializer(serializers.Serializer[Any]):
    """A day. `items` is empty in lists; `numberOfItems` counts all its photos under the filter."""

    id = serializers.CharField()
    date = serializers.CharField(allow_null=True, help_text="YYYY-MM-DD; null for photos without a date.")
    location = serializers.CharField(allow_blank=True)
    incomplete = serializers.BooleanField()
    numberOfItems = serializers.IntegerField()  # noqa: N815
    items = PhotoSummarySerializer(many=True)


class DayListSerializer(serializers.Serializer[Any]):
    results = DaySerializer(many=True)


class DayResultSerializer(serializers.Serializer[Any]):
    results = DaySerializer()


class PhotoGroupSerializer(serializers.Serializer[Any]):
    """The photos of one day within an album or among search results."""

    date = serializers.CharField(allow_null=True)
    location = serializers.CharField(allow_blank=True)
    items = PhotoSummarySerializer(many=True)


def day_body(day: Day) -> dict[str, Any]:
    """Return a day as DaySerializer has it, without photos."""
    return {
        "id": str(day.id),
        "date": day.date.isoformat() if day.date else None,
        "location": day.location,
        "incomplete": True,
        "numberOfItems": day.count,
        "items": [],
    }


def day_page_body(page: DayPage, *, gone_if_hidden: bool) -> dict[str, Any]:
    """Return a day with photos."""
    items = [photo_summary_body(photo, private=page.private, gone_if_hidden=gone_if_hidden) for photo in page.photos]
    return day_body(page.day) | {"incomplete": False, "items": items}


def photo_groups_body(photos: Iterable[Photo], *, private: bool, undated: str | None = None) -> list[dict[str, Any]]:
    """Return photos that are sorted by time as groups of days; `undated` is the date of those without one."""
    groups = []
    for day, items in groupby(photos, key=_day_of):
        members = list(items)
        location = max(photo.location for photo in members) if private else ""
        groups.append(
            {
                "date": day.isoformat() if day else undated,
                "location": location,
                "items": [photo_summary_body(photo, private=private) for photo in members],
            }
        )
    return groups


def _day_of(photo: Photo) -> date | None:
    return photo.taken_at.date() if photo.taken_at else None
