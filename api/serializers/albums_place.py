"""Shapes of the albums of places."""

from typing import Any

from rest_framework import serializers

from api.selectors.albums_place import PlaceAlbum, PlacePin
from api.serializers.albums import CoverSerializer

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
            "title": place.title,
            "photo_count": instance.count,
            "cover_photos": [CoverSerializer(photo).data for photo in instance.covers],
            "geolocation_level": COUNTRY if instance.album.is_country else INSIDE,
            "country": place.country,
            "country_code": place.country_code,
            "region": place.region,
        }


class PlaceAlbumListSerializer(serializers.Serializer[Any]):
    results = PlaceAlbumSerializer(many=True)


class PlacePinsSerializer(serializers.ListSerializer[Any]):
    """Longitude, latitude and title of each place, as arrays."""

    child = serializers.ListField(child=serializers.JSONField(), min_length=3, max_length=3)


def place_pin_row(pin: PlacePin) -> list[float | str]:
    """Return a pin as LibrePhotos' map reads it."""
    return [pin.longitude, pin.latitude, pin.title]
