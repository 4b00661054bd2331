"""Photos to read."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.models.photo import PhotoState
from api.pagination import Pages, paged
from api.selectors.captions import photo_of
from api.selectors.photos import (
    photo_detail,
    photos_recently_added,
    photos_shared_by,
    photos_shared_to,
    photos_undated,
)
from api.serializers.fields import LanguageQuerySerializer
from api.serializers.photo_edits import (
    PhotoReadingSerializer,
    RecentlyAddedSerializer,
    SharedByMeSerializer,
    SharedToMeSerializer,
)
from api.serializers.photos import (
    PhotoSerializer,
    PhotoSummarySerializer,
    person_body,
    photo_body,
    photo_summary_body,
)
from api.views.base import current_user, parsed_query


class PhotoView(APIView):
    # Public photos are for visitors too; the selector refuses everything else.
    permission_classes = (AllowAny,)

    @extend_schema(operation_id="photos_get", parameters=[LanguageQuerySerializer], responses=PhotoSerializer)
    def get(self, request: Request, image_hash: str) -> Response:
        """A photo in full; one's own, one that is shared with the reader, or a public one."""
        language = parsed_query(LanguageQuerySerializer, request)["language"]
        photo = photo_detail(request.user, image_hash)
        return Response(photo_body(photo, private=photo.owner_id == request.user.pk, language=language))


class PhotoSummaryView(APIView):
    @extend_schema(operation_id="photos_summary", responses=PhotoReadingSerializer)
    def get(self, request: Request, image_hash: str) -> Response:
        """A photo in short, and whether it is still being read; asked again and again after an upload."""
        photo = photo_of(current_user(request), image_hash)
        processing = photo.state == PhotoState.PROCESSING
        known = photo.album_date_id is not None and not processing
        return Response(
            {
                "photo_summary": photo_summary_body(photo, private=True),
                "album_date_id": str(photo.album_date_id) if known else None,
                "processing": processing,
            }
        )


class PhotosUndatedView(APIView):
    @extend_schema(operation_id="photos_undated", responses=paged(PhotoSummarySerializer))
    def get(self, request: Request) -> Response:
        """One's photos without a time, 100 a page."""
        pages = Pages()
        photos = pages.paginate_queryset(photos_undated(current_user(request)), request, self) or []
        return pages.get_paginated_response([photo_summary_body(photo, private=True) for photo in photos])


class PhotosRecentlyAddedView(APIView):
    @extend_schema(operation_id="photos_recently_added", responses=RecentlyAddedSerializer)
    def get(self, request: Request) -> Response:
        """The photos of the last day on which some were added, newest first."""
        day, photos = photos_recently_added(current_user(request))
        results = [photo_summary_body(photo, private=True) for photo in photos]
        return Response({"results": results, "date": day.isoformat()})


class PhotosSharedToMeView(APIView):
    @extend_schema(operation_id="photos_shared_to_me", responses=SharedToMeSerializer)
    def get(self, request: Request) -> Response:
        """Photos that others share with me."""
        photos = photos_shared_to(current_user(request))
        return Response({"results": [photo_summary_body(photo, private=False) for photo in photos]})


class PhotosSharedByMeView(APIView):
    @extend_schema(operation_id="photos_shared_by_me", responses=SharedByMeSerializer)
    def get(self, request: Request) -> Response:
        """Photos that I share, once for each person."""
        results = [
            {"user_id": user.pk, "user": person_body(user), "photo": photo_summary_body(photo, private=True)}
            for user, photo in photos_shared_by(current_user(request))
        ]
        return Response({"results": results})
