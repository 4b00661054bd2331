"""Albums of the places where photos were taken."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.selectors.albums_place import place_album_of, place_album_photos, place_albums, place_named, place_pins
from api.serializers.albums import AlbumResultSerializer, album_body
from api.serializers.albums_place import PlaceAlbumListSerializer, PlacePinsSerializer, place_pin_row
from api.serializers.fields import LanguageQuerySerializer
from api.views.base import current_user, parsed_query


class PlaceAlbumListView(APIView):
    @extend_schema(
        operation_id="albums_place_list", parameters=[LanguageQuerySerializer], responses=PlaceAlbumListSerializer
    )
    def get(self, request: Request) -> Response:
        """The places of one's visible photos: country by country, each before the places in it."""
        found = place_albums(current_user(request), **parsed_query(LanguageQuerySerializer, request))
        return Response(PlaceAlbumListSerializer({"results": found}).data)


class PlaceAlbumView(APIView):
    @extend_schema(
        operation_id="albums_place_get", parameters=[LanguageQuerySerializer], responses=AlbumResultSerializer
    )
    def get(self, request: Request, album_id: int) -> Response:
        """A place with its photos, newest day first; unpaged."""
        wanted = parsed_query(LanguageQuerySerializer, request)
        album = place_album_of(current_user(request), album_id)
        title = place_named(album, **wanted).title
        return Response({"results": album_body(album.pk, title, place_album_photos(album))})


class PlacePinsView(APIView):
    @extend_schema(operation_id="places_pins", parameters=[LanguageQuerySerializer], responses=PlacePinsSerializer)
    def get(self, request: Request) -> Response:
        """Longitude, latitude and title of each place, for a map."""
        pins = place_pins(current_user(request), **parsed_query(LanguageQuerySerializer, request))
        return Response([place_pin_row(pin) for pin in pins])
