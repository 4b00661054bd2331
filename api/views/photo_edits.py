"""What people decide about their photos: favourite, hidden, public, trash, time, sharing."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.actions import photos as actions
from api.models import User
from api.selectors.captions import photo_of
from api.selectors.photos import photos_by_hash
from api.serializers.photo_edits import (
    FavoriteSerializer,
    HideSerializer,
    MakePublicSerializer,
    PhotosChangedSerializer,
    PhotosDeletedSerializer,
    PhotosSerializer,
    PhotosSharedSerializer,
    PhotoTimedSerializer,
    PhotoTimeSerializer,
    SetDeletedSerializer,
    ShareSerializer,
)
from api.serializers.photos import photo_body
from api.views.base import current_user, parsed


class FavoriteView(APIView):
    @extend_schema(operation_id="photos_favorite", request=FavoriteSerializer, responses=PhotosChangedSerializer)
    def post(self, request: Request) -> Response:
        """Make photos favourites, or no longer."""
        user, wanted = current_user(request), parsed(FavoriteSerializer, request)
        return _changed(
            user, actions.photos_favorite(owner=user, hashes=wanted["image_hashes"], favorite=wanted["favorite"])
        )


class HideView(APIView):
    @extend_schema(operation_id="photos_hide", request=HideSerializer, responses=PhotosChangedSerializer)
    def post(self, request: Request) -> Response:
        """Hide photos, or show them again."""
        user, wanted = current_user(request), parsed(HideSerializer, request)
        return _changed(user, actions.photos_hide(owner=user, hashes=wanted["image_hashes"], hidden=wanted["hidden"]))


class MakePublicView(APIView):
    @extend_schema(operation_id="photos_make_public", request=MakePublicSerializer, responses=PhotosChangedSerializer)
    def post(self, request: Request) -> Response:
        """Let everybody see photos who knows their address, or no longer."""
        user, wanted = current_user(request), parsed(MakePublicSerializer, request)
        return _changed(
            user, actions.photos_make_public(owner=user, hashes=wanted["image_hashes"], public=wanted["val_public"])
        )


class SetDeletedView(APIView):
    @extend_schema(operation_id="photos_set_deleted", request=SetDeletedSerializer, responses=PhotosChangedSerializer)
    def post(self, request: Request) -> Response:
        """Put photos into the trash, or take them out."""
        user, wanted = current_user(request), parsed(SetDeletedSerializer, request)
        return _changed(
            user, actions.photos_set_deleted(owner=user, hashes=wanted["image_hashes"], deleted=wanted["deleted"])
        )


class DeleteView(APIView):
    @extend_schema(operation_id="photos_delete", request=PhotosSerializer, responses=PhotosDeletedSerializer)
    def delete(self, request: Request) -> Response:
        """Remove photos for good; only those that are in the trash."""
        user, wanted = current_user(request), parsed(PhotosSerializer, request)
        changed = actions.photos_delete(owner=user, hashes=wanted["image_hashes"])
        hashes = {"results": changed.updated, "deleted": changed.updated, "not_deleted": changed.not_updated}
        return Response({"status": True, **hashes})


class ShareView(APIView):
    @extend_schema(operation_id="photos_share", request=ShareSerializer, responses=PhotosSharedSerializer)
    def post(self, request: Request) -> Response:
        """Let another person see photos, or no longer."""
        user, wanted = current_user(request), parsed(ShareSerializer, request)
        count = actions.photos_share(
            owner=user,
            hashes=wanted["image_hashes"],
            shared=wanted["val_shared"],
            target_user_id=wanted["target_user_id"],
        )
        return Response({"status": True, "count": count})


class PhotoTimeView(APIView):
    @extend_schema(operation_id="photos_edit", request=PhotoTimeSerializer, responses=PhotoTimedSerializer)
    def patch(self, request: Request, image_hash: str) -> Response:
        """Set when a photo was taken; it moves to that day."""
        photo = photo_of(current_user(request), image_hash)
        moment = parsed(PhotoTimeSerializer, request)["exif_timestamp"]
        return Response(PhotoTimedSerializer(actions.photo_set_time(photo=photo, moment=moment)).data)


def _changed(user: User, changed: actions.Changed) -> Response:
    updated = [photo_body(photo, private=True) for photo in photos_by_hash(user, changed.updated)]
    same = [photo_body(photo, private=True) for photo in photos_by_hash(user, changed.not_updated)]
    return Response({"status": True, "results": updated, "updated": updated, "not_updated": same})
