"""Finding photos by words."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.selectors.search import photos_found, search_examples
from api.serializers.albums_date import photo_groups_body
from api.serializers.search import UNDATED, SearchExamplesSerializer, SearchQuerySerializer, SearchResultSerializer
from api.views.base import current_user


class SearchView(APIView):
    @extend_schema(operation_id="photos_search", parameters=[SearchQuerySerializer], responses=SearchResultSerializer)
    def get(self, request: Request) -> Response:
        """One's photos in which every word occurs, grouped by day, newest first."""
        query = SearchQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        photos = photos_found(current_user(request), query.validated_data["search"])
        return Response({"results": photo_groups_body(photos, private=True, undated=UNDATED)})


class SearchExamplesView(APIView):
    @extend_schema(operation_id="photos_search_examples", responses=SearchExamplesSerializer)
    def get(self, request: Request) -> Response:
        """Words that find something."""
        return Response({"results": search_examples(current_user(request))})
