"""How drafts were received."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.selectors.caption_stats import caption_stats
from api.serializers.caption_stats import CaptionStatsSerializer, StatsQuerySerializer
from api.views.base import current_user, parsed_query


class CaptionStatsView(APIView):
    @extend_schema(operation_id="captions_stats", parameters=[StatsQuerySerializer], responses=CaptionStatsSerializer)
    def get(self, request: Request) -> Response:
        """Ratings, and how many drafts were taken, merged and refused, per model and per step; no texts."""
        everybody = parsed_query(StatsQuerySerializer, request)["all"]
        return Response(caption_stats(current_user(request), everybody=everybody))
