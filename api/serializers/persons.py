"""Shapes of people."""

from typing import Any

from rest_framework import serializers

from api.models import Person


class PersonSerializer(serializers.Serializer[Person]):
    """A person. `face_photo_url` is the hash of a photo, as LibrePhotos has it; there are no cut-out faces yet."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    face_url = serializers.CharField(allow_null=True)
    face_count = serializers.IntegerField()
    face_photo_url = serializers.CharField(allow_null=True)
    video = serializers.BooleanField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return {
            "id": instance.pk,
            # Two colons separate names inside the Android client.
            "name": instance.name.replace("::", ":"),
            "face_url": None,
            "face_count": instance.face_count,
            "face_photo_url": instance.cover,
            "video": False,
        }
