"""Albums that people put together themselves."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.actions.albums_user import user_album_change, user_album_create, user_album_delete
from api.selectors.albums_user import user_album_hashes, user_album_of, user_album_photos, user_albums
from api.serializers.albums_user import (
    UserAlbumChangeSerializer,
    UserAlbumCreateSerializer,
    UserAlbumDetailSerializer,
    UserAlbumEditedSerializer,
    UserAlbumListQuerySerializer,
    UserAlbumListSerializer,
    UserAlbumRenameSerializer,
    UserAlbumSerializer,
    user_album_body,
    user_album_edited_body,
)
from api.views.base import current_user, parsed, parsed_query


class UserAlbumListView(APIView):
    @extend_schema(
        operation_id="albums_user_list", parameters=[UserAlbumListQuerySerializer], responses=UserAlbumListSerializer
    )
    def get(self, request: Request) -> Response:
        """One's albums that have a visible photo, by title."""
        found = user_albums(current_user(request), **parsed_query(UserAlbumListQuerySerializer, request))
        albums = [UserAlbumSerializer(album).data for album in found]
        return Response({"count": len(albums), "results": albums})


class UserAlbumView(APIView):
    @extend_schema(operation_id="albums_user_get", responses=UserAlbumDetailSerializer)
    def get(self, request: Request, album_id: int) -> Response:
        """An album with its photos, newest day first; unpaged."""
        album = user_album_of(current_user(request), album_id)
        return Response(user_album_body(album, user_album_photos(album)))

    @extend_schema(
        operation_id="albums_user_rename", request=UserAlbumRenameSerializer, responses=UserAlbumEditedSerializer
    )
    def patch(self, request: Request, album_id: int) -> Response:
        """Give an album another title."""
        album = user_album_of(current_user(request), album_id)
        album = user_album_change(album=album, **parsed(UserAlbumRenameSerializer, request))
        return Response(user_album_edited_body(album, user_album_hashes(album)))

    @extend_schema(operation_id="albums_user_delete", responses={204: None})
    def delete(self, request: Request, album_id: int) -> Response:
        """Remove an album; its photos stay."""
        user_album_delete(album=user_album_of(current_user(request), album_id))
        return Response(status=204)


class UserAlbumCreateView(APIView):
    @extend_schema(
        operation_id="albums_user_create",
        request=UserAlbumCreateSerializer,
        responses={201: UserAlbumEditedSerializer},
    )
    def post(self, request: Request) -> Response:
        """Make an album, or add photos to the one of this title."""
        wanted = parsed(UserAlbumCreateSerializer, request)
        album = user_album_create(owner=current_user(request), title=wanted["title"], hashes=wanted["photos"])
        return Response(user_album_edited_body(album, user_album_hashes(album)), status=201)


class UserAlbumEditView(APIView):
    @extend_schema(
        operation_id="albums_user_change", request=UserAlbumChangeSerializer, responses=UserAlbumEditedSerializer
    )
    def patch(self, request: Request, album_id: int) -> Response:
        """Add photos, remove some, choose the cover, change the title."""
        album = user_album_of(current_user(request), album_id)
        wanted = parsed(UserAlbumChangeSerializer, request)
        album = user_album_change(
            album=album,
            title=wanted.get("title"),
            add=wanted["photos"],
            remove=wanted["removedPhotos"],
            cover=wanted.get("cover_photo"),
        )
        return Response(user_album_edited_body(album, user_album_hashes(album)))

    @extend_schema(operation_id="albums_user_remove", responses={204: None})
    def delete(self, request: Request, album_id: int) -> Response:
        """Remove an album; the Android client's address for it."""
        user_album_delete(album=user_album_of(current_user(request), album_id))
        return Response(status=204)
