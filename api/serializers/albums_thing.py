"""Shapes of the albums of things. Ids are numbers in the list and texts in the detail, as the web client has it."""

from typing import Any

from rest_framework import serializers

from api.models import AlbumThing, Photo
from api.selectors.albums_thing import ThingAlbum
from api.serializers.albums_date import PhotoGroupSerializer, photo_groups_body


class CoverSerializer(serializers.Serializer[Photo]):
    image_hash = serializers.CharField(source="pk")
    video = serializers.BooleanField(source="is_video")


class ThingAlbumSerializer(serializers.Serializer[ThingAlbum]):
    id = serializers.IntegerField(source="album.pk")
    title = serializers.CharField(source="album.title", help_text="Without #.")
    thing_type = serializers.CharField(source="album.thing_type")
    photo_count = serializers.IntegerField(source="count")
    cover_photos = CoverSerializer(source="covers", many=True)


class ThingAlbumListSerializer(serializers.Serializer[Any]):
    results = ThingAlbumSerializer(many=True)


class ThingAlbumDetailSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    title = serializers.CharField()
    grouped_photos = PhotoGroupSerializer(many=True)


class ThingAlbumRenameSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=100, help_text="The new hashtag, with or without #.")
    rewrite_captions = serializers.BooleanField(
        default=False, help_text="Must be true: the album's name is what captions say, so they are rewritten."
    )


class ThingAlbumResultSerializer(serializers.Serializer[Any]):
    results = ThingAlbumDetailSerializer()


def thing_album_body(album: AlbumThing, photos: list[Photo]) -> dict[str, Any]:
    """Return an album as ThingAlbumDetailSerializer has it."""
    groups = photo_groups_body(photos, private=True)
    return {"id": str(album.pk), "title": album.title, "grouped_photos": groups}
