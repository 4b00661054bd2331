"""The timeline."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.selectors.albums_date import feed_day, feed_days
from api.serializers.albums_date import (
    DayListSerializer,
    DayQuerySerializer,
    DayResultSerializer,
    FeedQuerySerializer,
    day_body,
    day_page_body,
)


class DayListView(APIView):
    # Public photos of somebody are for visitors too; the selector refuses everything else.
    permission_classes = (AllowAny,)

    @extend_schema(operation_id="albums_date_list", parameters=[FeedQuerySerializer], responses=DayListSerializer)
    def get(self, request: Request) -> Response:
        """The days that have photos, newest first, undated last; unpaged."""
        query = FeedQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        return Response({"results": [day_body(day) for day in feed_days(request.user, query.feed_filter())]})


class DayView(APIView):
    permission_classes = (AllowAny,)

    @extend_schema(operation_id="albums_date_get", parameters=[DayQuerySerializer], responses=DayResultSerializer)
    def get(self, request: Request, album_id: int) -> Response:
        """A day with its photos, newest first: 100 a page, or all of them without `page`."""
        query = DayQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        wanted = query.feed_filter()
        page = feed_day(request.user, album_id, wanted, query.validated_data.get("page"))
        return Response({"results": day_page_body(page, gone_if_hidden=wanted.modified_since is not None)})


@extend_schema(exclude=True)
class DayWithoutSlashView(DayView):
    """The web client asks without a slash, and no client follows a redirect."""
