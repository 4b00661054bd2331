"""Shapes of the albums of places. Ids are numbers in the list and texts in the detail, as the web client has it."""

from typing import Any

from rest_framework import serializers

from api.models import AlbumPlace, Photo
from api.selectors.albums_place import PlaceAlbum, place_named, place_title
from api.serializers.albums_date import PhotoGroupSerializer, photo_groups_body
from api.serializers.albums_thing import CoverSerializer

COUNTRY, INSIDE = 1, 2
"""LibrePhotos counts levels from the coarsest."""


class PlaceAlbumSerializer(serializers.Serializer[PlaceAlbum]):
    id = serializers.IntegerField()
    title = serializers.CharField(help_text="Town, else region, else country.")
    photo_count = serializers.IntegerField()
    cover_photos = CoverSerializer(many=True)
    geolocation_level = serializers.IntegerField(help_text="1: a country; 2: a town or region in it.")
    country = serializers.CharField()
    country_code = serializers.CharField(help_text="ISO 3166-1.")
    region = serializers.CharField(allow_blank=True, help_text="Empty for a country, or where it is not known.")

    def to_representation(self, instance: PlaceAlbum) -> dict[str, Any]:
        place = instance.place
        return {
            "id": instance.album.pk,
            "title": place_title(place),
            "photo_count": instance.count,
            "cover_photos": [CoverSerializer(photo).data for photo in instance.covers],
            "geolocation_level": COUNTRY if instance.album.is_country else INSIDE,
            "country": place.country,
            "country_code": place.country_code,
            "region": place.region,
        }


class PlaceAlbumListSerializer(serializers.Serializer[Any]):
    results = PlaceAlbumSerializer(many=True)


class PlaceAlbumDetailSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    title = serializers.CharField()
    grouped_photos = PhotoGroupSerializer(many=True)


class PlaceAlbumResultSerializer(serializers.Serializer[Any]):
    results = PlaceAlbumDetailSerializer()


def place_album_body(album: AlbumPlace, photos: list[Photo], *, language: str) -> dict[str, Any]:
    """Return a place as PlaceAlbumDetailSerializer has it."""
    title = place_title(place_named(album, language=language))
    return {"id": str(album.pk), "title": title, "grouped_photos": photo_groups_body(photos, private=True)}
