"""Albums of things, so far those of hashtags."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.actions.hashtag_rename import hashtag_rename_start
from api.selectors.albums_thing import thing_album_of, thing_album_photos, thing_albums
from api.serializers.albums import AlbumResultSerializer, album_body
from api.serializers.albums_thing import (
    ThingAlbumListSerializer,
    ThingAlbumRenameSerializer,
)
from api.serializers.captions import JobStartSerializer
from api.views.base import current_user, parsed


class ThingAlbumListView(APIView):
    @extend_schema(operation_id="albums_thing_list", responses=ThingAlbumListSerializer)
    def get(self, request: Request) -> Response:
        """The albums that have a visible photo, by title."""
        return Response(ThingAlbumListSerializer({"results": thing_albums(current_user(request))}).data)


class ThingAlbumView(APIView):
    @extend_schema(operation_id="albums_thing_get", responses=AlbumResultSerializer)
    def get(self, request: Request, album_id: int) -> Response:
        """An album with its photos, newest day first; unpaged."""
        album = thing_album_of(current_user(request), album_id)
        return Response({"results": album_body(album.pk, album.title, thing_album_photos(album))})

    @extend_schema(
        operation_id="albums_thing_rename", request=ThingAlbumRenameSerializer, responses={202: JobStartSerializer}
    )
    def patch(self, request: Request, album_id: int) -> Response:
        """Rename a hashtag in all captions that say it, in a job; their earlier texts stay in the ledger."""
        album = thing_album_of(current_user(request), album_id)
        job = hashtag_rename_start(album=album, **parsed(ThingAlbumRenameSerializer, request))
        return Response({"status": True, "job_id": str(job.job_id)}, status=202)
