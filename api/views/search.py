"""Finding photos by words."""

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.selectors.search import photos_found_page, photos_found_ranked, search_examples
from api.selectors.search_suggestions import search_suggestions
from api.serializers.albums_date import UNDATED, photo_groups_body
from api.serializers.photos import photo_summary_body
from api.serializers.search import (
    RankedResultSerializer,
    SearchExamplesSerializer,
    SearchQuerySerializer,
    SearchResultSerializer,
    SuggestionQuerySerializer,
    SuggestionsSerializer,
)
from api.views.base import current_user, parsed_query

RESULT = PolymorphicProxySerializer(
    component_name="SearchAnswer",
    serializers=[SearchResultSerializer, RankedResultSerializer],
    resource_type_field_name=None,
)


class SearchView(APIView):
    @extend_schema(operation_id="photos_search", parameters=[SearchQuerySerializer], responses=RESULT)
    def get(self, request: Request) -> Response:
        """One's photos in which every word occurs: in groups by day, newest first, or by rank as a flat list."""
        wanted = parsed_query(SearchQuerySerializer, request)
        user, text = current_user(request), wanted["search"]
        if wanted["order"] == "rank":
            found = [photo_summary_body(photo, private=True) for photo in photos_found_ranked(user, text)]
            return Response({"results": found})
        page = photos_found_page(user, text, limit=wanted["limit"], before=wanted.get("before"))
        groups = photo_groups_body(page.photos, private=True, undated=UNDATED)
        # As text: the number has more digits than a browser's numbers keep.
        return Response({"results": groups, "next": None if page.next is None else str(page.next)})


class SearchExamplesView(APIView):
    @extend_schema(operation_id="photos_search_examples", responses=SearchExamplesSerializer)
    def get(self, request: Request) -> Response:
        """Words that find something."""
        return Response({"results": search_examples(current_user(request))})


class SearchSuggestionsView(APIView):
    @extend_schema(
        operation_id="photos_search_suggestions",
        parameters=[SuggestionQuerySerializer],
        responses=SuggestionsSerializer,
    )
    def get(self, request: Request) -> Response:
        """What somebody may be about to type: people, places, hashtags, albums and words of captions."""
        wanted = parsed_query(SuggestionQuerySerializer, request)
        found = search_suggestions(current_user(request), wanted["search"], language=wanted["language"])
        return Response(SuggestionsSerializer({"results": found}).data)
