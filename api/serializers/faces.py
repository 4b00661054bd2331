"""Shapes of faces, as LibrePhotos has them, and of who is on one photo."""

from typing import Any

from rest_framework import serializers

from api.lib.boxes import Box
from api.lib.face_crops import face_url
from api.lib.wall_clock import wall_clock
from api.models import Face
from api.selectors.faces import UNKNOWN_ID, UNKNOWN_NAME
from api.serializers.fields import MAX_ID, FiniteFloatField

MAX_FACES = 10_000


class FaceSerializer(serializers.Serializer[Face]):
    """A face and its picture. `person_label_probability` is 1, because people named it; 0 without a name."""

    id = serializers.IntegerField()
    image = serializers.CharField(help_text="Address of the cut-out face.")
    face_url = serializers.CharField(help_text="The same.")
    photo = serializers.CharField(help_text="Hash of the photo.")
    person = serializers.IntegerField(help_text="0 without a name.")
    person_name = serializers.CharField()
    person_label_probability = serializers.FloatField()
    timestamp = serializers.CharField(allow_null=True)

    def to_representation(self, instance: Face) -> dict[str, Any]:
        address = face_url(instance.photo_id, instance.pk)
        person = instance.person
        return {
            "id": instance.pk,
            "image": address,
            "face_url": address,
            "photo": instance.photo_id,
            "person": person.pk if person else UNKNOWN_ID,
            "person_name": person.name if person else UNKNOWN_NAME,
            "person_label_probability": 1.0 if person else 0.0,
            "timestamp": wall_clock(instance.photo.taken_at),
        }


class FaceCountSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=("USER", "CLUSTER", "UNKNOWN"))
    face_count = serializers.IntegerField()


class FaceQuerySerializer(serializers.Serializer[Any]):
    person = serializers.IntegerField(min_value=0, max_value=MAX_ID, default=UNKNOWN_ID)
    inferred = serializers.BooleanField(default=False)
    order_by = serializers.ChoiceField(choices=("confidence", "date"), default="confidence")


class FaceIdsSerializer(serializers.Serializer[Any]):
    face_ids = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=MAX_ID), max_length=MAX_FACES
    )


class FaceLabelSerializer(FaceIdsSerializer):
    person_name = serializers.CharField(max_length=1000)


class FacesLabelledSerializer(serializers.Serializer[Any]):
    status = serializers.BooleanField()
    results = FaceSerializer(many=True)
    updated = FaceSerializer(many=True)
    not_updated = FaceSerializer(many=True)


class FacesDeletedSerializer(serializers.Serializer[Any]):
    """Addresses of faces, as the list of faces had them."""

    status = serializers.BooleanField()
    results = serializers.ListField(child=serializers.CharField())
    deleted = serializers.ListField(child=serializers.CharField())
    not_deleted = serializers.ListField(child=serializers.CharField())


class FacePositionSerializer(serializers.Serializer[Any]):
    x = serializers.FloatField()
    y = serializers.FloatField()
    size = serializers.FloatField()


class FaceClusterSerializer(serializers.Serializer[Any]):
    person_name = serializers.CharField()
    color = serializers.CharField()
    face_url = serializers.CharField()
    value = FacePositionSerializer()


class BoxSerializer(serializers.Serializer[Any]):
    """Fractions of the upright picture, origin top left."""

    left = FiniteFloatField(min_value=0.0, max_value=1.0)
    top = FiniteFloatField(min_value=0.0, max_value=1.0)
    width = FiniteFloatField(min_value=0.0, max_value=1.0)
    height = FiniteFloatField(min_value=0.0, max_value=1.0)


class PersonAddSerializer(serializers.Serializer[Any]):
    """Without `box` the person is on the photo, but nobody says where."""

    name = serializers.CharField(max_length=1000)
    box = BoxSerializer(required=False, allow_null=True)

    def validate_box(self, values: dict[str, float] | None) -> Box | None:
        return Box(**values) if values else None


class PersonOnPhotoSerializer(serializers.Serializer[Face]):
    """Somebody on a photo; `name` is null for a face that nobody named, `box` for a name without a face."""

    face_id = serializers.IntegerField()
    person_id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField(allow_null=True)
    face_url = serializers.CharField()
    box = BoxSerializer(allow_null=True)

    def to_representation(self, instance: Face) -> dict[str, Any]:
        keys = ("left", "top", "width", "height")
        return {
            "face_id": instance.pk,
            "person_id": instance.person.pk if instance.person else None,
            "name": instance.person.name if instance.person else None,
            "face_url": face_url(instance.photo_id, instance.pk),
            "box": None if instance.left is None else {key: getattr(instance, key) for key in keys},
        }


class PeopleOnPhotoSerializer(serializers.Serializer[Any]):
    results = PersonOnPhotoSerializer(many=True)
