"""Shapes of the albums of things."""

from typing import Any

from rest_framework import serializers

from api.selectors.albums_thing import ThingAlbum
from api.serializers.albums import CoverSerializer


class ThingAlbumSerializer(serializers.Serializer[ThingAlbum]):
    id = serializers.IntegerField(source="album.pk")
    title = serializers.CharField(source="album.title", help_text="Without #.")
    thing_type = serializers.CharField(source="album.thing_type")
    photo_count = serializers.IntegerField(source="count")
    cover_photos = CoverSerializer(source="covers", many=True)


class ThingAlbumListSerializer(serializers.Serializer[Any]):
    results = ThingAlbumSerializer(many=True)


class ThingAlbumRenameSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=100, help_text="The new hashtag, with or without #.")
    rewrite_captions = serializers.BooleanField(
        default=False, help_text="Must be true: the album's name is what captions say, so they are rewritten."
    )
