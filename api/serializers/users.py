"""Shapes of accounts. The web client sends back the whole object it got; what is not listed for writing is ignored."""

import json
from typing import Any
from zoneinfo import available_timezones

from rest_framework import serializers

from api.lib.captioning.chosen import problem_with
from api.lib.wall_clock import wall_clock
from api.models import Photo
from api.models.user import SaveMetadata, default_llm_settings
from api.selectors.users import Profile, llm_settings_of
from api.serializers.fields import FiniteFloatField

MAX_INT = 2**31 - 1


class PublicSampleSerializer(serializers.Serializer[Photo]):
    image_hash = serializers.CharField()
    rating = serializers.IntegerField()
    hidden = serializers.BooleanField()
    exif_timestamp = serializers.CharField(allow_null=True)
    public = serializers.BooleanField()
    video = serializers.BooleanField()

    def to_representation(self, instance: Photo) -> dict[str, Any]:
        return {
            "image_hash": instance.pk,
            "rating": instance.rating,
            "hidden": instance.hidden,
            "exif_timestamp": wall_clock(instance.taken_at),
            "public": instance.public,
            "video": instance.is_video,
        }


class UserSerializer(serializers.Serializer[Profile]):
    """An account. Of somebody else's, what is not public is empty, so that the list has one shape for all clients."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    email = serializers.CharField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    is_superuser = serializers.BooleanField()
    date_joined = serializers.CharField()
    last_login = serializers.CharField(allow_null=True)
    scan_directory = serializers.CharField()
    photo_count = serializers.IntegerField()
    public_photo_count = serializers.IntegerField()
    public_photo_samples = PublicSampleSerializer(many=True)
    public_sharing = serializers.BooleanField()
    favorite_min_rating = serializers.IntegerField()
    image_scale = serializers.IntegerField()
    save_metadata_to_disk = serializers.ChoiceField(choices=SaveMetadata.choices)
    draft_at_night = serializers.BooleanField(help_text="Drafts for new photos between the site's two hours.")
    transcode_videos = serializers.BooleanField()
    default_timezone = serializers.CharField()
    datetime_rules = serializers.CharField(help_text="A JSON array as text.")
    llm_settings = serializers.JSONField()
    avatar = serializers.CharField(allow_null=True)
    avatar_url = serializers.CharField(allow_null=True)
    confidence = serializers.FloatField()
    confidence_person = serializers.FloatField()
    confidence_unknown_face = serializers.FloatField()
    semantic_search_topk = serializers.IntegerField()
    min_cluster_size = serializers.IntegerField()
    min_samples = serializers.IntegerField()
    cluster_selection_epsilon = serializers.FloatField()
    face_recognition_model = serializers.CharField()
    nextcloud_server_address = serializers.CharField(allow_null=True)
    nextcloud_username = serializers.CharField(allow_null=True)
    nextcloud_scan_directory = serializers.CharField(allow_null=True)

    def to_representation(self, instance: Profile) -> dict[str, Any]:
        user, private = instance.user, instance.private
        values = {name: getattr(user, name) for name in PLAIN_FIELDS}
        values |= {
            "llm_settings": llm_settings_of(user),
            "date_joined": wall_clock(user.date_joined),
            "last_login": wall_clock(user.last_login) if private else None,
            "photo_count": instance.photo_count if private else instance.public_photo_count,
            "public_photo_count": instance.public_photo_count,
            "public_photo_samples": [PublicSampleSerializer(photo).data for photo in instance.samples],
            "avatar": user.avatar or None,
            "avatar_url": f"/media/avatars/{user.avatar}" if user.avatar else None,
        }
        return values if private else values | NOT_PUBLIC


PLAIN_FIELDS = (
    "id", "username", "email", "first_name", "last_name", "is_superuser", "scan_directory", "public_sharing",
    "favorite_min_rating", "image_scale", "save_metadata_to_disk", "draft_at_night", "transcode_videos",
    "default_timezone", "datetime_rules", "confidence", "confidence_person", "confidence_unknown_face",
    "semantic_search_topk", "min_cluster_size", "min_samples", "cluster_selection_epsilon", "face_recognition_model",
    "nextcloud_server_address", "nextcloud_username", "nextcloud_scan_directory",
)  # fmt: skip
NOT_PUBLIC: dict[str, Any] = {
    "email": "",
    "is_superuser": False,
    "scan_directory": "",
    "datetime_rules": "[]",
    "llm_settings": default_llm_settings(),
    "nextcloud_server_address": None,
    "nextcloud_username": None,
    "nextcloud_scan_directory": None,
}


class UserCreateSerializer(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=1024, trim_whitespace=False, write_only=True)
    email = serializers.EmailField(allow_blank=True, default="")
    first_name = serializers.CharField(max_length=150, allow_blank=True, default="")
    last_name = serializers.CharField(max_length=150, allow_blank=True, default="")


class AccountSerializer(serializers.Serializer[Any]):
    """What is common to changing one's own account and to an administrator changing anybody's."""

    email = serializers.EmailField(required=False, allow_blank=True)
    first_name = serializers.CharField(required=False, max_length=150, allow_blank=True)
    last_name = serializers.CharField(required=False, max_length=150, allow_blank=True)
    password = serializers.CharField(
        required=False, max_length=1024, allow_blank=True, trim_whitespace=False, write_only=True
    )


class UserChangeSerializer(AccountSerializer):
    """Numbers may be texts: the web client's radio buttons send `"4"` and `"0.1"`."""

    public_sharing = serializers.BooleanField(required=False)
    favorite_min_rating = serializers.IntegerField(required=False, min_value=1, max_value=5)
    image_scale = serializers.IntegerField(required=False, min_value=0, max_value=100)
    save_metadata_to_disk = serializers.ChoiceField(required=False, choices=SaveMetadata.choices)
    draft_at_night = serializers.BooleanField(required=False)
    transcode_videos = serializers.BooleanField(required=False)
    default_timezone = serializers.CharField(required=False, max_length=64)
    datetime_rules = serializers.CharField(required=False, max_length=20_000)
    llm_settings = serializers.JSONField(required=False, allow_null=True)
    confidence = FiniteFloatField(required=False)
    confidence_person = FiniteFloatField(required=False)
    confidence_unknown_face = FiniteFloatField(required=False)
    semantic_search_topk = serializers.IntegerField(required=False, min_value=0, max_value=MAX_INT)
    min_cluster_size = serializers.IntegerField(required=False, min_value=0, max_value=MAX_INT)
    min_samples = serializers.IntegerField(required=False, min_value=0, max_value=MAX_INT)
    cluster_selection_epsilon = FiniteFloatField(required=False)
    face_recognition_model = serializers.ChoiceField(required=False, choices=("HOG", "CNN"))
    nextcloud_server_address = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=255)
    nextcloud_username = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=64)
    nextcloud_scan_directory = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=255)

    def validate_default_timezone(self, value: str) -> str:
        if value not in available_timezones():
            raise serializers.ValidationError(f"{value!r} is not a time zone.")
        return value

    def validate_datetime_rules(self, value: str) -> str:
        try:
            rules = json.loads(value)
        except ValueError as error:
            raise serializers.ValidationError("Not JSON.") from error
        if not isinstance(rules, list):
            raise serializers.ValidationError("Must be a JSON array as text.")
        return value

    def validate_llm_settings(self, value: Any) -> dict[str, Any]:
        """Fill what is absent with defaults; unknown keys are kept, as LibrePhotos does."""
        defaults = default_llm_settings()
        if value is None:
            return defaults
        if not isinstance(value, dict) or len(json.dumps(value)) > 20_000:
            raise serializers.ValidationError("Must be an object.")
        problem = problem_with(value, defaults)
        if problem is not None:
            raise serializers.ValidationError("{} must be {}.".format(*problem))
        return defaults | value


class UserManageSerializer(AccountSerializer):
    username = serializers.CharField(required=False, max_length=150)
    scan_directory = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=1024)
    is_active = serializers.BooleanField(required=False)
