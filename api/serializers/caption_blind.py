"""Shapes of the blind comparison: nothing here tells which model wrote a draft, or what was done to it."""

from typing import Any

from rest_framework import serializers


class BlindDraftSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    image_hash = serializers.CharField(source="photo_id")
    text = serializers.CharField()


class BlindSerializer(serializers.Serializer[Any]):
    """`draft` is null when every draft has been rated or decided on; `left` counts those that have not."""

    draft = BlindDraftSerializer(allow_null=True)
    left = serializers.IntegerField()


class BlindRatingSerializer(serializers.Serializer[Any]):
    rating = serializers.IntegerField(min_value=1, max_value=5)
