"""Shapes of what people decide about their photos."""

from typing import Any

from rest_framework import serializers

from api.lib.wall_clock import parse_moment, wall_clock
from api.models import Photo
from api.serializers.fields import MAX_ID, PersonOfAccountSerializer
from api.serializers.photos import PhotoSerializer, PhotoSummarySerializer

MAX_HASHES = 10_000


class PhotosSerializer(serializers.Serializer[Any]):
    image_hashes = serializers.ListField(child=serializers.CharField(max_length=64), max_length=MAX_HASHES)


class FavoriteSerializer(PhotosSerializer):
    favorite = serializers.BooleanField()


class HideSerializer(PhotosSerializer):
    hidden = serializers.BooleanField()


class MakePublicSerializer(PhotosSerializer):
    val_public = serializers.BooleanField()


class SetDeletedSerializer(PhotosSerializer):
    deleted = serializers.BooleanField()


class ShareSerializer(PhotosSerializer):
    val_shared = serializers.BooleanField()
    target_user_id = serializers.IntegerField(min_value=0, max_value=MAX_ID)


class PhotosChangedSerializer(serializers.Serializer[Any]):
    """`results` and `updated` are the photos that changed, `not_updated` those that were as wished already."""

    status = serializers.BooleanField()
    results = PhotoSerializer(many=True)
    updated = PhotoSerializer(many=True)
    not_updated = PhotoSerializer(many=True)


class PhotosDeletedSerializer(serializers.Serializer[Any]):
    """Hashes. `not_deleted` are photos that are not in the trash."""

    status = serializers.BooleanField()
    results = serializers.ListField(child=serializers.CharField())
    deleted = serializers.ListField(child=serializers.CharField())
    not_deleted = serializers.ListField(child=serializers.CharField())


class PhotosSharedSerializer(serializers.Serializer[Any]):
    status = serializers.BooleanField()
    count = serializers.IntegerField()


class PhotoTimeSerializer(serializers.Serializer[Any]):
    """ISO time of the wall clock; null returns to what the file says."""

    exif_timestamp = serializers.CharField(allow_null=True, max_length=40)

    def validate_exif_timestamp(self, value: str | None) -> Any:
        if value is None:
            return None
        try:
            return parse_moment(value)
        except ValueError as error:
            raise serializers.ValidationError("Not a time such as 2024-08-03T12:10:57Z.") from error


class PhotoTimedSerializer(serializers.Serializer[Photo]):
    """A photo after its time was set; the times are empty texts when there is none."""

    image_hash = serializers.CharField()
    exif_timestamp = serializers.CharField(allow_blank=True)
    timestamp = serializers.CharField(allow_blank=True)
    rating = serializers.IntegerField()
    hidden = serializers.BooleanField()
    in_trashcan = serializers.BooleanField()
    removed = serializers.BooleanField()
    video = serializers.BooleanField()

    def to_representation(self, instance: Photo) -> dict[str, Any]:
        # The web client takes an answer without these two for a failure.
        taken_at = wall_clock(instance.taken_at) or ""
        return {
            "image_hash": instance.pk,
            "exif_timestamp": taken_at,
            "timestamp": taken_at,
            "rating": instance.rating,
            "hidden": instance.hidden,
            "in_trashcan": instance.in_trashcan,
            "removed": instance.removed,
            "video": instance.is_video,
        }


class PhotoReadingSerializer(serializers.Serializer[Any]):
    """Where an upload stands: done when `processing` is false and `album_date_id` is set."""

    photo_summary = PhotoSummarySerializer()
    album_date_id = serializers.CharField(allow_null=True)
    processing = serializers.BooleanField()


class RecentlyAddedSerializer(serializers.Serializer[Any]):
    results = PhotoSummarySerializer(many=True)
    date = serializers.CharField()


class SharedToMeSerializer(serializers.Serializer[Any]):
    results = PhotoSummarySerializer(many=True)


class SharePartSerializer(serializers.Serializer[Any]):
    """One photo that is shared with one person."""

    user_id = serializers.IntegerField()
    user = PersonOfAccountSerializer()
    photo = PhotoSummarySerializer()


class SharedByMeSerializer(serializers.Serializer[Any]):
    results = SharePartSerializer(many=True)
