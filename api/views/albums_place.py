"""Albums of the places where photos were taken."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.selectors.albums_place import place_album_of, place_album_photos, place_albums
from api.serializers.albums_place import (
    PlaceAlbumListSerializer,
    PlaceAlbumResultSerializer,
    place_album_body,
)
from api.serializers.fields import LanguageQuerySerializer
from api.views.base import current_user


class PlaceAlbumListView(APIView):
    @extend_schema(
        operation_id="albums_place_list", parameters=[LanguageQuerySerializer], responses=PlaceAlbumListSerializer
    )
    def get(self, request: Request) -> Response:
        """The places of one's visible photos: country by country, each before the places in it."""
        query = LanguageQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        found = place_albums(current_user(request), language=query.validated_data["language"])
        return Response(PlaceAlbumListSerializer({"results": found}).data)


class PlaceAlbumView(APIView):
    @extend_schema(
        operation_id="albums_place_get", parameters=[LanguageQuerySerializer], responses=PlaceAlbumResultSerializer
    )
    def get(self, request: Request, album_id: int) -> Response:
        """A place with its photos, newest day first; unpaged."""
        query = LanguageQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        album, language = place_album_of(current_user(request), album_id), query.validated_data["language"]
        return Response({"results": place_album_body(album, place_album_photos(album), language=language)})
