"""Shapes that albums of all kinds share. Ids are numbers in lists and texts in details, as the web client has it."""

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from api.models import Photo
from api.serializers.albums_date import PhotoGroupSerializer, photo_groups_body


class CoverSerializer(serializers.Serializer[Photo]):
    image_hash = serializers.CharField(source="pk")
    video = serializers.BooleanField(source="is_video")


class AlbumDetailSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    title = serializers.CharField()
    grouped_photos = PhotoGroupSerializer(many=True)


class AlbumResultSerializer(serializers.Serializer[Any]):
    results = AlbumDetailSerializer()


def album_body(album_id: int, title: str, photos: Iterable[Photo], *, undated: str | None = None) -> dict[str, Any]:
    """Return an album as AlbumDetailSerializer has it; `undated` is the date of photos without one."""
    groups = photo_groups_body(photos, private=True, undated=undated)
    return {"id": str(album_id), "title": title, "grouped_photos": groups}
