"""Shapes of people."""

from typing import Any

from rest_framework import serializers

from api.lib.face_crops import face_url
from api.selectors.persons import PersonOnPhotos


class PersonSerializer(serializers.Serializer[PersonOnPhotos]):
    """A person, as LibrePhotos has it: `face_url` is a cut-out face's address, `face_photo_url` a photo's hash."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    face_url = serializers.CharField(allow_null=True)
    face_count = serializers.IntegerField()
    face_photo_url = serializers.CharField(allow_null=True)
    video = serializers.BooleanField()

    def to_representation(self, instance: PersonOnPhotos) -> dict[str, Any]:
        return {
            "id": instance.person.pk,
            # Two colons separate names inside the Android client.
            "name": instance.person.name.replace("::", ":"),
            "face_url": face_url(*instance.face) if instance.face else None,
            "face_count": instance.face_count,
            "face_photo_url": instance.cover,
            "video": False,
        }


class PersonChangeSerializer(serializers.Serializer[Any]):
    """Another name (that of somebody else joins the two), another cover (hash of an own photo), or both."""

    newPersonName = serializers.CharField(max_length=1000, required=False)  # noqa: N815
    cover_photo = serializers.CharField(max_length=64, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs:
            raise serializers.ValidationError("Say newPersonName or cover_photo.")
        return attrs
